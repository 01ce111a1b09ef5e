package dev.relay.internal;

import static java.util.Objects.requireNonNull;

import dev.relay.ChannelOptions;
import dev.relay.ChannelPage;
import dev.relay.Clients;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.Health;
import dev.relay.HistoryQuery;
import dev.relay.HistoryResult;
import dev.relay.JournalView;
import dev.relay.NodeInfo;
import dev.relay.PageRequest;
import dev.relay.Payload;
import dev.relay.PresenceResult;
import dev.relay.PresenceStatsResult;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.Refused;
import dev.relay.Relay;
import dev.relay.RelayException;
import dev.relay.RpcResult;
import dev.relay.Subscriber;
import dev.relay.Subscription;
import dev.relay.internal.channel.Interest;
import dev.relay.internal.channel.PayloadRules;
import dev.relay.internal.channel.Retention;
import dev.relay.internal.channel.StreamReader;
import dev.relay.internal.channel.Topology;
import dev.relay.internal.journal.JournalReads;
import dev.relay.internal.journal.JournalWriter;
import dev.relay.internal.journal.Surroundings;
import dev.relay.internal.session.EventLog;
import dev.relay.internal.session.OutboxBudget;
import dev.relay.internal.session.Population;
import dev.relay.internal.session.SessionScope;
import dev.relay.internal.session.Sessions;
import dev.relay.internal.shard.ParkPoller;
import dev.relay.internal.shard.Shard;
import dev.relay.transport.Edge;
import dev.relay.transport.Poller;
import dev.relay.watch.Watch;
import dev.relay.watch.WatchQuery;
import dev.relay.watch.Watcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shards, the journal writer and what binds them: starts them, is the way in for the application, stops them.
 *
 * <p><b>Threading.</b> As {@link Relay}.
 */
public final class Engine implements Relay {
    private static final int READ_THREADS = 4;
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final EngineOptions options;
    private final List<ShardScope> scopes = new ArrayList<>();
    private final Topology topology;
    private final EngineClients clients;
    private final EngineQueries queries;
    private final EngineJournal journalView;
    private final @Nullable JournalWriter writer;
    private final Executor executor;
    private final @Nullable ExecutorService ownExecutor;
    private final Watches watches;
    private final Drain drain;
    private final Shutdown shutdown;
    private final Publisher publisher;
    private final @Nullable Retention retention;
    private final Population population;
    private final EngineMetrics metrics;
    private final Set<InProcessSubscription> inProcess = ConcurrentHashMap.newKeySet();

    // Written by the thread that fails, first failure wins; read by whoever asks for the health.
    private volatile @Nullable Throwable failure;

    private Engine(EngineOptions options) {
        this.options = options;
        this.metrics = new EngineMetrics(options);
        this.ownExecutor = options.blockingExecutor() == null ? newExecutor(options) : null;
        this.executor = ownExecutor == null ? requireNonNull(options.blockingExecutor()) : ownExecutor;
        List<Shard> shards = new ArrayList<>();
        for (int i = 0; i < options.shards(); i++) {
            shards.add(new Shard(i, options.clock(), this::fail));
        }
        this.writer = options.journal() == null
                ? null
                : new JournalWriter(
                        options.journal(),
                        options.spool(),
                        new Surroundings(
                                shards,
                                options.clock(),
                                metrics.journal(),
                                this::isJournalComplete,
                                this::streamLost,
                                options.threadFactory()));
        StreamReader reader = options.journal() == null
                ? null
                : new StreamReader(new JournalReads(options.journal(), options.spool()), executor);
        this.topology = new Topology(
                shards, writer, reader, options.idempotencyWindow(), options.jsonRedactor(), options.tracer());
        this.population = new Population(options.sessions());
        PayloadRules rules = new PayloadRules(options.jsonVerifier());
        SessionScope sessionScope = new SessionScope(
                options.namespaces(),
                options.authorizer(),
                options.sessions(),
                rules,
                options.handlers(),
                population,
                new OutboxBudget(shards.size(), options.outboxBudgetBytes()),
                writer == null
                        ? EventLog.NONE
                        : new EventLog(options.events(), options.nodeName(), shards.size(), writer.events()::offer),
                executor);
        for (Shard shard : shards) {
            Sessions sessions = new Sessions(shard, topology.registry(shard.index()), sessionScope);
            scopes.add(new ShardScope(shard, shards.size(), topology.registry(shard.index()), sessions));
        }
        ShardQueries everywhere = new ShardQueries(scopes);
        this.clients = new EngineClients(everywhere, options.namespaces());
        this.queries = new EngineQueries(everywhere, topology, options, population);
        this.watches = new Watches(everywhere, scopes, executor);
        this.drain = new Drain(scopes, options.clock(), executor);
        this.shutdown = new Shutdown(
                scopes,
                writer,
                ownExecutor,
                drain,
                options.drainWindow(),
                options.shutdownTimeout(),
                this::endInProcess);
        this.retention = writer == null || options.journal() == null
                ? null
                : new Retention(
                        options.namespaces(),
                        topology,
                        shards,
                        options.journal(),
                        writer,
                        executor,
                        options.clock(),
                        options.eventTtl());
        this.publisher = new Publisher(options, scopes, topology, rules, shutdown::isStopping);
        this.journalView = new EngineJournal(
                options.journal(),
                options.spool(),
                writer,
                executor,
                new ReplayEngine(options, publisher, scopes, shutdown));
    }

