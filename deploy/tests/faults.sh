# shellcheck shell=bash
# Bad input: each has to end in a clear message, and in an exit code or a health check that says so. Read by deploy/verify.

# a container that has to end by itself: ends <name> <exit code> <text in its log>
ends() {
  until_true 60 "the end of $1" exited "$1" || { podman logs "$1"; return 1; }
  if [ "$(exit_code "$1")" != "$2" ] || ! podman logs "$1" 2>&1 | grep -F -- "$3" >/dev/null; then
    echo "$1: exit code $(exit_code "$1") instead of $2, or its log lacks '$3':"
    podman logs "$1" 2>&1
    return 1
  fi
  remove "$1" >/dev/null 2>&1
}

# one that has to stay, alive and not ready: waits <name> <text in /health/ready>
answer() { podman exec "$1" bash -c "exec 3<>/dev/tcp/127.0.0.1/8001; printf 'GET $2 HTTP/1.0\r\n\r\n' >&3; timeout 3 cat <&3"; }
says() { answer "$1" "$2" | grep -F -- "$3" >/dev/null; }
waits() {
  until_true 90 "$1 not ready: $2" says "$1" /health/ready "$2" || { answer "$1" /health/ready || true; podman logs "$1"; return 1; }
  answer "$1" /health/live | grep '^HTTP.* 200 ' >/dev/null
  if healthy "$1" >/dev/null 2>&1; then echo "$1 is healthy, and should not be"; return 1; fi
}

start() { # start <name> [options] -- [arguments]
  local name=$1 options=()
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
  [ $# -eq 0 ] || shift
  remove "$name" >/dev/null 2>&1 || true
  cleanups+=("remove $name")
  pod run -d -q --name "$name" "${hardened[@]}" -e RELAY_API_KEY=verify-verify-verify "${options[@]}" localhost/relay "$@" >/dev/null
}

step_faults() {
  relay_image
  local volume count=0
  alone() { count=$((count + 1)); start "$1" --network none "${@:2}"; }

  # nothing that a container can be given by mistake
  alone relay-root --user 0 -v /data
  ends relay-root 2 "not started as root"
  alone relay-secret -v /data -e RELAY_TOKEN_HMAC_SECRET_FILE=/run/secrets/none
  ends relay-secret 2 "/run/secrets/none"
  alone relay-option -v /data -e RELAY_PORT=abc
  ends relay-option 2 "RELAY_PORT"
  pod volume create -q relay-read-only >/dev/null 2>&1 || true
  cleanups+=("podman volume rm -f relay-read-only")
  alone relay-read-only -v relay-read-only:/data:ro
  ends relay-read-only 1 "/data"
  alone relay-foreign --mount type=tmpfs,destination=/data,tmpfs-mode=0700
  ends relay-foreign 1 "/data"

  # the port is taken, the volume is taken
  pod volume create -q relay-taken >/dev/null 2>&1 || true
  cleanups+=("podman volume rm -f relay-taken")
  alone relay-first -v relay-taken:/data
  until_true 60 "the first" healthy relay-first
  count=$((count + 2))
  start relay-port --network container:relay-first -v /data
  ends relay-port 1 "8000"
  start relay-second --network none -v relay-taken:/data
  ends relay-second 1 "/data"

  # a schema from the future: what a rollback to an older Relay meets
  podman stop -t 20 relay-first >/dev/null 2>&1
  need python3 python3
  volume=$(podman volume inspect relay-taken -f '{{.Mountpoint}}')
  python3 - "$volume/relay.db" <<'PYTHON'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as database:
    database.execute("INSERT INTO relay_schema (version) VALUES (999)")
PYTHON
  chown -R 10001:10001 "$volume"
  alone relay-older -v relay-taken:/data
  ends relay-older 1 "made by a newer Relay"
  remove relay-first >/dev/null 2>&1

  # a volume that is full: publications are refused, nothing that was acknowledged is lost, and it says so
  mkdir "$work/small"
  mount -t tmpfs -o size=24m,uid=10001,gid=10001,mode=0700 tmpfs "$work/small"
  cleanups+=("umount -l $work/small")
  alone relay-full -v "$work/small:/data" -e 'RELAY_NAMESPACES=[{"name":"chat","durability":"sync"}]'
  until_true 90 "health" healthy relay-full || { podman logs relay-full; return 1; }
  head -c 64000000 /dev/zero >"$work/small/ballast" 2>/dev/null || true
  publish() {
    podman exec relay-full bash -c 'body="{\"channel\":\"chat:1\",\"data\":\"$(head -c 60000 /dev/zero | tr "\0" x)\"}"
      exec 3<>/dev/tcp/127.0.0.1/8001
      printf "POST /api/publish HTTP/1.0\r\nX-API-Key: verify-verify-verify\r\nContent-Length: %d\r\n\r\n%s" "${#body}" "$body" >&3
      timeout 20 cat <&3'
  }
  refused() { publish | grep '"error"' >/dev/null; }
  until_true 60 "a refusal" refused
  waits relay-full "full"
  rm "$work/small/ballast"
  until_true 90 "health again" healthy relay-full || { podman logs relay-full; return 1; }
  remove relay-full >/dev/null 2>&1
  note "$count of one container"

  # without a database, and with one that refuses: not ready, alive, and publications with a stream are not lost in silence
  start relay-no-database --network none -v /data -e RELAY_DATABASE_URL=jdbc:mysql://127.0.0.1:3306/relay \
    -e RELAY_DATABASE_USER=relay -e RELAY_DATABASE_PASSWORD=wrong
  waits relay-no-database "127.0.0.1:3306"
  podman stop -t 20 relay-no-database >/dev/null 2>&1
  [ "$(exit_code relay-no-database)" = 0 ]
  note "no database: alive, not ready, stops with 0"
}
