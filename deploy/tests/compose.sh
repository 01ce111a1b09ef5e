# shellcheck shell=bash
# deploy/compose with everything on stand-ins: a message through TLS reaches the other client, MySQL and Prometheus; the database
# and Relay are killed and replaced under SDK clients. Read by deploy/verify.

# One Debian with all the programs, under the names of the images that compose asks for
stand_ins() {
  local image base=localhost/stand-in server
  # MySQL as for the tests: unpacked by scripts/testmysql
  server=${RELAY_MYSQL_CACHE:-$HOME/.cache/relay-mysql}/server
  if [ ! -x "$server/usr/sbin/mysqld" ]; then
    local port
    port=$(free_port)
    RELAY_MYSQL_DATA=$work/mysql scripts/testmysql start "$port" >/dev/null
    RELAY_MYSQL_DATA=$work/mysql scripts/testmysql stop "$port"
  fi
  debian "$base" nginx-light,haproxy,prometheus,wget,mysql-common
  image() { sed -n "s/^$1=//p" deploy/compose/.env; }
  # stand_in <image> <lines of a Containerfile>, from deploy/tests/standins
  stand_in() { { echo "FROM $base"; cat; } | buildah bud -q -t "$1" -f - deploy/tests/standins >/dev/null; }
  has_image "$(image PROMETHEUS_IMAGE)" || stand_in "$(image PROMETHEUS_IMAGE)" <<'CONTAINERFILE'
RUN install -d -o 65534 /prometheus
USER 65534
WORKDIR /prometheus
ENTRYPOINT ["prometheus"]
CONTAINERFILE
  image=$(sed -n 's/^ARG CONSOLE_IMAGE=//p' Dockerfile)
  has_image "$image" || stand_in "$image" <<'CONTAINERFILE'
RUN printf 'pid /tmp/nginx.pid;\nerror_log /dev/stderr;\nevents {}\nhttp { include /etc/nginx/mime.types; access_log off;\nclient_body_temp_path /tmp/b; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f; uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s;\ninclude /etc/nginx/conf.d/*.conf; }\n' >/etc/nginx/nginx.conf
RUN mkdir -p /usr/share/nginx/html && rm -rf /usr/share/nginx/html/*
USER 101
CMD ["nginx", "-g", "daemon off;"]
CONTAINERFILE
  has_image localhost/haproxy || stand_in localhost/haproxy <<'CONTAINERFILE'
CMD ["haproxy", "-db", "-f", "/etc/haproxy/haproxy.cfg"]
CONTAINERFILE
  if ! has_image "$(image MYSQL_IMAGE)"; then
    mkdir -p "$work/mysqld"
    cp -r "$server" "$work/mysqld/server"
    cp deploy/tests/standins/* "$work/mysqld"
    printf 'FROM %s\nCOPY server /server\nCOPY --chmod=0755 mysql-entrypoint /entrypoint\nCOPY --chmod=0755 mysqladmin /usr/bin/mysqladmin\nRUN useradd --system mysql && install -d -o mysql /var/lib/mysql\nVOLUME /var/lib/mysql\nENTRYPOINT ["/entrypoint"]\n' \
      "$base" >"$work/mysqld/Containerfile"
    buildah bud -q --format docker -t "$(image MYSQL_IMAGE)" "$work/mysqld" >/dev/null
    rm -rf "$work/mysqld"
  fi
}

dc() {
  "$compose" -p "$project" --env-file deploy/compose/.env --env-file "$work/ports.env" -f deploy/compose/compose.yaml \
    -f "$work/override.yaml" --profile full "$@"
}

in_container() { podman exec "$(podman ps -q -f name="^$project-$1-1\$")" "${@:2}"; }

# podman leaves health checks to systemd, which is not here
drive_health_checks() {
  while sleep 1; do
    podman ps -q | while read -r one; do timeout 10 podman healthcheck run "$one" </dev/null || true; done
  done >/dev/null 2>&1
}

# what MySQL holds, read by a process of its own and not by the server
# (a second JVM in the container's memory)
journal() { in_container relay env JAVA_OPTS=-Xmx96m /opt/relay/start journal export --file -; }
kept() { journal | grep '"text":"hello ' >/dev/null; }

step_compose() {
  relay_image
  docker_compose
  sdk
  certificate
  stand_ins
  build_relay console >"$work/console.log" 2>&1 || { tail -n 20 "$work/console.log"; return 1; }
  local tls clients console prometheus socket=$work/podman.sock begun
  # not local: what cleans up runs when the function has returned
  project=relay-verify
  tls=$(free_port) clients=$(free_port) console=$(free_port) prometheus=$(free_port)
  printf '%s\n' RELAY_IMAGE=localhost/relay:latest RELAY_CONSOLE_IMAGE=localhost/relay-console:latest TLS_PORT="$tls" \
    RELAY_PORT_CLIENTS="$clients" CONSOLE_PORT="$console" PROMETHEUS_PORT="$prometheus" >"$work/ports.env"
  sed "s/127.0.0.1:8000/relay:8000/; s/127.0.0.1:8001/relay:8001/; s/maxconn 40000/maxconn 1000/" deploy/proxies/haproxy/haproxy.cfg >"$work/haproxy.cfg"
  chmod 0644 "$work/haproxy.cfg" "$work/tls/both.pem"
  # HAProxy in Traefik's place; no Grafana; the limit of open files stays the machine's
  cat >"$work/override.yaml" <<OVERRIDE
services:
  relay-embedded: {ulimits: !reset null}
  relay: {ulimits: !reset null, build: !reset null}
  console: {build: !reset null}
  traefik:
    image: localhost/haproxy
    volumes: !override ["$work/haproxy.cfg:/etc/haproxy/haproxy.cfg:ro", "$work/tls/both.pem:/etc/haproxy/relay.pem:ro"]
    healthcheck: !override {test: ["CMD", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/443"], interval: 5s}
  grafana: !reset null
OVERRIDE
  (cd deploy/compose && ./secrets >/dev/null)
  # what a run that was cut off has left
  podman ps -aq -f "name=^$project-" | xargs -r podman rm -f -v -t 2 >/dev/null 2>&1 || true
  podman network ls -q -f "name=^${project}_" | xargs -r podman network rm -f >/dev/null 2>&1 || true
  podman volume ls -q -f "name=^${project}_" | xargs -r podman volume rm -f >/dev/null 2>&1 || true
  podman system service --time=0 "unix://$socket" >"$work/service.log" 2>&1 &
  cleanups+=("kill $!")
  export DOCKER_HOST=unix://$socket
  until_true 20 "podman's socket" test -S "$socket"
  drive_health_checks &
  cleanups=("dc down --volumes --timeout 20" "kill $!" "${cleanups[@]}")

  begun=$SECONDS
  timeout 240 "$compose" version >/dev/null
  timeout 240 bash -c "$(declare -f dc); compose=$compose project=$project work=$work; dc up --detach --no-build --wait --wait-timeout 200" \
    || { dc ps -a; dc logs --tail 20; return 1; }
  note "from nothing to ready in $((SECONDS - begun)) s"

  RELAY_TOKEN=$(podman run --rm --network none --read-only -e RELAY_TOKEN_HMAC_SECRET="$(cat deploy/compose/secrets.d/token_hmac_secret)" \
    localhost/relay token --user verify 2>/dev/null | tail -n 1)
  export RELAY_TOKEN NODE_EXTRA_CA_CERTS=$work/tls/cert.pem
  # through the proxy with TLS to a client that came without it
  note "through TLS to another client in $(node "$sdk/clients.mjs" exchange "wss://localhost:$tls/connection/websocket" "ws://localhost:$clients/connection/websocket")"
  until_true 90 "the message in MySQL" kept || { journal | tail -n 5; return 1; }
  note "it is in MySQL"
  curl --silent --fail --max-time 10 "http://127.0.0.1:$console/" | grep -i '<title>' >/dev/null
  curl --silent --fail --max-time 10 "http://127.0.0.1:$console/health/ready" >/dev/null
  note "the console's page and, beside it, Relay's HTTP side answer"
  counted() {
    curl --silent --max-time 10 "http://127.0.0.1:$prometheus/api/v1/query" --data-urlencode 'query=up{job="relay"}' | grep '"1"' >/dev/null
  }
  until_true 90 "Prometheus to have asked Relay" counted
  note "Prometheus counts it"

  # clients stay and go on while the database is killed, comes back, and Relay is replaced
  SECONDS_AT_MOST=240 node "$sdk/clients.mjs" stay "wss://localhost:$tls/connection/websocket" 900 "$work/acknowledged" >"$work/stay" 2>&1 &
  local client=$!
  cleanups=("kill $client" "${cleanups[@]}")
  some() { [ "$(wc -l <"$work/acknowledged" 2>/dev/null || echo 0)" -ge "$1" ]; }
  until_true 60 "acknowledgements" some 100
  dc kill mysql
  until_true 60 "acknowledgements without a database" some 300
  dc start mysql
  until_true 60 "acknowledgements after it" some 500
  dc up --detach --no-build --no-deps --force-recreate relay
  wait "$client" || { cat "$work/stay"; dc logs --tail 30 relay; return 1; }
  note "database killed and back, Relay replaced: $(cat "$work/stay")"
  # what was acknowledged is in MySQL, once
  in_spool() { podman exec "$(podman ps -q -f name="^$project-relay-1\$")" /opt/relay/health; }
  until_true 60 "Relay's health" in_spool
  local missing
  journal >"$work/journal"
  missing=$(python3 - "$work/acknowledged" "$work/journal" <<'PYTHON'
import collections, json, sys
kept = collections.Counter(json.loads(line).get("data", {}).get("id") for line in open(sys.argv[2]) if '"chat:stay"' in line)
print(*(f"{id}: {kept[id]}" for id in map(int, open(sys.argv[1])) if kept[id] != 1))
PYTHON
)
  [ -z "$missing" ] || { echo "acknowledged, but not once in MySQL: $missing"; return 1; }
  note "each acknowledged one once in MySQL"
}
