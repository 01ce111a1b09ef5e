# shellcheck shell=bash
# Containers without a Docker engine: podman with runc, stand-ins for the base images. Read by deploy/verify.

containers() {
  need podman podman crun runc netavark aardvark-dns iptables
  need buildah buildah
  need runc runc
  need mmdebstrap mmdebstrap
  mkdir -p "$cache/containers" "$work/run"
  cat >"$work/containers.conf" <<CONF
[engine]
cgroup_manager="cgroupfs"
events_logger="file"
runtime="runc"
[containers]
# those that the machine has; a hard limit of another height may be forbidden
default_ulimits=[]
CONF
  cat >"$work/storage.conf" <<CONF
[storage]
driver="overlay"
graphroot="$cache/containers"
runroot="$work/run"
CONF
  export CONTAINERS_CONF=$work/containers.conf CONTAINERS_STORAGE_CONF=$work/storage.conf
}

# podman without its complaints about a systemd that is not there (it would run the health checks; we do)
pod() { podman "$@" 2> >(grep -v 'systemd' >&2); }

has_image() { podman image exists "$1" 2>/dev/null; }

# debian <image> <packages>: a minimal Debian 13 with these packages
debian() {
  has_image "$1" && return
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/\{0,1\}$')
  mmdebstrap --quiet --variant=minbase --mode=root ${2:+--include="$2"} trixie "$work/debian.tar" "$mirror"
  pod import -q "$work/debian.tar" "$1" >/dev/null
  rm -f "$work/debian.tar"
}

# A JDK 25 that is on the machine, as a directory; nothing if there is none
jdk_25() {
  local release
  for release in /usr/lib/jvm/*/release /opt/*/release; do
    if grep -qs '^JAVA_VERSION="25' "$release" && [ -x "${release%/release}/bin/jlink" ]; then
      echo "${release%/release}"
      return
    fi
  done
}

# Under the names of the Dockerfile's arguments: the slim Debian, a JDK 25, and a Maven that has built already
base_images() {
  local build_image jdk_image base_image home
  build_image=$(sed -n 's/^ARG BUILD_IMAGE=//p' Dockerfile)
  jdk_image=$(sed -n 's/^ARG JDK_IMAGE=//p' Dockerfile)
  base_image=$(sed -n 's/^ARG BASE_IMAGE=//p' Dockerfile)
  debian "$base_image" ""
  if ! has_image "$jdk_image"; then
    home=$(jdk_25)
    if [ -n "$home" ]; then
      mkdir -p "$work/jdk"
      # links into the host's certificates become files
      cp -rL "$home" "$work/jdk/jdk"
      rm -f "$work/jdk/jdk/lib/src.zip"
      printf 'FROM %s\nCOPY jdk /opt/java/openjdk\nENV PATH=/opt/java/openjdk/bin:/usr/sbin:/usr/bin:/sbin:/bin\n' "$base_image" \
        >"$work/jdk/Containerfile"
      buildah bud -q -t "$jdk_image" "$work/jdk" >/dev/null
      rm -rf "$work/jdk"
    else
      # Debian's carries debug symbols: the image gets larger than the real one
      debian localhost/jdk openjdk-25-jdk-headless,ca-certificates-java
      printf 'FROM localhost/jdk\nENV PATH=/usr/lib/jvm/java-25-openjdk-amd64/bin:/usr/sbin:/usr/bin:/sbin:/bin\n' >"$work/Containerfile"
      buildah bud -q -t "$jdk_image" -f "$work/Containerfile" >/dev/null
      rm "$work/Containerfile"
    fi
  fi
  # the jar is in it, so that another jar is another image, and what was built from the one before is not taken for it
  mkdir -p "$work/maven/built/classes"
  cp "$(jar)" "$root/relay-standalone/target/relay-standalone.cdx.json" "$work/maven/built/"
  unzip -qo "$work/maven/built/relay-standalone.jar" 'dev/relay/standalone/http/console/*' -d "$work/maven/built/classes"
  printf '#!/bin/sh\nset -e\nmkdir -p relay-standalone/target\ncp -r /built/. relay-standalone/target/\n' >"$work/maven/mvn"
  printf 'FROM %s\nCOPY built /built\nCOPY --chmod=0755 mvn /usr/local/bin/mvn\n' "$base_image" >"$work/maven/Containerfile"
  buildah bud -q --layers -t "$build_image" "$work/maven" >/dev/null
  rm -rf "$work/maven"
  not_here "the true base images" "no registry of images is asked; stand-ins under their names were built from Debian's packages"
}

# build_relay [target]: the Dockerfile as it is, on these
build_relay() {
  local target=${1:-} name=relay:latest
  [ -z "$target" ] || name=relay-$target:latest
  buildah bud --format docker --layers --pull=false ${target:+--target "$target"} \
    --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null || echo unknown)" -t "localhost/$name" "$root"
}

# The image, built in this run
relay_image() {
  containers
  need unzip unzip
  base_images
  [ -e "$work/relay-built" ] || build_relay >"$work/build.log" 2>&1 || { tail -n 40 "$work/build.log"; return 1; }
  touch "$work/relay-built"
}

# Hardened as docs/container.md has it. More options, then the image's arguments behind --
hardened=(--read-only --read-only-tmpfs=false --cap-drop all --security-opt no-new-privileges --memory 512m)

healthy() { podman exec "$1" /opt/relay/health; }
exited() { [ "$(podman inspect -f '{{.State.Status}}' "$1")" = exited ]; }
exit_code() { podman inspect -f '{{.State.ExitCode}}' "$1"; }
remove() { podman rm -f -v -t 0 "$@"; }