    /**
     * Starts an engine.
     *
     * @throws RelayException if its edge cannot start; nothing is left running then
     */
    public static Engine start(EngineOptions options) {
        Engine engine = new Engine(options);
        engine.openPollers();
        engine.metrics.register(engine.scopes, engine.population, engine.writer, engine.retention, engine::health);
        engine.startThreads();
        return engine;
    }

    @Override
    public CompletionStage<PublishResult> publish(String channel, Payload data, PublishOptions how) {
        return publisher.publish(channel, data, how);
    }

    @Override
    public CompletionStage<Subscription> subscribe(String channel, Subscriber subscriber) {
        requireNonNull(channel, "channel");
        requireNonNull(subscriber, "subscriber");
        ChannelOptions channelOptions = options.namespaces().options(channel);
        Refused refused = options.namespaces().refusal(channel, channelOptions);
        if (refused != null || channelOptions == null) {
            return CompletableFuture.failedFuture(
                    new RelayException(requireNonNull(refused).detail()));
        }
        ShardScope scope = scopes.get(topology.homeOf(channel));
        InProcessSubscription subscription =
                new InProcessSubscription(channel, subscriber, scope.shard(), executor, inProcess::remove);
        inProcess.add(subscription);
        boolean offered = scope.shard().offer(() -> scope.channels()
                .subscribe(
                        channel,
                        channelOptions,
                        subscription,
                        Interest.plain(options.sessions().outboxBytes())));
        if (!offered) {
            subscription.refused(new Refused(ErrorCode.TOO_MANY_REQUESTS, "the engine is stopping or overloaded"));
        }
        return subscription.started();
    }

    @Override
    public CompletionStage<List<PublishResult>> broadcast(List<String> channels, Payload data, PublishOptions how) {
        return publisher.broadcast(channels, data, how);
    }

    @Override
    public CompletionStage<HistoryResult> history(String channel, HistoryQuery query) {
        return queries.history(channel, query);
    }

    @Override
    public CompletionStage<HistoryResult> removeHistory(String channel) {
        return queries.removeHistory(channel);
    }

    @Override
    public CompletionStage<PresenceResult> presence(String channel) {
        return queries.presence(channel);
    }

    @Override
    public CompletionStage<PresenceStatsResult> presenceStats(String channel) {
        return queries.presenceStats(channel);
    }

    @Override
    public CompletionStage<ChannelPage> channels(String pattern, PageRequest page) {
        return queries.channels(pattern, page);
    }

    @Override
    public Clients clients() {
        return clients;
    }

    @Override
    public JournalView journal() {
        return journalView;
    }

