# shellcheck shell=bash
# The image: built, run as hardened as it can be, stopped. Read by deploy/verify.

step_image() {
  relay_image
  local started ready size memory
  remove relay-run >/dev/null 2>&1 || true
  cleanups+=("remove relay-run")
  started=$(date +%s%N)
  pod run -d -q --name relay-run "${hardened[@]}" --network none -v /data -e RELAY_API_KEY=verify-verify-verify localhost/relay >/dev/null
  until_true 60 "health" healthy relay-run
  ready=$((($(date +%s%N) - started) / 1000000))
  [ "$(podman exec relay-run id -u)" = 10001 ]
  # writable nowhere but in /data
  must_fail "Read-only file system" podman exec relay-run sh -c 'echo x >/tmp/x'
  podman exec relay-run sh -c 'test -s /opt/relay/relay-standalone.cdx.json && test -s /opt/relay/relay.aot'
  # Java is process 1, with no capability left
  podman exec relay-run sh -c 'tr "\0" " " </proc/1/cmdline' | grep '^/opt/java/bin/java ' >/dev/null
  podman exec relay-run grep -q '^CapEff:\s*0*$' /proc/1/status
  # half of the container's memory is for the heap, so the JVM has seen the limit
  podman exec relay-run sh -c 'tr "\0" " " </proc/1/cmdline' | grep 'MaxRAMPercentage=50' >/dev/null
  memory=$(podman exec relay-run sh -c 'sed -n "s/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p" /proc/1/status')
  podman healthcheck run relay-run
  podman stop -t 20 relay-run >/dev/null 2>&1
  [ "$(exit_code relay-run)" = 0 ] || { podman logs relay-run; echo "exit code $(exit_code relay-run) after SIGTERM"; return 1; }
  podman image inspect localhost/relay -f '{{json .Labels}}' | grep 'org.opencontainers.image.revision' >/dev/null
  size=$(podman image inspect localhost/relay -f '{{.Size}}')
  note "$((size / 1000000)) MB, ready after ${ready} ms, $((memory / 1024)) MiB resident at rest, SIGTERM: 0"
  not_here "arm64" "one architecture on this machine; the pipeline builds each on a machine of its kind"
}
