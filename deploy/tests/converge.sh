# shellcheck shell=bash
# deploy/azure/ansible against a container, twice: the second time nothing changes. Read by deploy/verify.

step_converge() {
  containers
  python_tools
  docker_compose
  need ssh openssh-client
  local base=localhost/server port
  debian "$base-base" python3,python3-apt,openssh-server,prometheus-node-exporter
  if ! has_image "$base"; then
    mkdir -p "$work/server"
    cp deploy/tests/standins/docker "$work/server"
    cp "$compose" "$work/server/docker-compose"
    printf 'FROM %s\nCOPY --chmod=0755 docker docker-compose /usr/local/bin/\nRUN install -d /run/sshd\nCMD ["/usr/sbin/sshd", "-D", "-e", "-o", "AuthorizedKeysFile=/etc/ssh/key.pub"]\n' "$base-base" >"$work/server/Containerfile"
    buildah bud -q -t "$base" "$work/server" >/dev/null
  fi
  port=$(free_port)
  ssh-keygen -q -t ed25519 -N '' -f "$work/key"
  remove relay-server >/dev/null 2>&1 || true
  pod run -d -q --name relay-server -p "127.0.0.1:$port:22" "$base" >/dev/null
  cleanups+=("remove relay-server")
  podman cp "$work/key.pub" relay-server:/etc/ssh/key.pub
  podman exec relay-server chown root: /etc/ssh/key.pub
  until_true 30 "SSH" bash -c "exec 3<>/dev/tcp/127.0.0.1/$port"

  # secrets as whoever runs it would export them
  local name
  for name in RELAY_TOKEN_HMAC_SECRET RELAY_API_KEY RELAY_ADMIN_PASSWORD RELAY_METRICS_KEY RELAY_DATABASE_PASSWORD \
    RELAY_DATABASE_ROOT_PASSWORD RELAY_EXPORTER_PASSWORD GRAFANA_PASSWORD DISCORD_WEBHOOK_URL; do
    export "$name=verify-$name"
  done
  export ACME_EMAIL=operations@example.org RELAY_IMAGE=localhost/relay ANSIBLE_HOST_KEY_CHECKING=false ANSIBLE_NOCOLOR=1
  # no master connection, which would hold the pipe that its output goes into
  export ANSIBLE_SSH_ARGS='-o ControlMaster=no -o ConnectTimeout=20'
  play() {
    (cd "$root/deploy/azure/ansible" && timeout 240 ansible-playbook --forks 1 -i "$root/deploy/tests/inventory.yaml" site.yaml --private-key "$work/key" \
      -e "{ansible_host: 127.0.0.1, ansible_port: $port, ansible_user: root, docker_packages: [python3]}")
  }
  must_fail "database_password is empty" env RELAY_DATABASE_PASSWORD= bash -c "$(declare -f play); root=$root work=$work port=$port; play"
  play >"$work/first" || { cat "$work/first"; return 1; }
  play >"$work/second" || { cat "$work/second"; return 1; }
  if grep -E 'changed=[1-9]' "$work/second"; then
    grep -B 1 '^changed' "$work/second" || true
    return 1
  fi
  # no secret is readable for others, and none is in what is readable
  podman exec relay-server sh -c 'test "$(stat -c %a /opt/services)" = 700'
  podman exec relay-server sh -c '! grep -rl verify-RELAY_DATABASE_PASSWORD /opt/services --include=compose.yaml'
  note "$(grep -c 'changed:' "$work/first") changes, then none"
  not_here "the machines' own Docker and mounts" "the playbook ran against a container with a stand-in for docker, which reads each compose file"
}
