package dev.relay.standalone;

import com.codahale.metrics.MetricRegistry;
import dev.relay.Authorizer;
import dev.relay.Health;
import dev.relay.Relay;
import dev.relay.RelayBuilder;
import dev.relay.RelayException;
import dev.relay.jdbc.JdbcJournal;
import dev.relay.jdbc.OutboxDrain;
import dev.relay.jdbc.SqliteSpool;
import dev.relay.journal.Spool;
import dev.relay.standalone.config.Configuration;
import dev.relay.standalone.config.Configuration.Mode;
import dev.relay.standalone.config.Option;
import dev.relay.standalone.console.Console;
import dev.relay.standalone.journal.Store;
import dev.relay.standalone.otel.Telemetry;
import dev.relay.websocket.TokenAuthorizer;
import dev.relay.websocket.TokenTrust;
import dev.relay.websocket.WebSocketEdge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running engine, as far as the launcher cares.
 *
 * @param port of the WebSocket endpoint
 * @param relay what the server API calls
 * @param health may be asked from any thread, does not block
 * @param stop ends it in order; blocks up to the drain window, the shutdown timeout and a little
 */
record Engine(int port, Relay relay, Supplier<Health> health, Runnable stop) {
    private static final int MAX_WAITING_SIGNATURES = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    /** Open files of everything but the two ports: the jar, the journal and its connections, listeners, selectors, logs. */
    private static final int OTHER_FILES = 128;

    /** Starts an engine; the seam that lets the launcher be tested without sockets and databases. */
    @FunctionalInterface
    interface Starter {
        /**
         * Starts.
         *
         * @param metrics where it registers what it measures
         * @param console who looks at it; {@code null} for nobody
         * @throws dev.relay.RelayException if it cannot
         */
        Engine start(
                Configuration configuration,
                DataDirectory directory,
                MetricRegistry metrics,
                @Nullable Console console);
    }

    /** The real one: WebSocket edge, SQL journal, tokens. */
    static Engine start(
            Configuration configuration, DataDirectory directory, MetricRegistry metrics, @Nullable Console console) {
        WebSocketEdge edge = edge(configuration);
        JdbcJournal journal = Store.of(configuration, directory.nodeId()).build();
        RelayBuilder builder = Relay.builder()
                .metrics(metrics)
                .version("relay " + Version.current())
                .edge(edge)
                .journal(journal)
                .insecure(configuration.mode() != Mode.CLOSED)
                .channelDefaults(configuration.channelDefaults())
                .pingInterval(configuration.get(Option.PING_INTERVAL))
                .pongTimeout(configuration.get(Option.PONG_TIMEOUT))
                .staleTimeout(configuration.get(Option.CLIENT_STALE_TIMEOUT))
                .writeTimeout(configuration.get(Option.CLIENT_WRITE_TIMEOUT))
                .outboxBytes(configuration.get(Option.CLIENT_OUTBOX_SIZE))
                .channelsPerClient(configuration.get(Option.CHANNELS_PER_CLIENT))
                .idempotencyWindow(configuration.get(Option.IDEMPOTENCY_WINDOW))
                .logEvents(configuration.get(Option.LOG_EVENTS))
                .eventTtl(configuration.get(Option.EVENT_TTL))
                .nodeName(configuration.nodeName())
                .drainWindow(configuration.get(Option.DRAIN_WINDOW))
                .shutdownTimeout(configuration.get(Option.SHUTDOWN_TIMEOUT));
        ifGiven(spool(configuration), builder::spool);
        configuration.namespaces().forEach(builder::namespace);
        Authorizer authorizer = authorizer(configuration);
        if (console == null) {
            builder.authorizer(authorizer);
        } else {
            console.watching(builder, authorizer);
        }
        ifGiven(configuration.find(Option.SHARDS), builder::shards);
        ifGiven(configuration.find(Option.CLIENT_OUTBOX_BUDGET), builder::outboxBudgetBytes);
        ifGiven(configuration.find(Option.CONNECTIONS_PER_USER), builder::connectionsPerUser);
        ifGiven(configuration.find(Option.CONNECTIONS_PER_NODE), builder::connectionsPerNode);
        ifGiven(configuration.find(Option.COMMANDS_PER_SECOND), builder::commandsPerSecond);
        if (configuration.get(Option.PERSONAL_CHANNEL)) {
            String namespace = configuration.find(Option.PERSONAL_CHANNEL_NAMESPACE);
            builder.personalChannels(namespace == null ? "" : namespace);
        }
        Telemetry telemetry = configuration.get(Option.OTEL) ? new Telemetry() : null;
        if (telemetry != null) {
            builder.tracer(telemetry.tracer());
        }
        Relay relay = builder.build();
        if (console != null) {
            console.started(relay, edge.port(), metrics);
        }
        Runnable stop = configuration.get(Option.OUTBOX) ? drainingOutbox(relay, journal, metrics) : relay::close;
        return new Engine(edge.port(), relay, relay::health, () -> {
            stop.run();
            if (telemetry != null) {
                telemetry.close();
            }
        });
    }

