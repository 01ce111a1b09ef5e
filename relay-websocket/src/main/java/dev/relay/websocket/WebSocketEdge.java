package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import dev.relay.transport.Edge;
import dev.relay.transport.Poller;
import dev.relay.transport.ShardContext;
import java.util.List;

/** Serves the client protocol over WebSocket. One edge serves one engine. */
public final class WebSocketEdge implements Edge {
    private WebSocketEdge(Builder builder) {}

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** The port it listens on, also when {@link Builder#port} was 0; −1 before the engine was built. Any thread. */
    public int port() {
        return -1;
    }

    @Override
    public Poller poller(ShardContext shard) {
        throw new UnsupportedOperationException();
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private Builder() {}

        /** Address to listen on; default {@code 127.0.0.1}. */
        public Builder host(String host) {
            requireNonNull(host, "host");
            return this;
        }

        /** Port to listen on; 0 takes a free one; default 8000. */
        public Builder port(int port) {
            return this;
        }

        /** Path of the WebSocket endpoint; default {@code /connection/websocket}. */
        public Builder path(String path) {
            requireNonNull(path, "path");
            return this;
        }

        /**
         * Browsers' origins that may connect, as globs ({@code https://*.example.org}), case-insensitive; {@code *} allows
         * all. Default: none. A request without an {@code Origin} header is always allowed.
         */
        public Builder allowedOrigins(List<String> globs) {
            requireNonNull(globs, "globs");
            return this;
        }

        /** Also allow origins on this machine, {@code http(s)://localhost|127.0.0.1|[::1]} on any port; default false. */
        public Builder allowLoopbackOrigins(boolean allow) {
            return this;
        }

        /** Longest incoming message, bytes; longer ones close the connection with 1009; default 65,536. */
        public Builder maxMessageBytes(int bytes) {
            return this;
        }

        /** @throws dev.relay.InvalidConfigurationException with all faults */
        public WebSocketEdge build() {
            return new WebSocketEdge(this);
        }
    }
}
