package dev.relay;

import static java.util.Objects.requireNonNull;

import com.codahale.metrics.MetricRegistry;
import dev.relay.journal.Journal;
import dev.relay.transport.Edge;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Every option of an engine; {@link #build()} checks all of them and starts it. Not thread-safe. */
public final class RelayBuilder {
    final Map<String, ChannelOptions> namespaces = new LinkedHashMap<>();
    ChannelOptions channelDefaults = ChannelOptions.transientChannel();

    @Nullable
    Journal journal;

    @Nullable
    Edge edge;

    Authorizer authorizer = Authorizer.anonymous();
    boolean insecure;
    int shards = Runtime.getRuntime().availableProcessors();
    ThreadFactory threadFactory = Executors.defaultThreadFactory();

    @Nullable
    Executor blockingExecutor;

    MetricRegistry metrics = new MetricRegistry();
    RelayClock clock = RelayClock.system();
    String version = "relay";
    Duration pingInterval = Duration.ofSeconds(25);
    Duration pongTimeout = Duration.ofSeconds(8);
    Duration staleTimeout = Duration.ofSeconds(10);
    Duration writeTimeout = Duration.ofSeconds(10);
    Duration shutdownTimeout = Duration.ofSeconds(5);
    int outboxBytes = 1024 * 1024;
    int channelsPerClient = 128;

    RelayBuilder() {}

    /** Where channels with history keep it; without one, such channels are refused by {@link #build()}. */
    public RelayBuilder journal(Journal journal) {
        this.journal = requireNonNull(journal, "journal");
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
            throw new InvalidConfigurationException(java.util.List.of("namespace given twice: " + name));
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

    /** Threads that own connections and channels; 1 to 1024, default one per processor. */
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

    /** Time {@link Relay#close()} gives publications and connections to finish. Default 5 s. */
    public RelayBuilder shutdownTimeout(Duration timeout) {
        this.shutdownTimeout = requireNonNull(timeout, "timeout");
        return this;
    }

    /** Bytes that may wait for one connection before it is closed as slow; at least 64 KiB, default 1 MiB. */
    public RelayBuilder outboxBytes(int bytes) {
        this.outboxBytes = bytes;
        return this;
    }

    /** Subscriptions one connection may have; default 128. */
    public RelayBuilder channelsPerClient(int channels) {
        this.channelsPerClient = channels;
        return this;
    }

    /**
     * Checks the options and starts the engine.
     *
     * @throws InvalidConfigurationException with all faults
     * @throws RelayException if an edge cannot start, for example because its port is in use
     */
    public Relay build() {
        return Relay.start(this);
    }
}
