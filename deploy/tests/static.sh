# shellcheck shell=bash
# What can be said of files without running them. Read by deploy/verify.

step_files() {
  need shellcheck shellcheck
  python_tools
  docker_compose
  local scripts
  mapfile -t scripts < <(git ls-files -co --exclude-standard deploy relay-standalone/src/main/docker \
    | while read -r file; do if head -n 1 "$file" | grep -qE '^#!.*\b(ba)?sh'; then echo "$file"; fi; done)
  shellcheck -x -S warning "${scripts[@]}"
  note "${#scripts[@]} scripts"
  # charts are templates; they are looked at once they are rendered
  mapfile -t files < <(git ls-files -co --exclude-standard '*.yaml' '*.yml' | grep -v -e '^deploy/helm/relay/templates/' -e '^deploy/kubernetes/relay.yaml$')
  yamllint --strict -c deploy/tests/yamllint.yaml "${files[@]}"
  note "${#files[@]} YAML files"
  check-jsonschema --quiet --builtin-schema vendor.compose-spec deploy/compose/compose.yaml deploy/cloud/host/compose.yaml
  local profile
  for profile in embedded full; do
    "$compose" -f deploy/compose/compose.yaml --profile "$profile" config --quiet
  done
  sed '/env_file/d' deploy/cloud/host/compose.yaml >"$work/host.yaml"
  RELAY_IMAGE=relay RELAY_DOMAIN=relay.example.org "$compose" -f "$work/host.yaml" config --quiet
  # every variable that a file gives to Relay is an option it knows
  local option unknown=0
  while read -r option; do
    grep -qE "^\| \`$option\`" docs/configuration.md || { echo "no such option: $option"; unknown=1; }
  done < <(grep -rhoE 'RELAY_[A-Z_]+(_FILE)?: ' deploy/compose/compose.yaml deploy/azure/ansible/roles deploy/helm/relay/templates \
    | sed 's/: $//; s/^RELAY_//; s/_FILE$//' | tr '[:upper:]' '[:lower:]' | sort -u | grep -vx -e domain -e port_clients)
  [ "$unknown" = 0 ]
  # a unit that systemd reads without a word
  if command -v systemd-analyze >/dev/null; then
    mkdir -p "$work/unit"
    # the program it starts is not here
    sed "s|^ExecStart=/usr/bin/java|ExecStart=/bin/true|" deploy/systemd/relay.service >"$work/unit/relay.service"
    systemd-analyze verify --man=no "$work/unit/relay.service" 2>"$work/unit/said" || true
    if grep -F relay.service "$work/unit/said"; then return 1; fi
    note "systemd: $(systemd-analyze security --offline=true "$work/unit/relay.service" 2>/dev/null | sed -n 's/.*exposure level[^:]*: //p')"
  else
    not_here "the systemd unit" "systemd-analyze is not on this machine"
  fi
  not_here "the systemd unit as a service" "no systemd runs here; it was parsed and its hardening rated"
  if git ls-files deploy .github .circleci | xargs grep -lE 'BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|discord(app)?\.com/api/webhooks/[0-9]' ; then
    echo "that looks like a secret"
    return 1
  fi
}

