# syntax=docker/dockerfile:1
# How to run it: docs/container.md. The names of the base images are arguments, so that a mirror or a digest can take their place.
ARG BUILD_IMAGE=docker.io/library/maven:3.9-eclipse-temurin-17
ARG JDK_IMAGE=docker.io/library/eclipse-temurin:25-jdk
ARG BASE_IMAGE=docker.io/library/debian:trixie-slim
ARG CONSOLE_IMAGE=docker.io/nginxinc/nginx-unprivileged:1.28-alpine

# 1. the jar, with the oldest Java that Relay supports, and the list of what is in it (CycloneDX)
FROM ${BUILD_IMAGE} AS jar
WORKDIR /build
COPY . .
RUN mvn -q -B -pl relay-standalone -am -Dmaven.test.skip=true -Dspotless.check.skip=true package

# 2. a Java 25 runtime with the modules that Relay uses, a quarter of a JDK
FROM ${JDK_IMAGE} AS runtime
RUN jlink --add-modules java.desktop,java.management,java.naming,java.net.http,java.security.sasl,java.sql,jdk.crypto.ec,jdk.management,jdk.unsupported \
        --no-header-files --no-man-pages --compress zip-6 --output /runtime

# 3. the console as static files, for a web server beside Relay: docker build --target console
FROM ${CONSOLE_IMAGE} AS console
COPY --from=jar /build/relay-standalone/target/classes/dev/relay/standalone/http/console /usr/share/nginx/html

# 4. what runs
FROM ${BASE_IMAGE}
RUN useradd --no-log-init --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin relay \
    && install -d -o relay -g relay -m 0700 /data
COPY --from=runtime /runtime /opt/java
COPY --from=jar /build/relay-standalone/target/relay-standalone.jar /build/relay-standalone/target/relay-standalone.cdx.json /opt/relay/
COPY --chmod=0755 relay-standalone/src/main/docker/ /opt/relay/
# Classes as the JVM wants them in memory, taken from one start and stop
RUN /opt/relay/archive-classes

ENV RELAY_DATA_DIR=/data
USER 10001:10001
VOLUME /data
EXPOSE 8000 8001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["/opt/relay/health"]
ENTRYPOINT ["/opt/relay/start"]

# last, so that a new version alone changes no layer
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Relay" \
      org.opencontainers.image.description="WebSocket pub/sub with the Centrifugal protocol and a SQL journal" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/debian:trixie-slim"
