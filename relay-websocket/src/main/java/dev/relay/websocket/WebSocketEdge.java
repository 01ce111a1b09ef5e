package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import dev.relay.InvalidConfigurationException;
import dev.relay.JsonRedactor;
import dev.relay.JsonVerifier;
import dev.relay.RelayException;
import dev.relay.transport.Edge;
import dev.relay.transport.Encoding;
import dev.relay.transport.Poller;
import dev.relay.transport.ShardContext;
import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves the client protocol over WebSocket, in JSON and in Protobuf. One edge serves one engine.
 *
 * <p>A connection speaks Protobuf if it asks for the subprotocol {@code centrifuge-protobuf} or has
 * {@code format=protobuf} in its query, else JSON. With {@code cf_ws_frame_ping_pong=true} in the query it is kept alive by
 * pings of WebSocket instead of messages.
 *
 * <p>Every shard listens on the same port and keeps what it accepts, where the system can share a port between sockets
 * ({@code SO_REUSEPORT}: Linux, macOS, BSD). Where it cannot, only the first shard serves connections.
 *
 * <p>The library's loggers ({@code org.java_websocket}) print payloads at TRACE; keep them at INFO or above.
 *
 * <p><b>Threading.</b> {@link #port()} from any thread; {@link #poller} on the thread that builds the engine.
 */
public final class WebSocketEdge implements Edge {
    private final EdgeOptions options;
    private final @Nullable Tls tls;
    private final Encoding json = new JsonEncoding();
    private final Encoding protobuf = new ProtobufEncoding();

    private @Nullable Listeners listeners;
    private @Nullable Door door;
    private @Nullable TlsWorkers workers;
    private volatile int port = -1;

    private WebSocketEdge(EdgeOptions options, @Nullable Tls tls) {
        this.options = options;
        this.tls = tls;
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** The port it listens on, also when {@link Builder#port} was 0; −1 before the engine was built. Any thread. */
    public int port() {
        return port;
    }

    @Override
    public Poller poller(ShardContext shard) {
        if (shard.index() == 0 || listeners == null || door == null) {
            door = new Door(
                    options.door(), shard.connectionsPerNode(), shard.clock().nanoTime());
            listeners = new Listeners(options.host(), options.port(), shard.count());
            workers = tls == null ? null : new TlsWorkers(shard.count());
            if (tls != null) {
                tls.report();
            }
        }
        ServerSocketChannel listener = listeners.open(shard.index());
        port = listeners.port();
        try {
            Selector selector = Selector.open();
            try {
                ShardIo io = new ShardIo(shard, options, door, json, protobuf, tlsShard(shard, selector));
                return new SelectorPoller(io, selector, listener == null ? null : new Acceptor(listener));
            } catch (IOException | RuntimeException e) {
                selector.close();
                throw e;
            }
        } catch (IOException e) {
            closeAfter(e, listener);
            throw new RelayException("cannot open a selector for shard " + shard.index() + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            closeAfter(e, listener);
            throw e;
        }
    }

    private @Nullable TlsShard tlsShard(ShardContext shard, Selector selector) {
        return tls == null || workers == null
                ? null
                : new TlsShard(
                        tls,
                        workers,
                        selector::wakeup,
                        FaultLog.ofPeers(shard.index(), shard.clock(), "TLS with a client failed"));
    }

    /** {@link JsonPayloads#verifier()}. Any thread. */
    @Override
    public JsonVerifier jsonVerifier() {
        return JsonPayloads.verifier();
    }

    /** For payloads of which not everything may be journaled. Any thread. */
    @Override
    public JsonRedactor jsonRedactor() {
        return JsonRedaction.redactor();
    }

    private static void closeAfter(Exception failure, @Nullable ServerSocketChannel listener) {
        if (listener != null) {
            try {
                listener.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private static final int MIN_MESSAGE_BYTES = 1024;
        private static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
        private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);

        private String host = "127.0.0.1";
        private int port = 8000;
        private String path = "/connection/websocket";
        private List<String> allowedOrigins = List.of();
        private boolean loopbackOrigins;
        private int maxMessageBytes = 65_536;
        private Duration handshakeTimeout = Duration.ofSeconds(5);
        private Duration messageTimeout = Duration.ofSeconds(10);
        private List<String> trustedProxies = List.of();
        private boolean proxyProtocol;
        private int connectionsPerAddress = Integer.MAX_VALUE;
        private int connectionsPerSecond = Integer.MAX_VALUE;
        private int reservedDescriptors = 128;
        private LongSupplier descriptors = Places::descriptors;
        private @Nullable Tls tls;
        private boolean compression;
        private int compressionMinBytes = 256;

        private Builder() {}

        /** Address to listen on; default {@code 127.0.0.1}. */
        public Builder host(String host) {
            this.host = requireNonNull(host, "host");
            return this;
        }

        /** Port to listen on; 0 takes a free one; default 8000. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /** Path of the WebSocket endpoint; default {@code /connection/websocket}. */
        public Builder path(String path) {
            this.path = requireNonNull(path, "path");
            return this;
        }

        /**
         * Browsers' origins that may connect, as globs ({@code https://*.example.org}), case-insensitive; {@code *} allows
         * all. Default: none. A request without an {@code Origin} header is always allowed.
         */
        public Builder allowedOrigins(List<String> globs) {
            this.allowedOrigins = List.copyOf(globs);
            return this;
        }

        /** Also allow origins on this machine, {@code http(s)://localhost|127.0.0.1|[::1]} on any port; default false. */
        public Builder allowLoopbackOrigins(boolean allow) {
            this.loopbackOrigins = allow;
            return this;
        }

        /** Longest incoming message, bytes; longer ones close the connection with 1009; default 65,536. */
        public Builder maxMessageBytes(int bytes) {
            this.maxMessageBytes = bytes;
            return this;
        }

        /** Speak TLS, and nothing else; default: plain. */
        public Builder tls(Tls tls) {
            this.tls = requireNonNull(tls, "tls");
            return this;
        }

        /** How long a new connection may take to send its upgrade request, with TLS its handshake included; default 5 s. */
        public Builder handshakeTimeout(Duration timeout) {
            this.handshakeTimeout = requireNonNull(timeout, "timeout");
            return this;
        }

        /** How long a message may stay unfinished before its connection is closed with 1008; default 10 s. */
        public Builder messageTimeout(Duration timeout) {
            this.messageTimeout = requireNonNull(timeout, "timeout");
            return this;
        }

        /**
         * Whether to agree on compression (permessage-deflate) with clients that offer it; default false. It saves bytes and
         * costs processor time: one message is deflated once, however many get it, but on the threads that deliver.
         * Do not switch it on where one message may hold both a secret and text that somebody else has chosen: its length then
         * tells of the secret.
         */
        public Builder compression(boolean on) {
            this.compression = on;
            return this;
        }

        /** Shortest message to be compressed, bytes; shorter ones are sent as they are; default 256. */
        public Builder compressionMinBytes(int bytes) {
            this.compressionMinBytes = bytes;
            return this;
        }

        /**
         * Proxies whose word counts about where a client comes from, as IP addresses and networks ({@code 10.0.0.0/8},
         * {@code fd00::/8}); default none. From them the last address of {@code X-Forwarded-For} that is not one of theirs
         * is the client's; from others the header means nothing.
         */
        public Builder trustedProxies(List<String> addresses) {
            this.trustedProxies = List.copyOf(addresses);
            return this;
        }

        /**
         * Whether each connection of a trusted proxy begins with a header of the PROXY protocol, version 2; default false.
         * One that does not is closed. Others are clients that come directly, whatever they send.
         */
        public Builder proxyProtocol(boolean expected) {
            this.proxyProtocol = expected;
            return this;
        }

        /**
         * Connections that one address may have, an IPv6 network of 64 bits together; default unlimited. One more is
         * refused (429). Loopback addresses, and trusted proxies as long as they do not say for whom they speak, have no
         * limit.
         */
        public Builder connectionsPerAddress(int connections) {
            this.connectionsPerAddress = connections;
            return this;
        }

        /**
         * Connections that are let in within a second, after a burst of as many, by all shards together; default unlimited.
         * One more is refused (503).
         */
        public Builder connectionsPerSecond(int connections) {
            this.connectionsPerSecond = connections;
            return this;
        }

        /**
         * Files that the process may have open besides client connections; default 128. What is left of the process's limit,
         * less some for handshakes, is the number of clients that fit; one more is refused (503). At most half of the limit
         * is kept free.
         */
        public Builder reservedDescriptors(int files) {
            this.reservedDescriptors = files;
            return this;
        }

        /** Instead of what the system says; for tests. */
        Builder descriptors(long files) {
            this.descriptors = () -> files;
            return this;
        }

        /** @throws dev.relay.InvalidConfigurationException with all faults */
        public WebSocketEdge build() {
            List<String> faults = new ArrayList<>();
            if (host.isBlank()) {
                faults.add("host must not be blank");
            }
            if (port < 0 || port > 65_535) {
                faults.add("port must be 0 to 65535: " + port);
            }
            if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == '?' || c == '#')) {
                faults.add("path must start with / and hold printable ASCII without ? and #: " + path);
            }
            if (allowedOrigins.stream().anyMatch(String::isBlank)) {
                faults.add("allowedOrigins must not hold a blank pattern: " + allowedOrigins);
            }
            if (maxMessageBytes < MIN_MESSAGE_BYTES || maxMessageBytes > MAX_MESSAGE_BYTES) {
                faults.add("maxMessageBytes must be " + MIN_MESSAGE_BYTES + " to " + MAX_MESSAGE_BYTES + ": "
                        + maxMessageBytes);
            }
            if (compressionMinBytes < 0) {
                faults.add("compressionMinBytes must not be negative: " + compressionMinBytes);
            }
            checkTimeout(faults, "handshakeTimeout", handshakeTimeout);
            checkTimeout(faults, "messageTimeout", messageTimeout);
            DoorOptions door = door(faults);
            if (!faults.isEmpty()) {
                throw new InvalidConfigurationException(faults);
            }
            OriginPolicy origins = new OriginPolicy(allowedOrigins, loopbackOrigins);
            return new WebSocketEdge(
                    new EdgeOptions(
                            host,
                            port,
                            path,
                            origins,
                            maxMessageBytes,
                            handshakeTimeout.toNanos(),
                            messageTimeout.toNanos(),
                            door,
                            compression,
                            compressionMinBytes),
                    tls);
        }

        private DoorOptions door(List<String> faults) {
            if (connectionsPerAddress < 1) {
                faults.add("connectionsPerAddress must be at least 1: " + connectionsPerAddress);
            }
            if (connectionsPerSecond < 1) {
                faults.add("connectionsPerSecond must be at least 1: " + connectionsPerSecond);
            }
            if (reservedDescriptors < 0) {
                faults.add("reservedDescriptors must not be negative: " + reservedDescriptors);
            }
            TrustedProxies proxies = TrustedProxies.parse(trustedProxies, faults);
            if (proxyProtocol && trustedProxies.isEmpty()) {
                faults.add("proxyProtocol has no use without trustedProxies");
            }
            return new DoorOptions(
                    proxies,
                    proxyProtocol,
                    connectionsPerAddress,
                    connectionsPerSecond,
                    reservedDescriptors,
                    descriptors);
        }

        private static void checkTimeout(List<String> faults, String name, Duration timeout) {
            if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(MAX_TIMEOUT) > 0) {
                faults.add(name + " must be above 0 and at most " + MAX_TIMEOUT + ": " + timeout);
            }
        }
    }
}
