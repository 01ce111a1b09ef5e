package dev.relay.internal;

import dev.relay.Authorizer;
import dev.relay.ChannelOptions;
import dev.relay.Clients;
import dev.relay.CloseCode;
import dev.relay.ConnectionPage;
import dev.relay.ControlResult;
import dev.relay.History;
import dev.relay.HistoryQuery;
import dev.relay.HistoryResult;
import dev.relay.JsonRedactor;
import dev.relay.JsonVerifier;
import dev.relay.MessageHandler;
import dev.relay.PageRequest;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.PublishTracer;
import dev.relay.Refused;
import dev.relay.RpcHandler;
import dev.relay.SessionListener;
import dev.relay.StreamPosition;
import dev.relay.internal.channel.ChannelRegistry;
import dev.relay.internal.channel.Namespaces;
import dev.relay.internal.channel.PayloadRules;
import dev.relay.internal.channel.PublishOutcome;
import dev.relay.internal.channel.Retention;
import dev.relay.internal.channel.StreamReader;
import dev.relay.internal.channel.Topology;
import dev.relay.internal.journal.JournalReads;
import dev.relay.internal.journal.JournalWriter;
import dev.relay.internal.journal.PendingLoad;
import dev.relay.internal.journal.Stream;
import dev.relay.internal.journal.Surroundings;
import dev.relay.internal.session.EventLog;
import dev.relay.internal.session.Handlers;
import dev.relay.internal.session.OutboxBudget;
import dev.relay.internal.session.Population;
import dev.relay.internal.session.SessionOptions;
import dev.relay.internal.session.SessionScope;
import dev.relay.internal.session.Sessions;
import dev.relay.internal.shard.Shard;
import dev.relay.journal.EventKind;
import dev.relay.journal.StreamRequest;
import dev.relay.transport.Command;
import dev.relay.transport.Connection;
import dev.relay.transport.Encoding;
import dev.relay.transport.FilterNode;
import dev.relay.transport.PeerInfo;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An engine whose shards are stepped by the test, in the test's thread; the journal writer alone has a thread. Everything
 * is deterministic except when the writer gets to its work, so a test says {@link #settle} or {@link #await}.
 */
public final class World implements AutoCloseable {
    /** What a test may choose; the rest is as the builder has it. */
    public static final class Setup {
        public int shards = 1;
        public ChannelOptions defaults = ChannelOptions.transientChannel();
        public Map<String, ChannelOptions> namespaces = Map.of();
        public Authorizer authorizer = Authorizer.anonymous();
        public boolean insecure = true;
        public int outboxBytes = 1 << 20;
        public long outboxBudgetBytes = 1 << 30;
        public int channelsPerClient = 128;
        public int connectionsPerUser = Integer.MAX_VALUE;
        public int connectionsPerNode = Integer.MAX_VALUE;
        public int commandsPerSecond = Integer.MAX_VALUE;
        public @Nullable String personalNamespace;
        public @Nullable JsonVerifier jsonVerifier;
        public @Nullable JsonRedactor jsonRedactor;
        public @Nullable PublishTracer tracer;
        public Map<String, RpcHandler> rpc = Map.of();
        public @Nullable MessageHandler messageHandler;
        public @Nullable SessionListener sessionListener;
        public @Nullable Executor handlerExecutor;
        public Duration pingInterval = Duration.ZERO;
        public Set<EventKind> events = Set.of();
        public FaultyJournal journal = new FaultyJournal();
        public @Nullable MemorySpool spool;
        public boolean startsWithoutJournal;
    }

    private static final int ROUNDS = 8;
    private static final PeerInfo PEER = new PeerInfo("fake", "text", "192.0.2.1");

    public final ManualClock clock = new ManualClock(123_456_789_000L);
    public final FaultyJournal journal;
    public final @Nullable MemorySpool spool;
    public final List<SteppedShard> shards = new ArrayList<>();
    public final Encoding encoding = new TextEncoding();
    private final List<ShardScope> scopes = new ArrayList<>();
    private final Topology topology;
    private final Namespaces namespaces;
    private final Population population;
    private final JournalWriter writer;
    private final Thread writerThread;

    /** To be started by who wants it. */
    public final Retention retention;

    private final ConcurrentLinkedQueue<Runnable> reads = new ConcurrentLinkedQueue<>();
    private boolean readsAreHeld;
    private final List<FakeTransport> transports = new ArrayList<>();

    public World(Setup setup) {
        journal = setup.journal;
        namespaces = new Namespaces(setup.defaults, setup.namespaces);
        for (int i = 0; i < setup.shards; i++) {
            shards.add(new SteppedShard(i, clock));
        }
        List<Shard> all = shards.stream().map(SteppedShard::shard).toList();
        spool = setup.spool;
        writer = new JournalWriter(
                journal,
                spool,
                new Surroundings(all, clock, (publications, nanos) -> {}, () -> true, this::lost, Thread::new));
        StreamReader reader = new StreamReader(new JournalReads(journal, spool), reads::add);
        topology = new Topology(all, writer, reader, Duration.ofMinutes(5), setup.jsonRedactor, setup.tracer);
        SessionOptions options = new SessionOptions(
                "test",
                setup.insecure,
                setup.pingInterval.toNanos(),
                Duration.ofSeconds(8).toNanos(),
                Duration.ofSeconds(10).toNanos(),
                Duration.ofSeconds(10).toNanos(),
                setup.outboxBytes,
                setup.channelsPerClient,
                setup.connectionsPerUser,
                setup.connectionsPerNode,
                setup.commandsPerSecond,
                setup.personalNamespace);
        population = new Population(options);
        SessionScope sessionScope = new SessionScope(
                namespaces,
                setup.authorizer,
                options,
                new PayloadRules(setup.jsonVerifier),
                new Handlers(setup.rpc, setup.messageHandler, setup.sessionListener, setup.handlerExecutor),
                population,
                new OutboxBudget(setup.shards, setup.outboxBudgetBytes),
                new EventLog(setup.events, "node-1", setup.shards, writer.events()::offer),
                Runnable::run);
        for (Shard shard : all) {
            Sessions sessions = new Sessions(shard, topology.registry(shard.index()), sessionScope);
            ShardScope scope = new ShardScope(shard, all.size(), topology.registry(shard.index()), sessions);
            scopes.add(scope);
            shard.prepare(all, shards.get(shard.index()), scope);
        }
        Duration month = Duration.ofDays(30);
        retention = new Retention(namespaces, topology, all, journal, writer, reads::add, clock, month);
        writerThread = new Thread(writer, "test-journal");
        writerThread.start();
        Await.until("the writer has begun", () -> writer.state() != JournalWriter.State.OPENING, writer::detail);
        if (!setup.startsWithoutJournal) {
            Await.until("the journal is open", () -> writer.state() == JournalWriter.State.OPEN, writer::detail);
        }
    }

    private void lost(String channel, String epoch) {
        topology.lost(channel, epoch);
    }

    /** One shard, channels as given. */
    public static World of(ChannelOptions defaults) {
        return of(1, defaults);
    }

    public static World of(int shards, ChannelOptions defaults) {
        return of(setup -> {
            setup.shards = shards;
            setup.defaults = defaults;
            return setup;
        });
    }

    public static World of(UnaryOperator<Setup> choice) {
        return new World(choice.apply(new Setup()));
    }

    public ChannelRegistry registry(int shard) {
        return topology.registry(shard);
    }

    public JournalWriter writer() {
        return writer;
    }

    public Topology topology() {
        return topology;
    }

    ShardScope scope(int shard) {
        return scopes.get(shard);
    }

    /** A name of the pattern {@code <prefix><number>} whose home is this shard. */
    public String channelAt(int home, String prefix) {
        int number = 0;
        while (topology.homeOf(prefix + number) != home) {
            number++;
        }
        return prefix + number;
    }

    /** Journal reads stay unanswered until {@link #releaseReads}. */
    public void holdReads() {
        readsAreHeld = true;
    }

    public void releaseReads() {
        readsAreHeld = false;
    }

    public int waitingReads() {
        return reads.size();
    }

    /** Turns of all shards, without waiting for the writer. */
    public void turns() {
        for (int round = 0; round < ROUNDS; round++) {
            while (!readsAreHeld && !reads.isEmpty()) {
                reads.remove().run();
            }
            shards.forEach(SteppedShard::turn);
        }
    }

    /** Turns until shards and writer have nothing more to do. The writer must be able to work. */
    public void settle() {
        for (int round = 0; round < 3; round++) {
            turns();
            fence();
            fence(); // loads go before the appends of one batch, so one fence does not prove that those are committed
        }
        turns();
    }

    public void await(String what, BooleanSupplier condition) {
        Await.until(
                what,
                () -> {
                    turns();
                    return condition.getAsBoolean();
                },
                () -> "writer " + writer.state() + " " + writer.detail() + ", batches " + journal.offered());
    }

    /** Time passes, in small steps, as it does. */
    public void pass(Duration time) {
        Duration step = Duration.ofMillis(500);
        for (Duration left = time; left.compareTo(Duration.ZERO) > 0; left = left.minus(step)) {
            clock.advance(left.compareTo(step) < 0 ? left : step);
            turns();
        }
    }

    /** A publish by the application. */
    public CompletableFuture<PublishResult> publish(String channel, String data) {
        return publish(channel, data, PublishOptions.none());
    }

    public CompletableFuture<PublishResult> publish(String channel, String data, PublishOptions how) {
        CompletableFuture<PublishResult> result = new CompletableFuture<>();
        int home = topology.homeOf(channel);
        Payload payload = Payload.of(data);
        int charge = topology.admission(home).admit(payload.size());
        ChannelOptions options = namespaces.options(channel);
        if (charge == 0 || options == null) {
            throw new AssertionError("not admitted: " + channel);
        }
        shards.get(home).shard().offer(() -> topology.registry(home)
                .publishAdmitted(channel, options, payload, how, charge, new Outcome(home, result)));
        return result;
    }

    /** Keeps the writer busy, with an append that waits in the journal as {@link FaultyJournal#blockAppend} has told it. */
    public void occupyWriter(String channel) {
        publish(channel, "x");
        await("the append waits", journal::isAppendBlocked);
    }

    /** Publishes and lets everything come of it that will. */
    public void published(String channel, String... data) {
        List<CompletableFuture<PublishResult>> results =
                Arrays.stream(data).map(one -> publish(channel, one)).toList();
        settle();
        results.forEach(result -> {
            if (!(result.getNow(new Refused(dev.relay.ErrorCode.INTERNAL, "unanswered"))
                    instanceof PublishResult.Published)) {
                throw new AssertionError("not published: " + result);
            }
        });
    }

    public CompletableFuture<HistoryResult> history(String channel, HistoryQuery query) {
        CompletableFuture<HistoryResult> result = new CompletableFuture<>();
        int home = topology.homeOf(channel);
        ChannelOptions options = namespaces.options(channel);
        if (options == null) {
            throw new AssertionError("unknown: " + channel);
        }
        shards.get(home).shard().offer(() -> topology.registry(home)
                .history(channel, options, query, Integer.MAX_VALUE, Long.MAX_VALUE, result::complete));
        return result;
    }

    public CompletableFuture<HistoryResult> removeHistory(String channel) {
        CompletableFuture<HistoryResult> result = new CompletableFuture<>();
        int home = topology.homeOf(channel);
        ChannelOptions options = namespaces.options(channel);
        if (options == null) {
            throw new AssertionError("unknown: " + channel);
        }
        shards.get(home).shard().offer(() -> topology.registry(home).removeHistory(channel, options, result::complete));
        return result;
    }

    /** A connection that has said nothing yet. */
    public Client socket(int shard) {
        return socket(shard, encoding);
    }

    public Client socket(int shard, Encoding chosen) {
        return socket(shard, chosen, false);
    }

    public Client socket(int shard, Encoding chosen, boolean transportPings) {
        FakeTransport transport = new FakeTransport();
        Connection connection = scopes.get(shard).connect(transport);
        transport.connection(connection);
        transports.add(transport);
        connection.open(chosen, PEER, transportPings);
        return new Client(this, shards.get(shard), connection, transport);
    }

    /** What the connection that was opened last has been sent. */
    public String lastText() {
        return transports.get(transports.size() - 1).text();
    }

    /** Every peer has gone. */
    public void endAll() {
        transports.forEach(FakeTransport::abort);
        turns();
    }

    /** Closes every connection, as the end of the engine does. */
    public void stop() {
        scopes.forEach(scope -> scope.sessions().closeAll(CloseCode.SHUTDOWN, () -> {}));
    }

    /** Sends every client away within that time; returns how many shards have told all of theirs. */
    public AtomicInteger drain(Duration window) {
        AtomicInteger told = new AtomicInteger();
        long endNanos = clock.nanoTime() + window.toNanos();
        scopes.forEach(scope -> scope.shard().offer(() -> scope.drain(endNanos, told::incrementAndGet)));
        return told;
    }

    /** A connected client. */
    public Client client(int shard) {
        return client(shard, "");
    }

    /** A client connected with a token, which {@link Decisions} takes as the name of its user. */
    public Client client(int shard, String token) {
        return client(shard, token, encoding);
    }

    public Client client(int shard, String token, Encoding chosen) {
        Client client = socket(shard, chosen);
        client.send(connect(token));
        turns();
        client.forget();
        return client;
    }

    /** A connect command, with id 1. */
    public static Command.Connect connect(String token) {
        return connect(token, Map.of());
    }

    public static Command.Connect connect(String token, Map<String, Command.Resume> resumes) {
        return new Command.Connect(1, token, null, "test", "", Map.of(), resumes);
    }

    /** What the application can do about clients. */
    public Clients clients() {
        return new EngineClients(new ShardQueries(scopes), namespaces);
    }

    /** Does something about clients, lets everything come of it, and returns how many it concerned. */
    public int order(Function<Clients, CompletionStage<ControlResult>> order) {
        CompletableFuture<ControlResult> result = order.apply(clients()).toCompletableFuture();
        settle();
        if (result.getNow(null) instanceof ControlResult.Done done) {
            return done.connections();
        }
        throw new AssertionError("not done: " + result.getNow(null));
    }

    /** The users in a channel, in order, once for each client. */
    public List<String> present(String channel) {
        List<String> users = new ArrayList<>();
        int home = topology.homeOf(channel);
        shards.get(home).shard().offer(() -> topology.registry(home)
                .present(channel, clients -> clients.values().forEach(info -> users.add(TextEncoding.who(info)))));
        turns();
        users.sort(null);
        return users;
    }

    /** The epoch of a channel's stream. */
    public String epoch(String channel) {
        CompletableFuture<HistoryResult> history = history(channel, new HistoryQuery(0, null, false));
        settle();
        if (history.getNow(null) instanceof History found) {
            return found.top().epoch();
        }
        throw new AssertionError("no history of " + channel);
    }

    /** Channels that nobody uses are forgotten. */
    public void sweep() {
        for (int shard = 0; shard < shards.size(); shard++) {
            topology.registry(shard).sweep();
            topology.registry(shard).sweep();
        }
    }

    /** What is left of clients: a text for each kind of thing that should have gone with them. */
    public List<String> leftovers() {
        List<String> left = new ArrayList<>();
        if (population.clients() != 0 || population.users() != 0) {
            left.add(population.clients() + " clients of " + population.users() + " users");
        }
        if (subscriptions() != 0) {
            left.add(subscriptions() + " subscriptions");
        }
        for (int shard = 0; shard < shards.size(); shard++) {
            if (topology.registry(shard).followedCount() != 0) {
                left.add(topology.registry(shard).followedCount() + " channels followed at shard " + shard);
            }
        }
        return left;
    }

    /** Clients and users, as limits see them. */
    public Population population() {
        return population;
    }

    /** Subscriptions of clients that stand, on all shards. */
    public int subscriptions() {
        return scopes.stream()
                .mapToInt(scope -> scope.sessions().subscriptionCount())
                .sum();
    }

    /** Publications that slow subscribers have not got, on all shards. */
    public long dropped() {
        return scopes.stream().mapToLong(ShardScope::dropped).sum();
    }

    /** Bytes of memory that wait in outboxes, on all shards. */
    public long outboxBytes() {
        return scopes.stream().mapToLong(ShardScope::outboxBytes).sum();
    }

    /** Connections closed because all outboxes held too much, on all shards. */
    public long shed() {
        return scopes.stream().mapToLong(ShardScope::shed).sum();
    }

    /** Seconds since 1970 at the clock of this world. */
    public long seconds() {
        return clock.epochMicros() / 1_000_000;
    }

    @Override
    public void close() {
        journal.releaseAppend();
        journal.releaseTrim();
        journal.releaseRead();
        writer.stop();
        await("the writer has ended", () -> !writerThread.isAlive());
    }

    private void fence() {
        boolean[] passed = new boolean[1];
        PendingLoad.Owner owner = new PendingLoad.Owner() {
            @Override
            public int home() {
                return 0;
            }

            @Override
            public void loaded(Stream stream) {
                passed[0] = true;
            }

            @Override
            public void notLoaded(String why) {
                passed[0] = true;
            }
        };
        StreamRequest request = new StreamRequest(FaultyJournal.FENCE, dev.relay.Durability.SYNC);
        if (writer.load(new PendingLoad(request, owner))) {
            await("the writer has nothing to do", () -> passed[0]);
        }
    }

    /** What the application is told. */
    private record Outcome(int origin, CompletableFuture<PublishResult> result) implements PublishOutcome {
        @Override
        public void published(StreamPosition position) {
            result.complete(new PublishResult.Published(position));
        }

        @Override
        public void refused(Refused why) {
            result.complete(why);
        }
    }

    /** A client at a fake connection. Messages come in what {@link TextEncoding} makes of them. */
    public static final class Client {
        private final World world;
        private final SteppedShard shard;
        public final Connection connection;
        public final FakeTransport transport;
        private final ArrayDeque<String> seen = new ArrayDeque<>();
        private int id = 1;
        private int read;

        Client(World world, SteppedShard shard, Connection connection, FakeTransport transport) {
            this.world = world;
            this.shard = shard;
            this.connection = connection;
            this.transport = transport;
        }

        /** These commands come in one read of the next turn. */
        public void send(Command... commands) {
            for (Command command : commands) {
                shard.whenPolled(() -> connection.receive(command));
            }
        }

        /** The socket takes bytes again; the next turn finds out. */
        public void canTake() {
            shard.whenPolled(connection::writable);
        }

        /** The next command id. */
        public int nextId() {
            return ++id;
        }

        public Command.Subscribe subscribe(String channel) {
            return subscribe(channel, null, 0);
        }

        public Command.Subscribe subscribe(String channel, @Nullable StreamPosition since, long flag) {
            return new Command.Subscribe(
                    nextId(),
                    channel,
                    "",
                    null,
                    since != null,
                    since == null ? StreamPosition.NONE : since,
                    false,
                    false,
                    false,
                    null,
                    flag);
        }

        /** With a wish to be told who comes and goes. */
        public Command.Subscribe subscribeToAll(String channel) {
            return new Command.Subscribe(
                    nextId(), channel, "", null, false, StreamPosition.NONE, false, false, true, null, 0);
        }

        public Command.Subscribe subscribe(String channel, FilterNode filter) {
            return subscribe(channel, filter, false);
        }

        public Command.Subscribe subscribe(String channel, FilterNode filter, boolean joinLeave) {
            return new Command.Subscribe(
                    nextId(), channel, "", null, false, StreamPosition.NONE, false, false, joinLeave, filter, 0);
        }

        public Command.Presence presence(String channel) {
            return new Command.Presence(nextId(), channel);
        }

        public Command.PresenceStats presenceStats(String channel) {
            return new Command.PresenceStats(nextId(), channel);
        }

        public Command.Rpc rpc(String method, String data) {
            return new Command.Rpc(nextId(), method, Payload.of(data));
        }

        /** Sends commands in one read and lets everything come of them; returns what was received. */
        public List<String> exchange(Command... commands) {
            send(commands);
            world.settle();
            return received();
        }

        /** The id that the server gave to it. */
        public String clientId(String user) {
            CompletableFuture<ConnectionPage> page =
                    world.clients().list(user, PageRequest.ALL).toCompletableFuture();
            world.turns();
            return page.join().connections().stream()
                    .map(one -> one.session().client())
                    .collect(Collectors.joining());
        }

        public Command.Unsubscribe unsubscribe(String channel) {
            return new Command.Unsubscribe(nextId(), channel);
        }

        public Command.Publish publish(String channel, String data) {
            return new Command.Publish(nextId(), channel, Payload.of(data));
        }

        public Command.History history(String channel, int limit, @Nullable StreamPosition since, boolean reverse) {
            return new Command.History(nextId(), channel, limit, since, reverse);
        }

        /** Subscribes and lets everything come of it; returns what was received. */
        public List<String> subscribed(String channel) {
            send(subscribe(channel));
            world.settle();
            return received();
        }

        /** What has come since the last call: one text per message; a close frame comes as it is. */
        public List<String> received() {
            String text = transport.text();
            for (String frame : text.substring(read).split("(?<=[\\]>])")) {
                if (frame.startsWith("[")) {
                    seen.addAll(
                            Arrays.asList(frame.substring(1, frame.length() - 1).split("\\|")));
                } else if (!frame.isEmpty()) {
                    seen.add(frame);
                }
            }
            read = text.length();
            List<String> result = List.copyOf(seen);
            seen.clear();
            return result;
        }

        /** What has come so far, as it came. */
        public String peek() {
            return transport.text().substring(read);
        }

        public void forget() {
            received();
        }
    }

    /** A publication as subscribers in this process see it. */
    public static String text(Publication publication) {
        return "#" + publication.offset() + "=" + publication.data().text();
    }
}
