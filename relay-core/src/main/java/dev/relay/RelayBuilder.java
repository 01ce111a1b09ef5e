package dev.relay;

import static java.util.Objects.requireNonNull;

import com.codahale.metrics.MetricRegistry;
import dev.relay.internal.Engine;
import dev.relay.internal.EngineOptions;
import dev.relay.internal.channel.Namespaces;
import dev.relay.internal.session.Handlers;
import dev.relay.internal.session.SessionOptions;
import dev.relay.journal.EventKind;
import dev.relay.journal.Journal;
import dev.relay.journal.Spool;
import dev.relay.transport.Edge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Every option of an engine; {@link #build()} checks all of them and starts it. Not thread-safe. */
public final class RelayBuilder {
    /** {@link #connectionsPerUser}, {@link #connectionsPerNode}, {@link #commandsPerSecond}: no limit. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private static final Set<EventKind> DEFAULT_EVENTS =
            Set.of(EventKind.CONNECT, EventKind.DISCONNECT, EventKind.REFUSAL);
    private static final Duration MAX_EVENT_TTL = Duration.ofDays(36_500);
    private static final Duration MAX_IDEMPOTENCY_WINDOW = Duration.ofDays(365);
    private static final Pattern NAMESPACE = Pattern.compile("[-a-zA-Z0-9_.]{2,}");

    private final Map<String, ChannelOptions> namespaces = new LinkedHashMap<>();
    private ChannelOptions channelDefaults = ChannelOptions.transientChannel();
    private @Nullable Journal journal;
    private @Nullable Spool spool;
    private @Nullable Edge edge;

    private Authorizer authorizer = Authorizer.anonymous();
    private boolean insecure;
    private int shards = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    private ThreadFactory threadFactory = Executors.defaultThreadFactory();
    private @Nullable Executor blockingExecutor;
    private MetricRegistry metrics = new MetricRegistry();
    private @Nullable PublishTracer tracer;
    private RelayClock clock = RelayClock.system();
    private String version = "relay";
    private Duration pingInterval = Duration.ofSeconds(25);
    private Duration pongTimeout = Duration.ofSeconds(8);
    private Duration staleTimeout = Duration.ofSeconds(10);
    private Duration writeTimeout = Duration.ofSeconds(10);
    private Duration drainWindow = Duration.ZERO;
    private Duration shutdownTimeout = Duration.ofSeconds(5);
    private int outboxBytes = 1024 * 1024;
    private long outboxBudgetBytes = Math.min(Runtime.getRuntime().maxMemory() / 4, 1L << 30);
    private int channelsPerClient = 128;
    private int connectionsPerUser = UNLIMITED;
    private int connectionsPerNode = UNLIMITED;
    private int commandsPerSecond = UNLIMITED;
    private @Nullable String personalNamespace;
    private Duration idempotencyWindow = Duration.ofMinutes(5);
    private String nodeName = "relay";
    private final Map<String, RpcHandler> rpcHandlers = new LinkedHashMap<>();
    private @Nullable MessageHandler messageHandler;
    private @Nullable SessionListener sessionListener;
    private @Nullable Executor handlerExecutor;
    private @Nullable JsonVerifier jsonVerifier;
    private @Nullable JsonRedactor jsonRedactor;
    private Duration eventTtl = Duration.ofDays(30);
    private @Nullable Set<EventKind> events; // null: those that are on where there is a journal

    RelayBuilder() {}

    /** Where channels with history keep it; without one, such channels are refused by {@link #build()}. */
    public RelayBuilder journal(Journal journal) {
        this.journal = requireNonNull(journal, "journal");
        return this;
    }

    /**
     * Where publications are kept while the journal's database cannot be written; the engine opens and closes it, and moves
     * what it holds into the journal. Default none: publications to journaled channels are then refused meanwhile. Nothing to
     * be used beside a journal on the same disk.
     */
    public RelayBuilder spool(Spool spool) {
        this.spool = requireNonNull(spool, "spool");
        return this;
    }

    /** Where connections come from; without one, the engine serves this process only. */
    public RelayBuilder edge(Edge edge) {
        this.edge = requireNonNull(edge, "edge");
        return this;
    }

    /** Options of channels without a namespace; default {@link ChannelOptions#transientChannel()}. */
    public RelayBuilder channelDefaults(ChannelOptions options) {
        this.channelDefaults = requireNonNull(options, "options");
        return this;
    }

    /**
     * Options of the channels {@code name:…}. A name has at least two of {@code a-z A-Z 0-9 _ . -} and is given once. A
     * channel of a namespace that is not given is refused.
     */
    public RelayBuilder namespace(String name, ChannelOptions options) {
        requireNonNull(name, "name");
        if (namespaces.put(name, requireNonNull(options, "options")) != null) {
            throw new InvalidConfigurationException(List.of("namespace given twice: " + name));
        }
        return this;
    }

    /** Who connections are; default {@link Authorizer#anonymous()}. */
    public RelayBuilder authorizer(Authorizer authorizer) {
        this.authorizer = requireNonNull(authorizer, "authorizer");
        return this;
    }

    /** Every client may do everything that no token forbids; for development and SDK tests. Default {@code false}. */
    public RelayBuilder insecure(boolean insecure) {
        this.insecure = insecure;
        return this;
    }

    /** Threads that own connections and channels; 1 to 1024, default one for every two processors. */
    public RelayBuilder shards(int shards) {
        this.shards = shards;
        return this;
    }

    /** Makes the shards, the journal writer and, unless {@link #blockingExecutor} is given, its threads. */
    public RelayBuilder threadFactory(ThreadFactory threadFactory) {
        this.threadFactory = requireNonNull(threadFactory, "threadFactory");
        return this;
    }

    /** Runs journal reads; may block. Default: a small pool that the engine owns and closes. */
    public RelayBuilder blockingExecutor(Executor executor) {
        this.blockingExecutor = requireNonNull(executor, "executor");
        return this;
    }

    /** Where the engine's metrics are registered; default a registry of its own. */
    public RelayBuilder metrics(MetricRegistry metrics) {
        this.metrics = requireNonNull(metrics, "metrics");
        return this;
    }

    /** Who follows publications that belong to a trace; default nobody. */
    public RelayBuilder tracer(PublishTracer tracer) {
        this.tracer = requireNonNull(tracer, "tracer");
        return this;
    }

    /** For tests that move the time. */
    public RelayBuilder clock(RelayClock clock) {
        this.clock = requireNonNull(clock, "clock");
        return this;
    }

    /** What clients are told the server is; default {@code relay}. */
    public RelayBuilder version(String version) {
        this.version = requireNonNull(version, "version");
        return this;
    }

    /** Time between two pings of a connection, whole seconds; zero sends none. Default 25 s. */
    public RelayBuilder pingInterval(Duration interval) {
        this.pingInterval = requireNonNull(interval, "interval");
        return this;
    }

    /** Time a ping may stay unanswered, shorter than the interval. Default 8 s. */
    public RelayBuilder pongTimeout(Duration timeout) {
        this.pongTimeout = requireNonNull(timeout, "timeout");
        return this;
    }

    /** Time a new connection has to send its connect command. Default 10 s. */
    public RelayBuilder staleTimeout(Duration timeout) {
        this.staleTimeout = requireNonNull(timeout, "timeout");
        return this;
    }

    /** Time a peer may take no byte while bytes wait for it. Default 10 s. */
    public RelayBuilder writeTimeout(Duration timeout) {
        this.writeTimeout = requireNonNull(timeout, "timeout");
        return this;
    }

    /**
     * Time over which {@link Relay#drain()} and {@link Relay#close()} close the connections, one after the other, so that those
     * who come back elsewhere do not come all at once; at most a day. With few connections it is not used up. Default zero: all
     * at once.
     */
    public RelayBuilder drainWindow(Duration window) {
        this.drainWindow = requireNonNull(window, "window");
        return this;
    }

    /** Time {@link Relay#close()}, after the drain, gives publications and connections to finish. Default 5 s. */
    public RelayBuilder shutdownTimeout(Duration timeout) {
        this.shutdownTimeout = requireNonNull(timeout, "timeout");
        return this;
    }

    /** Bytes that may wait for one connection before it is closed as slow; at least 64 KiB, default 1 MiB. */
    public RelayBuilder outboxBytes(int bytes) {
        this.outboxBytes = bytes;
        return this;
    }

    /**
     * Memory that what waits for all connections together may take, at least {@link #outboxBytes}; default a quarter of the
     * heap, at most 1 GiB. A publication that many connections wait with counts once. Beyond it those that have held the
     * most for the longest are closed as slow, until three quarters of it are left.
     */
    public RelayBuilder outboxBudgetBytes(long bytes) {
        this.outboxBudgetBytes = bytes;
        return this;
    }

    /** Subscriptions one connection may have; default 128. */
    public RelayBuilder channelsPerClient(int channels) {
        this.channelsPerClient = channels;
        return this;
    }

    /** Connections one user may have here, anonymous ones together; default unlimited. One more is closed with 3504. */
    public RelayBuilder connectionsPerUser(int connections) {
        this.connectionsPerUser = connections;
        return this;
    }

    /**
     * Clients this engine takes; default unlimited, which for an edge is as many as fit into the files that the process may
     * open. The edge refuses one more before it is a client.
     *
     * <p>{@link #build()} throws a {@link RelayException} if the edge finds that so many do not fit.
     */
    public RelayBuilder connectionsPerNode(int connections) {
        this.connectionsPerNode = connections;
        return this;
    }

    /**
     * Commands one connection may send in a second, after a burst of as many; default unlimited. One more is answered with
     * {@link ErrorCode#TOO_MANY_REQUESTS}; a message without an answer closes the connection with 3013.
     */
    public RelayBuilder commandsPerSecond(int commands) {
        this.commandsPerSecond = commands;
        return this;
    }

    /**
     * Subscribes every client with an identity to a channel of its own: {@code <namespace>:#<user>}, or {@code #<user>} with
     * an empty namespace. Default: no.
     */
    public RelayBuilder personalChannels(String namespace) {
        this.personalNamespace = requireNonNull(namespace, "namespace");
        return this;
    }

    /**
     * How long an idempotency key is remembered, positive and at most 365 days; default 5 min. The journal keeps it with its
     * publication, so that a restart knows the newest {@value dev.relay.journal.StreamState#MAX_KEYS} of each channel. In
     * channels that keep no stream, and of publications that skip history, keys are in memory only and a restart forgets them.
     * A channel's shard that has more than 100,000 of them forgets the oldest.
     */
    public RelayBuilder idempotencyWindow(Duration window) {
        this.idempotencyWindow = requireNonNull(window, "window");
        return this;
    }

    /** What operators call this engine; default {@code relay}. */
    public RelayBuilder nodeName(String name) {
        this.nodeName = requireNonNull(name, "name");
        return this;
    }

    /** A method that clients can call; names are given once. Those that begin with {@code relay.} are Relay's own. */
    public RelayBuilder rpc(String method, RpcHandler handler) {
        requireNonNull(method, "method");
        if (rpcHandlers.put(method, requireNonNull(handler, "handler")) != null) {
            throw new InvalidConfigurationException(List.of("RPC method given twice: " + method));
        }
        return this;
    }

    /** Takes messages of clients that expect no answer; without one, they close their connection with 3508. */
    public RelayBuilder messageHandler(MessageHandler handler) {
        this.messageHandler = requireNonNull(handler, "handler");
        return this;
    }

    /** Is told what clients do. */
    public RelayBuilder sessionListener(SessionListener listener) {
        this.sessionListener = requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Runs RPC handlers, the message handler and the session listener, which may then block; calls for one session stay in
     * order. Default: they run on the shards and must not block. For the authorizer there is {@link Authorizer#on}.
     */
    public RelayBuilder handlerExecutor(Executor executor) {
        this.handlerExecutor = requireNonNull(executor, "executor");
        return this;
    }

    /** Checks the payloads of channels that take JSON only; default: the edge's. */
    public RelayBuilder jsonVerifier(JsonVerifier verifier) {
        this.jsonVerifier = requireNonNull(verifier, "verifier");
        return this;
    }

    /** Takes out of payloads what may not be journaled; default: the edge's. */
    public RelayBuilder jsonRedactor(JsonRedactor redactor) {
        this.jsonRedactor = requireNonNull(redactor, "redactor");
        return this;
    }

    /**
     * Which connection events are written into the journal; default, where there is one: {@link EventKind#CONNECT}, {@link
     * EventKind#DISCONNECT}, {@link EventKind#REFUSAL}. {@link EventKind#LOST} is written with any of them. Events cost
     * nothing where they are off, and never delay anything: what the journal cannot take in time is counted as lost.
     */
    public RelayBuilder logEvents(Set<EventKind> kinds) {
        this.events = Set.copyOf(kinds);
        return this;
    }

    /** How old connection events get before they are deleted, positive and at most 100 years; default 30 days. */
    public RelayBuilder eventTtl(Duration ttl) {
        this.eventTtl = requireNonNull(ttl, "ttl");
        return this;
    }

    /**
     * Checks the options and starts the engine.
     *
     * @throws InvalidConfigurationException with all faults
     * @throws RelayException if an edge cannot start, for example because its port is in use
     */
    public Relay build() {
        List<String> faults = faults();
        if (!faults.isEmpty()) {
            throw new InvalidConfigurationException(faults);
        }
        return Engine.start(new EngineOptions(
                shards,
                new Namespaces(channelDefaults, namespaces),
                journal,
                spool,
                edge,
                authorizer,
                new SessionOptions(
                        version,
                        insecure,
                        pingInterval.toNanos(),
                        pongTimeout.toNanos(),
                        staleTimeout.toNanos(),
                        writeTimeout.toNanos(),
                        outboxBytes,
                        channelsPerClient,
                        connectionsPerUser,
                        connectionsPerNode,
                        commandsPerSecond,
                        personalNamespace),
                new Handlers(rpcHandlers, messageHandler, sessionListener, handlerExecutor),
                nodeName,
                threadFactory,
                blockingExecutor,
                metrics,
                clock,
                drainWindow,
                shutdownTimeout,
                verifier(),
                idempotencyWindow,
                outboxBudgetBytes,
                events == null ? DEFAULT_EVENTS : events,
                eventTtl,
                redactor(),
                tracer));
    }

    private List<String> faults() {
        List<String> faults = new ArrayList<>();
        require(faults, shards >= 1 && shards <= 1024, "shards must be 1 to 1024: " + shards);
        require(faults, outboxBytes >= 64 << 10, "outbox_bytes must be at least 64 KiB: " + outboxBytes);
        require(
                faults,
                outboxBudgetBytes >= outboxBytes,
                "outbox_budget_bytes must be at least outbox_bytes (" + outboxBytes + "): " + outboxBudgetBytes);
        require(faults, channelsPerClient >= 1, "channels_per_client must be at least 1: " + channelsPerClient);
        require(
                faults,
                !pingInterval.isNegative() && pingInterval.toNanosPart() == 0,
                "ping_interval must be whole seconds, or 0 for no pings: " + pingInterval);
        require(
                faults,
                pingInterval.isZero() || isPositive(pongTimeout) && pongTimeout.compareTo(pingInterval) < 0,
                "pong_timeout must be positive and shorter than ping_interval (" + pingInterval + "): " + pongTimeout);
        require(
                faults,
                isPositive(eventTtl) && eventTtl.compareTo(MAX_EVENT_TTL) <= 0,
                "event_ttl must be positive and at most 36500 days: " + eventTtl);
        require(
                faults,
                journal != null || events == null || events.isEmpty(),
                "log_events needs a journal: call journal(...), or log nothing");
        require(faults, connectionsPerUser >= 1, "connections_per_user must be at least 1: " + connectionsPerUser);
        require(faults, connectionsPerNode >= 1, "connections_per_node must be at least 1: " + connectionsPerNode);
        require(faults, commandsPerSecond >= 1, "commands_per_second must be at least 1: " + commandsPerSecond);
        require(
                faults,
                personalNamespace == null || personalNamespace.isEmpty() || namespaces.containsKey(personalNamespace),
                "personal channels need a namespace that is configured: " + personalNamespace);
        require(faults, isPositive(staleTimeout), "stale_timeout must be positive: " + staleTimeout);
        require(faults, isPositive(writeTimeout), "write_timeout must be positive: " + writeTimeout);
        require(
                faults,
                !drainWindow.isNegative() && drainWindow.compareTo(EngineOptions.MAX_DRAIN_WINDOW) <= 0,
                "drain_window must be zero to a day: " + drainWindow);
        require(faults, isPositive(shutdownTimeout), "shutdown_timeout must be positive: " + shutdownTimeout);
        require(
                faults,
                isPositive(idempotencyWindow) && idempotencyWindow.compareTo(MAX_IDEMPOTENCY_WINDOW) <= 0,
                "idempotency_window must be positive and at most 365 days: " + idempotencyWindow);
        require(faults, journal != null || spool == null, "spool keeps publications for a journal: call journal(...)");
        if (journal == null) {
            String without = " keeps history, which needs a journal: call journal(...)";
            require(faults, !channelDefaults.hasStream(), "channel_defaults" + without);
            namespaces.forEach((name, options) -> require(faults, !options.hasStream(), "namespace " + name + without));
        }
        if (verifier() == null) {
            String without =
                    " takes JSON only, which has to be verified: call jsonVerifier(...) or use an edge that can";
            require(faults, !takesJsonOnly(channelDefaults), "channel_defaults" + without);
            namespaces.forEach(
                    (name, options) -> require(faults, !takesJsonOnly(options), "namespace " + name + without));
        }
        if (redactor() == null) {
            String without =
                    " has journal_redact, which takes knowing JSON: call jsonRedactor(...) or use an edge that can";
            require(faults, channelDefaults.journalRedact().isEmpty(), "channel_defaults" + without);
            namespaces.forEach((name, options) ->
                    require(faults, options.journalRedact().isEmpty(), "namespace " + name + without));
        }
        for (String name : namespaces.keySet()) {
            require(
                    faults,
                    NAMESPACE.matcher(name).matches(),
                    "a namespace's name has two or more of a-z A-Z 0-9 _ . -: " + name);
        }
        return faults;
    }

    private @Nullable JsonVerifier verifier() {
        return jsonVerifier != null || edge == null ? jsonVerifier : edge.jsonVerifier();
    }

    private @Nullable JsonRedactor redactor() {
        return jsonRedactor != null || edge == null ? jsonRedactor : edge.jsonRedactor();
    }

    private static boolean takesJsonOnly(ChannelOptions options) {
        return options.dataFormat() == DataFormat.JSON || options.dataFormat() == DataFormat.JSON_OBJECT;
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    private static void require(List<String> faults, boolean holds, String fault) {
        if (!holds) {
            faults.add(fault);
        }
    }
}
