# shellcheck shell=bash
# What the steps have in common: tools, waiting, ports. Read by deploy/verify.

# A line of the step's result
note() { echo "$*" >>"$work/said"; }

clean_step() {
  local one
  for one in "${cleanups[@]}"; do $one >/dev/null 2>&1 || true; done
}

# need <command> <Debian package>…: installs it where it is missing and we are root
need() {
  local command=$1
  shift
  command -v "$command" >/dev/null && return
  [ "$(id -u)" -eq 0 ] || fail "$command is missing; install $*"
  [ -e "$work/updated" ] || { apt-get -qq update; touch "$work/updated"; }
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@"
}

# Python programs, pinned, in an environment of their own
python_tools() {
  need python3 python3 python3-venv
  local environment wanted=$root/deploy/tests/requirements.txt
  environment=$cache/python-$(sha256sum "$wanted" | cut -c1-12)
  if [ ! -e "$environment/ready" ]; then
    rm -rf "$environment"
    python3 -m venv "$environment"
    "$environment/bin/pip" -q --disable-pip-version-check install -r "$wanted"
    touch "$environment/ready"
  fi
  PATH=$environment/bin:$PATH
}

# The newest Docker Compose: Debian sid's package, unpacked, beside whatever is installed
docker_compose() {
  compose=$cache/docker-compose
  [ -x "$compose" ] && return
  local apt=$work/apt mirror
  need apt-get apt
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/\{0,1\}$')
  mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/package"
  : >"$apt/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$apt/sources.list"
  cat >"$apt/apt.conf" <<CONF
Dir::State "$apt"; Dir::State::status "$apt/status"; Dir::Cache "$apt"; Dir::Etc::main "/dev/null"; Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$apt/sources.list"; Dir::Etc::sourceparts "/dev/null"; APT::Sandbox::User "";
Acquire::Languages "none"; Acquire::Check-Valid-Until "false"; Acquire::Retries "3";
CONF
  (cd "$apt" && APT_CONFIG=$apt/apt.conf apt-get -qq update && APT_CONFIG=$apt/apt.conf apt-get -qq download docker-compose)
  dpkg-deb -x "$apt"/docker-compose_*.deb "$apt/package"
  install -m 0755 "$(find "$apt/package" -type f -name docker-compose | head -n 1)" "$compose.new"
  mv "$compose.new" "$compose"
  rm -rf "$apt"
}

free_port() {
  local port
  for _ in $(seq 100); do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "$port"; return; fi
  done
  fail "no free port"
}

# until_true <seconds> <what> <command…>: waits, and says what it waited for in vain
until_true() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { echo "in vain waited for: $what"; return 1; }
    sleep 0.3
  done
}

# must_fail <text> <command…>: the command has to fail and to say this
must_fail() {
  local text=$1 said
  shift
  if said=$("$@" 2>&1); then
    echo "should have failed: $*"
    return 1
  fi
  grep -qF -- "$text" <<<"$said" || { echo "failed without saying '$text': $*"; echo "$said"; return 1; }
}

# The jar and the list of what is in it: those of the build before, or made now
jar() {
  local target=$root/relay-standalone/target
  if [ ! -s "$target/relay-standalone.jar" ] || [ ! -s "$target/relay-standalone.cdx.json" ]; then
    need mvn maven openjdk-17-jdk-headless
    mvn -q -B -f "$root/pom.xml" -pl relay-standalone -am -Dmaven.test.skip=true -Dspotless.check.skip=true package >&2
  fi
  echo "$target/relay-standalone.jar"
}

# The official SDK, as the end-to-end tests pin it
sdk() {
  need node nodejs
  need npm npm
  local wanted=$root/relay-standalone/src/test/js
  sdk=$cache/sdk-$(sha256sum "$wanted/package-lock.json" | cut -c1-12)
  if [ ! -e "$sdk/ready" ]; then
    rm -rf "$sdk"
    mkdir -p "$sdk"
    cp "$wanted/package.json" "$wanted/package-lock.json" "$sdk"
    npm --prefix "$sdk" ci --silent --no-audit --no-fund
    touch "$sdk/ready"
  fi
  cp "$root/deploy/tests/clients.mjs" "$sdk"
}

# A certificate for localhost and relay.localhost: $work/tls/{ca,cert,key,both}.pem
certificate() {
  need openssl openssl
  mkdir -p "$work/tls"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=relay-verify \
    -addext subjectAltName=DNS:localhost,DNS:relay.localhost,DNS:relay.example.org,IP:127.0.0.1 \
    -keyout "$work/tls/key.pem" -out "$work/tls/cert.pem" 2>/dev/null
  cat "$work/tls/cert.pem" "$work/tls/key.pem" >"$work/tls/both.pem"
}