step_pipelines() {
  python_tools
  check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yaml
  check-jsonschema --quiet --builtin-schema vendor.circle-ci .circleci/config.yml
  # actions by commit, nothing else
  if grep -nE 'uses: [^.]' .github/workflows/*.yaml | grep -vE '@[0-9a-f]{40} # v'; then echo "not pinned"; return 1; fi
  local actionlint=$cache/actionlint
  if [ ! -x "$actionlint" ] && command -v go >/dev/null && ! GOBIN=$work GOFLAGS=-modcacherw \
    go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12; then
    echo "Go cannot build it"
  fi
  [ ! -x "$work/actionlint" ] || mv "$work/actionlint" "$actionlint"
  if [ -x "$actionlint" ]; then
    "$actionlint" -shellcheck "$(command -v shellcheck || true)" .github/workflows/*.yaml
    note "actionlint"
  else
    not_here "actionlint" "it needs Go; the schema was checked"
  fi
  # the webhook that the pipeline sends, and what a host makes of it
  need curl curl
  must_fail "not an image by its digest" env DEPLOY_WEBHOOK_URL=http://127.0.0.1:9 DEPLOY_HOOK_SECRET=x deploy/pipeline/redeploy relay:latest
  must_fail "DEPLOY_HOOK_SECRET" env -u DEPLOY_HOOK_SECRET DEPLOY_WEBHOOK_URL=http://127.0.0.1:9 deploy/pipeline/redeploy x
  must_fail "not an image by its digest" env RELAY_HOME="$work" deploy/cloud/host/redeploy 'x; reboot'
  python3 -c 'import re,sys; re.sub(r"\{\{.*?\}\}", "", open(sys.argv[1]).read())' deploy/cloud/host/hooks.json
  not_here "the pipelines themselves" "they run at GitHub and CircleCI; files were checked against their schemas"
}

step_terraform() {
  python_tools
  local file parsed=0
  while read -r file; do
    hcl2tojson "$file" >/dev/null || { echo "$file does not parse"; return 1; }
    parsed=$((parsed + 1))
  done < <(git ls-files -co --exclude-standard deploy | grep -E '\.(tf|hcl)$')
  note "$parsed HCL files parse"
  if command -v terraform >/dev/null; then
    terraform fmt -check -recursive -diff deploy
    note "terraform fmt"
    local directory
    for directory in deploy/azure/terraform deploy/cloud; do
      cp -r "$directory" "$work/terraform"
      if (cd "$work/terraform" && terraform init -backend=false -input=false -no-color) >"$work/init.log" 2>&1; then
        (cd "$work/terraform" && terraform validate -no-color && terraform test -no-color)
        note "terraform validate and test: $directory"
      else
        not_here "terraform validate, test and plan of $directory" "its providers cannot be had here"
      fi
      rm -rf "$work/terraform"
    done
  else
    not_here "terraform fmt, validate, test and plan" "no terraform on this machine; the files were parsed"
  fi
  not_here "Nomad" "no nomad on this machine; the job was parsed"
}

step_helm() {
  need mvn maven openjdk-17-jdk-headless
  python_tools
  local classpath=$work/helm.classpath chart=deploy/helm/relay values=deploy/kubernetes/values.yaml
  mvn -q -B -f deploy/tests/helm/pom.xml dependency:build-classpath -Dmdep.outputFile="$classpath"
  helm() { java -Dkubernetes="${kubernetes:-1.33.0}" -cp "$(cat "$classpath")" deploy/tests/helm/Chart.java "$@"; }
  helm lint "$chart" "$values"
  { echo "# Rendered from deploy/helm/relay by deploy/verify --render: change it there."
    helm template "$chart" "$values" | sed 's/[[:space:]]*$//'
  } >"$work/relay.yaml"
  if $render; then cp "$work/relay.yaml" deploy/kubernetes/relay.yaml; fi
  diff -u deploy/kubernetes/relay.yaml "$work/relay.yaml" || { echo "run deploy/verify --render"; return 1; }
  local version
  for version in 1.29 1.33 1.37; do
    kubernetes-validate --quiet --strict -k "$version" "$work/relay.yaml"
  done
  note "$(grep -c '^kind:' "$work/relay.yaml") objects, valid for Kubernetes 1.29, 1.33, 1.37"
  # with as little as possible
  helm template "$chart" "" secrets.existingSecret=relay >"$work/least.yaml"
  kubernetes-validate --quiet --strict "$work/least.yaml"
  # what has to be refused
  must_fail "secrets.existingSecret is required" helm template "$chart" ""
  must_fail "database.existingSecret is required" helm template "$chart" "" secrets.existingSecret=a database.url=jdbc:mysql://db/relay
  must_fail "does not match pattern" helm template "$chart" "$values" image.digest=sha256:12
  must_fail "does not match pattern" helm template "$chart" "$values" database.url=postgres://db/relay
  must_fail "additional properties 'replicas' not allowed" helm template "$chart" "$values" replicas=2
  must_fail "invalid propertyName 'api_key'" helm template "$chart" "$values" config.api_key=secret
  kubernetes=1.20.0 must_fail "incompatible with Kubernetes" helm template "$chart" "$values"
  # what the manual promises
  python3 - "$work/relay.yaml" <<'PYTHON'
import sys, yaml
objects = {(o["kind"], o["metadata"]["name"]): o for o in yaml.safe_load_all(open(sys.argv[1])) if o}
pod = objects["StatefulSet", "relay"]["spec"]["template"]["spec"]
relay = pod["containers"][0]
config = objects["ConfigMap", "relay"]["data"]
assert pod["enableServiceLinks"] is False
assert pod["terminationGracePeriodSeconds"] > int(config["RELAY_DRAIN_WINDOW"][:-1]) + int(config["RELAY_SHUTDOWN_TIMEOUT"][:-1])
assert relay["securityContext"] == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
assert relay["livenessProbe"]["httpGet"]["path"] == "/health/live" and relay["readinessProbe"]["httpGet"]["path"] == "/health/ready"
assert objects["NetworkPolicy", "relay-database"]["spec"]["ingress"][0]["from"] == [{"podSelector": {"matchLabels": objects["StatefulSet", "relay"]["spec"]["selector"]["matchLabels"]}}]
assert "/metrics" not in str(objects["Ingress", "relay"])
PYTHON
  not_here "a live cluster" "there is none; objects were checked against Kubernetes' schemas"
}

step_ansible() {
  python_tools
  need git git
  (cd deploy/azure/ansible && ansible-playbook --syntax-check -i "$root/deploy/tests/inventory.yaml" site.yaml)
  (cd deploy/azure/ansible && ansible-lint --offline -q site.yaml)
  note "syntax, ansible-lint"
}

step_monitoring() {
  need promtool prometheus
  python_tools
  local rules=deploy/prometheus/relay.rules.yaml dashboard=deploy/grafana/relay.json
  # paths as they are in the container
  sed "s|/etc/prometheus/rules/|$root/deploy/prometheus/|; s|/run/secrets/metrics_key|/dev/null|" deploy/compose/prometheus/prometheus.yaml \
    >"$work/prometheus.yaml"
  promtool check config "$work/prometheus.yaml"
  promtool check rules "$rules"
  promtool test rules "${rules%.yaml}.test.yaml"
  note "rules, and their tests"
  python3 -c 'import json,sys; d = json.load(open(sys.argv[1])); assert d["title"] and d["panels"]' "$dashboard"
  note "dashboard parses"
  not_here "Grafana" "its image cannot be had here; provisioning and dashboard were parsed"
}