    /** Returns what stops both. */
    private static Runnable drainingOutbox(Relay relay, JdbcJournal journal, MetricRegistry metrics) {
        OutboxDrain drain = OutboxDrain.builder(relay, journal).metrics(metrics).start();
        return () -> {
            drain.close();
            relay.close();
        };
    }

    private static WebSocketEdge edge(Configuration configuration) {
        WebSocketEdge.Builder edge = WebSocketEdge.builder()
                .host(configuration.host())
                .port(configuration.get(Option.PORT))
                .allowedOrigins(configuration.allowedOrigins())
                .allowLoopbackOrigins(configuration.mode() == Mode.DEVELOPMENT)
                .maxMessageBytes(configuration.get(Option.MAX_MESSAGE_SIZE))
                .compression(configuration.get(Option.COMPRESSION))
                .compressionMinBytes(configuration.get(Option.COMPRESSION_MIN_SIZE))
                .proxyProtocol(configuration.get(Option.PROXY_PROTOCOL))
                .reservedDescriptors(OTHER_FILES + httpConnections(configuration));
        ifGiven(configuration.tls(), edge::tls);
        ifGiven(configuration.find(Option.TRUSTED_PROXIES), edge::trustedProxies);
        ifGiven(configuration.find(Option.CONNECTIONS_PER_ADDRESS), edge::connectionsPerAddress);
        ifGiven(configuration.find(Option.CONNECTIONS_PER_SECOND), edge::connectionsPerSecond);
        return edge.build();
    }

    private static int httpConnections(Configuration configuration) {
        return configuration.get(Option.HTTP_PORT) == Option.OFF ? 0 : configuration.get(Option.HTTP_CONNECTIONS);
    }

    private static @Nullable Spool spool(Configuration configuration) {
        Path file = configuration.dataDirectory().resolve("spool.db");
        boolean remote = !configuration.databaseUrl().startsWith("jdbc:sqlite:");
        if (remote && configuration.get(Option.SPOOL)) {
            return SqliteSpool.at(file, configuration.get(Option.SPOOL_MAX_SIZE));
        }
        if (Files.exists(file)) {
            warnOfLeft(file);
        }
        return null;
    }

    /** A spool that is not used any more may hold what was acknowledged. */
    private static void warnOfLeft(Path file) {
        try (SqliteSpool left = SqliteSpool.at(file)) {
            left.open();
            long publications = left.size().publications();
            if (publications > 0) {
                LOG.warn(
                        "{} holds {} acknowledged publications that are not in the journal; start with spool: true and its"
                                + " MySQL database to move them",
                        file,
                        publications);
            }
        } catch (RelayException e) {
            LOG.warn("{} is not used, and cannot be looked into: {}", file, e.getMessage());
        }
    }

    private static <T> void ifGiven(@Nullable T value, Consumer<T> target) {
        if (value != null) {
            target.accept(value);
        }
    }

    private static Authorizer authorizer(Configuration configuration) {
        boolean open = configuration.mode() != Mode.CLOSED;
        TokenTrust trust = configuration.connectionTrust();
        TokenTrust subscriptionTrust = configuration.subscriptionTrust();
        if (trust == null && subscriptionTrust == null && open) {
            return Authorizer.anonymous();
        }
        TokenAuthorizer.Builder tokens = TokenAuthorizer.builder()
                .allowAnonymousConnect(open || configuration.get(Option.ALLOW_ANONYMOUS_CONNECT))
                .enforceExpiry(!open)
                .executor(signatureChecks());
        ifGiven(trust, tokens::trust);
        ifGiven(subscriptionTrust, tokens::subscriptionTrust);
        return tokens.build();
    }

    /** As many threads as there are shards by default, which end when there is nothing to do; beyond the bound it refuses. */
    private static Executor signatureChecks() {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING_SIGNATURES), task -> {
                    Thread thread = new Thread(task, "relay-signatures");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