    @Override
    public CompletionStage<RpcResult> rpc(String method, @Nullable Payload data) {
        requireNonNull(method, "method");
        if (!options.handlers().has(method)) {
            return CompletableFuture.completedFuture(
                    new Refused(ErrorCode.METHOD_NOT_FOUND, "no RPC method is named " + method));
        }
        CompletionStage<RpcResult> stage;
        try {
            stage = options.handlers().call(method, data);
        } catch (RuntimeException e) {
            stage = CompletableFuture.failedFuture(e);
        }
        return stage.exceptionally(e -> {
            LOG.warn("the handler of RPC method {} has failed", method, e);
            return new Refused(ErrorCode.INTERNAL, "the handler of RPC method " + method + " has failed");
        });
    }

    @Override
    public Watch watch(WatchQuery query, Watcher watcher) {
        return watches.open(query, watcher);
    }

    @Override
    public CompletionStage<NodeInfo> info() {
        return queries.info();
    }

    @Override
    public Health health() {
        Throwable failed = failure;
        if (failed != null) {
            return new Health(Health.State.FAILED, String.valueOf(failed));
        } else if (shutdown.isStopping()) {
            return new Health(Health.State.STOPPING, "the engine is stopping");
        } else if (drain.hasBegun()) {
            return new Health(Health.State.DRAINING, "connections left: " + drain.connectionsLeft());
        } else if (writer == null) {
            return new Health(Health.State.READY, "");
        } else if (writer.takesPublications()) {
            return new Health(Health.State.READY, writer.detail());
        }
        boolean hopeless = writer.state() == JournalWriter.State.FAILED;
        return new Health(hopeless ? Health.State.FAILED : Health.State.NOT_READY, writer.detail());
    }

    @Override
    public void drain() {
        drain.begin(options.drainWindow());
    }

    @Override
    public void drain(Duration window) {
        if (window.isNegative() || window.compareTo(EngineOptions.MAX_DRAIN_WINDOW) > 0) {
            throw new IllegalArgumentException("window must be 0 to " + EngineOptions.MAX_DRAIN_WINDOW + ": " + window);
        }
        drain.begin(window);
    }

    @Override
    public void close() {
        shutdown.run();
        watches.end();
    }

    /** On the shard, or behind its end. */
    private void endInProcess(Shard shard) {
        for (InProcessSubscription subscription : inProcess) {
            if (subscription.isOn(shard)) {
                subscription.close(CloseCode.SHUTDOWN);
            }
        }
    }

    private void openPollers() {
        Edge edge = options.edge();
        List<Shard> shards = scopes.stream().map(ShardScope::shard).toList();
        List<Poller> opened = new ArrayList<>();
        try {
            for (ShardScope scope : scopes) {
                Poller poller = edge == null ? new ParkPoller() : edge.poller(scope);
                opened.add(poller);
                scope.shard().prepare(shards, poller, scope);
            }
        } catch (RuntimeException e) {
            opened.forEach(Poller::close);
            if (ownExecutor != null) {
                ownExecutor.shutdown();
            }
            throw e;
        }
    }

    private void startThreads() {
        if (writer != null) {
            shutdown.started(newThread(options, writer, "relay-journal"));
        }
        for (ShardScope scope : scopes) {
            scope.shard().offer(scope.channels()::sweep);
            shutdown.started(newThread(options, scope.shard(), "relay-shard-" + scope.index()));
        }
        if (retention != null) {
            retention.start();
        }
    }

    /** On the thread that works with the journal. */
    private void streamLost(String channel, String epoch) {
        topology.lost(channel, epoch);
    }

    private boolean isJournalComplete() {
        return shutdown.isJournalComplete();
    }

    /** The engine cannot go on: health turns red and everything is closed, so that clients find another way. */
    private void fail(Throwable cause) {
        if (failure == null) {
            failure = cause; // first: where no memory is left, what follows may fail as well
        }
        try {
            LOG.error("a shard has failed; the engine stops", cause);
            drain.begin(Duration.ZERO); // what still works is to be left soon
        } finally {
            newThread(options, this::close, "relay-stop").start();
        }
    }

    private static ExecutorService newExecutor(EngineOptions options) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                READ_THREADS,
                READ_THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), // bounded by what sessions may have on their way
                task -> newThread(options, task, "relay-read"));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static Thread newThread(EngineOptions options, Runnable task, String name) {
        Thread thread = options.threadFactory().newThread(task);
        thread.setName(name);
        return thread;
    }
}
