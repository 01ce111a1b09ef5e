# shellcheck shell=bash
# HAProxy and nginx with the files of deploy/proxies before a Relay: WSS, HTTP/2, real addresses. Read by deploy/verify.

# what is expected of whatever stands before Relay at https://localhost:$1
# (set -e is off in it, so each line says itself that it failed)
through() {
  local port=$1 proxy=$2 took
  local ask=(curl --silent --show-error --max-time 10 --cacert "$work/tls/cert.pem")
  until_true 30 "$proxy" "${ask[@]}" --fail "https://localhost:$port/health/live" || return 1
  [ "$("${ask[@]}" --http2 -o /dev/null -w '%{http_version} %{http_code}' "https://localhost:$port/health/ready")" = "2 200" ] || { echo "no HTTP/2"; return 1; }
  [ "$("${ask[@]}" -o /dev/null -w '%{http_code}' "https://localhost:$port/metrics")" = 404 ] || { echo "/metrics is open"; return 1; }
  "${ask[@]}" -H 'X-API-Key: verify-verify-verify' -d '{"channel":"chat:1","data":1}' "https://localhost:$port/api/publish" | grep '"offset"' >/dev/null \
    || { echo "the server API"; return 1; }
  took=$(NODE_EXTRA_CA_CERTS=$work/tls/cert.pem node "$sdk/clients.mjs" exchange \
    "ws://127.0.0.1:$clients/connection/websocket" "wss://localhost:$port/connection/websocket") || return 1
  note "$proxy: HTTP/2, a message by WSS in $took"
  # what a client writes into X-Forwarded-For means nothing, what the proxy writes does: seen from Relay it is 127.0.0.1, who may
  # not be a stranger's word. The address is in the connection's event, in Relay's own database.
  NODE_EXTRA_CA_CERTS=$work/tls/cert.pem RELAY_TOKEN=$RELAY_TOKEN node --input-type=module -e "
    import WebSocket from '$sdk/node_modules/ws/wrapper.mjs';
    const socket = new WebSocket('wss://localhost:$port/connection/websocket', { headers: { 'X-Forwarded-For': '192.0.2.66' } });
    socket.on('open', () => socket.send(JSON.stringify({ id: 1, connect: { token: process.env.RELAY_TOKEN } })));
    socket.on('message', () => process.exit(0));
    socket.on('error', (error) => { console.error(error.message); process.exit(1); });
    setTimeout(() => process.exit(1), 10000);"
}

step_proxies() {
  need haproxy haproxy
  need nginx nginx
  need curl curl
  sdk
  certificate
  local jar relay http proxy port
  jar=$(jar)
  clients=$(free_port) http=$(free_port)
  RELAY_TOKEN_HMAC_SECRET=verify-verify-verify-verify-verify-1 RELAY_API_KEY=verify-verify-verify RELAY_DATA_DIR=$work/proxies/data \
    RELAY_NAMESPACES='[{"name":"chat","history_size":100,"history_ttl":"1h","force_recovery":true,"allow_subscribe_for_client":true,"allow_publish_for_subscriber":true}]' \
    RELAY_TRUSTED_PROXIES=127.0.0.1 RELAY_HOST=127.0.0.1 RELAY_PORT=$clients RELAY_HTTP_PORT=$http \
    java -jar "$jar" >"$work/relay.log" 2>&1 &
  relay=$!
  cleanups+=("kill $relay")
  until_true 60 "Relay" curl --silent --fail "http://127.0.0.1:$http/health" || { cat "$work/relay.log"; return 1; }
  RELAY_TOKEN=$(RELAY_TOKEN_HMAC_SECRET=verify-verify-verify-verify-verify-1 java -jar "$jar" token --user verify | tail -n 1)
  export RELAY_TOKEN

  # the files as they are, but for ports, places and names
  port=$(free_port)
  mkdir -p "$work/nginx/tls" "$work/nginx/logs"
  cp "$work/tls/cert.pem" "$work/nginx/tls/fullchain.pem"
  cp "$work/tls/key.pem" "$work/nginx/tls/privkey.pem"
  cp deploy/proxies/nginx/relay-locations.conf "$work/nginx"
  { echo "pid $work/nginx/pid; error_log $work/nginx/error.log; events {} http { access_log off;"
    for place in client_body proxy fastcgi uwsgi scgi; do echo "${place}_temp_path $work/nginx/$place;"; done
    sed "s/127.0.0.1:8000/127.0.0.1:$clients/; s/127.0.0.1:8001/127.0.0.1:$http/; s/listen 443/listen 127.0.0.1:$port/; s/listen 80/listen 127.0.0.1:$(free_port)/
      s|/etc/nginx/tls|$work/nginx/tls|; s/server_name relay.example.org/server_name localhost/" deploy/proxies/nginx/nginx.conf
    echo "}"
  } >"$work/nginx/nginx.conf"
  nginx -t -q -c "$work/nginx/nginx.conf" 2>&1
  nginx -c "$work/nginx/nginx.conf" -g 'daemon off;' >"$work/nginx/out" 2>&1 &
  proxy=$!
  cleanups+=("kill $proxy")
  through "$port" nginx || { cat "$work/nginx/error.log" "$work/nginx/out"; return 1; }

  port=$(free_port)
  sed "s/127.0.0.1:8000/127.0.0.1:$clients/; s/127.0.0.1:8001/127.0.0.1:$http/; s/port 8001/port $http/; s/bind :443/bind 127.0.0.1:$port/
    s/bind :80/bind 127.0.0.1:$(free_port)/; s|/etc/haproxy/relay.pem|$work/tls/both.pem|; s/maxconn 40000/maxconn 1000/" \
    deploy/proxies/haproxy/haproxy.cfg >"$work/haproxy.cfg"
  haproxy -c -q -f "$work/haproxy.cfg"
  haproxy -db -f "$work/haproxy.cfg" >"$work/haproxy.log" 2>&1 &
  proxy=$!
  cleanups+=("kill $proxy")
  through "$port" HAProxy || { cat "$work/haproxy.log"; return 1; }

  # all connections came from the proxies, and none from where a client claimed to be
  kill "$relay"
  wait "$relay" || true
  python3 - "$work/proxies/data/relay.db" <<'PYTHON'
import sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("SELECT address FROM relay_event").fetchall()
addresses = {str(row[0]) for row in rows}
assert addresses and not any("192.0.2.66" in address for address in addresses), addresses
PYTHON
  python_tools
  local file
  for file in deploy/proxies/traefik/traefik.yaml deploy/proxies/traefik/dynamic/relay.yaml; do
    python3 -c 'import sys, yaml; yaml.safe_load(open(sys.argv[1]))' "$file"
  done
  not_here "Traefik" "its image cannot be had here; its files were parsed, and HAProxy stands in its place in the compose"
}
