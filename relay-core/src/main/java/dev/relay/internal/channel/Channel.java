package dev.relay.internal.channel;

import dev.relay.ChannelOptions;
import dev.relay.ClientInfo;
import dev.relay.Durability;
import dev.relay.ErrorCode;
import dev.relay.HistoryQuery;
import dev.relay.HistoryResult;
import dev.relay.Publication;
import dev.relay.PublishTracer.Trace;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import dev.relay.internal.channel.PatternTrie.Match;
import dev.relay.internal.journal.JournalWriter;
import dev.relay.internal.journal.PendingLoad;
import dev.relay.internal.journal.Stream;
import dev.relay.internal.shard.Shard;
import dev.relay.internal.shard.ShardMeter.Count;
import dev.relay.journal.StreamRequest;
import dev.relay.transport.Push;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The home side of a channel: orders publish, subscribe and unsubscribe, and sends each publication to the shards that have
 * subscribers.
 *
 * <pre>
 * LOADING ──the stream is loaded, or there is none──▶ READY ──idle──▶ forgotten
 *    │ ▲ └──────────────── the stream is not what it was ──┘
 *    └─┴ the journal cannot ──▶ forgotten, or tried again if there are subscribers; what waited is refused
 * </pre>
 *
 * <p><b>Threading.</b> The home shard's thread only.
 */
final class Channel implements PendingLoad.Owner {
    private static final int MAX_WAITING = 1024;
    private static final String KEYS_UNKNOWN =
            "the idempotency keys of the channel are not known yet, since the database is away; try again in a moment";
    private static final long LOAD_AGAIN_NANOS = 500_000_000L;

    /** A command that came while the stream was being loaded. */
    private record Waiting(Runnable run, Consumer<Refused> refuse) {}

    private final String name;
    private final ChannelOptions options;
    private final ChannelRegistry registry;
    private final int[] attached; // subscribers by shard
    private int subscribers;
    private @Nullable Subscribers neighbours; // on this shard; out of date once they are empty
    private @Nullable Present present; // null while nobody is
    private @Nullable ArrayDeque<Waiting> waiting; // null when ready
    private @Nullable Refused unusable; // why it could not be loaded: it is forgotten, and refuses who still holds it
    private @Nullable ChannelStream stream; // null where the channel keeps none, and while loading
    private @Nullable String newestEpoch; // told while the stream was being loaded
    private @Nullable MissingKeys missingKeys; // null where all are known
    private boolean used;
    private List<Match> matches = List.of(); // patterns that match the name
    private long matchesOf; // the version of all patterns that this is true of

    Channel(String name, ChannelOptions options, ChannelRegistry registry, int shards) {
        this.name = name;
        this.options = options;
        this.registry = registry;
        this.attached = new int[shards];
    }

    /** Begins to load the stream, if the channel has one. */
    void start(@Nullable JournalWriter writer) {
        if (!options.hasStream()) {
            return;
        }
        load(writer);
    }

    private void load(@Nullable JournalWriter writer) {
        waiting = waiting == null ? new ArrayDeque<>() : waiting;
        if (writer == null || !writer.load(new PendingLoad(new StreamRequest(name, options.durability()), this))) {
            notLoaded(writer == null ? "the engine has no journal" : writer.detail());
        }
    }

    String name() {
        return name;
    }

    ChannelOptions options() {
        return options;
    }

    void publish(Publishing publishing) {
        if (!mustWait(() -> publishNow(publishing), why -> turnAway(publishing, why))) {
            publishNow(publishing);
        }
    }

    private void publishNow(Publishing publishing) {
        if (publishing.isBehindRefused()) {
            turnAway(publishing, new Refused(ErrorCode.INTERNAL, "an earlier entry of the outbox was refused"));
            return;
        }
        // Only now: what was published before a restart is known when the stream is.
        if (!publishing.how().idempotencyKey().isEmpty() && !knowsKeys()) {
            turnAway(publishing, new Refused(ErrorCode.INTERNAL, KEYS_UNKNOWN));
            return;
        }
        if (registry.repeats().answers(name, publishing)) {
            return;
        }
        if (stream != null && !publishing.how().skipHistory()) {
            stream.publish(publishing);
        } else {
            Trace trace = registry.tracing().begin(name, publishing.how().tags(), Durability.NONE);
            dispatch(publishing.at(StreamPosition.NONE, registry.clock().epochMicros()));
            if (trace != null) {
                trace.dispatched(subscribers);
            }
            registry.release(publishing);
            published(publishing, StreamPosition.NONE);
        }
    }

    /**
     * Whether a repeat can be recognised. A stream that was loaded from the spool has not got the keys that the journal has kept;
     * they are asked for when somebody needs them.
     */
    private boolean knowsKeys() {
        if (missingKeys == null) {
            return true;
        }
        missingKeys.load();
        return missingKeys == null;
    }

    /** Counts a subscriber of a shard and tells that shard where in the stream it stands, and what the subscriber missed. */
    void attach(Subscription subscription, int shard) {
        Consumer<Refused> refuse = why -> registry.tell(shard, () -> subscription.refused(why));
        // Any number waits: each stands for a subscription, and those are bounded where they are made.
        if (!mustWait(() -> attachNow(subscription, shard, refuse), refuse, Integer.MAX_VALUE)) {
            attachNow(subscription, shard, refuse);
        }
    }

    private void attachNow(Subscription subscription, int shard, Consumer<Refused> refuse) {
        StreamPosition since = subscription.interest().since();
        if (stream == null) {
            attach(subscription, shard, Recovery.impossible(StreamPosition.NONE));
        } else if (since == null) {
            attach(subscription, shard, Recovery.impossible(stream.top()));
        } else {
            stream.recoveries()
                    .recover(
                            since,
                            recovery -> attach(subscription, shard, recovery),
                            why -> refuse.accept(new Refused(ErrorCode.INTERNAL, why)));
        }
    }

    private void attach(Subscription subscription, int shard, Recovery recovery) {
        used = true;
        attached[shard]++;
        if (subscribers++ == 0) {
            registry.followed(1);
        }
        ClientInfo info = subscription.interest().present();
        if (info != null) {
            if (present == null) {
                present = new Present();
            }
            present.put(info);
        }
        registry.tell(shard, () -> subscription.attached(recovery));
    }

    /**
     * One subscriber of a shard less.
     *
     * @param client to be listed no longer; {@code null} if it never was
     * @param left of whom the others are told; {@code null} if they were not told that it came
     */
    void detach(int shard, @Nullable String client, @Nullable ClientInfo left) {
        used = true;
        attached[shard]--;
        if (--subscribers == 0) {
            registry.followed(-1);
        }
        if (client != null && present != null) {
            present.remove(client);
            if (present.clients().isEmpty()) {
                present = null;
            }
        }
        if (left != null) {
            tell(new Push.Left(left));
        }
    }

    /** Subscribers on all shards. */
    int subscribers() {
        return subscribers;
    }

    /** Who is here. */
    Map<String, ClientInfo> present() {
        return present == null ? Map.of() : present.clients();
    }

    /** How many distinct users are here. */
    int presentUsers() {
        return present == null ? 0 : present.users();
    }

    /** What is known of a client that is here has changed. */
    void updatePresent(ClientInfo info) {
        if (present != null) {
            present.update(info);
        }
    }

    /** Tells subscribers that somebody has come or gone. */
    void tell(Push event) {
        for (int shard = 0; shard < attached.length; shard++) {
            if (attached[shard] > 0) {
                registry.deliverEvent(shard, name, event);
            }
        }
    }

    void history(
            HistoryQuery query,
            int maxLimit,
            long maxBytes,
            @Nullable StreamReader reader,
            Shard asker,
            Consumer<HistoryResult> answer) {
        Consumer<HistoryResult> tell = result -> registry.tell(asker.index(), () -> answer.accept(result));
        Runnable now = () -> historyNow(query, maxLimit, maxBytes, reader, asker, answer, tell);
        if (!mustWait(now, tell::accept)) {
            now.run();
        }
    }

    private void historyNow(
            HistoryQuery query,
            int maxLimit,
            long maxBytes,
            @Nullable StreamReader reader,
            Shard asker,
            Consumer<HistoryResult> answer,
            Consumer<HistoryResult> tell) {
        if (stream == null || reader == null) {
            tell.accept(new Refused(ErrorCode.NOT_AVAILABLE, "channel " + name + " keeps no history"));
        } else {
            HistoryRead.answer(stream, query, maxLimit, maxBytes, reader, registry.shard(), asker, answer);
        }
    }

    /** Deletes what is kept; {@code answer} is told here. */
    void removeHistory(Consumer<HistoryResult> answer) {
        if (!mustWait(() -> removeHistoryNow(answer), answer::accept)) {
            removeHistoryNow(answer);
        }
    }

    /** The journal has deleted publications because of their age or size. */
    void trimmed(long through) {
        if (stream != null) {
            stream.trimmed(through);
        }
    }

    private void removeHistoryNow(Consumer<HistoryResult> answer) {
        if (stream == null) {
            answer.accept(new Refused(ErrorCode.NOT_AVAILABLE, "channel " + name + " keeps no history"));
        } else {
            stream.removeHistory(answer);
        }
    }

    /** Sends a publication to everybody who has attached. */
    void dispatch(Publication publication) {
        registry.meter().fannedOut(subscribers);
        for (int shard = 0; shard < attached.length; shard++) {
            if (attached[shard] == 0) {
                continue;
            }
            if (shard != home()) {
                registry.deliver(shard, name, publication);
            } else {
                deliverHere(publication);
            }
        }
        if (matchesOf != registry.patterns().version()) {
            matches = registry.patterns().match(name);
            matchesOf = registry.patterns().version();
        }
        if (!registry.watches().isEmpty()) {
            registry.watches()
                    .published(name, publication, subscribers, registry.clock().epochMicros());
        }
        List<Match> following = matches; // who is told may change what is followed
        for (int i = 0; i < following.size(); i++) {
            registry.deliver(following.get(i), new Push.Matched(name, publication));
        }
    }

    private void deliverHere(Publication publication) {
        Subscribers known = neighbours;
        if (known == null || known.isEmpty()) {
            known = registry.subscribers(name);
            neighbours = known;
        }
        if (known != null) {
            known.publication(publication);
        }
    }

    /** Tells the publisher that the channel's durability is met. */
    void published(Publishing publishing, StreamPosition position) {
        registry.meter().count(publishing.info() == null ? Count.PUBLISHED_BY_SERVER : Count.PUBLISHED_BY_CLIENT, 1);
        PublishOutcome outcome = publishing.outcome();
        registry.tell(outcome.origin(), () -> outcome.published(position));
        registry.repeats().published(name, publishing, position);
    }

    void refuse(Publishing publishing, Refused why) {
        turnAway(publishing, why);
        registry.repeats().refused(name, publishing, why);
    }

    /** As {@link #refuse}, before it was looked at. */
    private void turnAway(Publishing publishing, Refused why) {
        PublishOutcome outcome = publishing.outcome();
        publishing.breakSequence();
        registry.release(publishing);
        registry.tell(outcome.origin(), () -> outcome.refused(why));
    }

    @Override
    public int home() {
        return registry.shard().index();
    }

    @Override
    public void loaded(Stream loaded) {
        String epoch = newestEpoch;
        newestEpoch = null;
        if (epoch != null && !epoch.equals(loaded.state().epoch())) {
            load(registry.writer()); // was answered before the stream became another
            return;
        }
        stream = registry.open(this, loaded);
        remember(loaded);
        ArrayDeque<Waiting> queue = waiting;
        // Ready only when the queue is empty: an answer may bring the next command of the same client, which must not
        // overtake what waits.
        while (queue != null && !queue.isEmpty()) {
            queue.remove().run().run();
        }
        waiting = null;
    }

    private void remember(Stream loaded) {
        registry.repeats().loaded(name, loaded.state().epoch(), loaded.takeKeys());
        missingKeys = loaded.knowsKeys() ? null : missingKeys == null ? new MissingKeys() : missingKeys;
    }

    /** Loads the stream once more, for its keys. */
    private final class MissingKeys implements PendingLoad.Owner {
        private boolean loading;

        void load() {
            JournalWriter writer = registry.writer();
            if (!loading && writer != null) {
                loading = writer.load(new PendingLoad(new StreamRequest(name, options.durability()), this));
            }
        }

        @Override
        public int home() {
            return Channel.this.home();
        }

        @Override
        public void loaded(Stream again) {
            loading = false;
            if (missingKeys == this) {
                remember(again);
            }
        }

        @Override
        public void notLoaded(String why) {
            loading = false;
        }
    }

    /**
     * The stream has this epoch now. If it is used in another one, positions in it mean nothing any more: who stands in it is
     * told, and it is loaded again.
     */
    void lost(String epoch) {
        ChannelStream old = stream;
        if (waiting != null) {
            newestEpoch = epoch;
        }
        if (old == null || old.top().epoch().equals(epoch)) {
            return;
        }
        stream = null;
        old.retire();
        for (int shard = 0; shard < attached.length; shard++) {
            if (attached[shard] > 0) {
                registry.deliverLoss(shard, name);
            }
        }
        load(registry.writer()); // behind what was offered for the old one, so its outcome is known before the answer
    }

    @Override
    public void notLoaded(String why) {
        ArrayDeque<Waiting> queue = waiting;
        Refused refused = new Refused(ErrorCode.INTERNAL, why);
        if (subscribers > 0) { // whoever follows it without a position still does
            waiting = new ArrayDeque<>();
            registry.schedule(LOAD_AGAIN_NANOS, () -> load(registry.writer()));
        } else {
            registry.forget(this);
            unusable = refused;
        }
        while (queue != null && !queue.isEmpty()) {
            queue.remove().refuse().accept(refused);
        }
    }

    /** Whether nobody has needed it since the last time this was asked; its memory can then be given back. */
    boolean isIdle() {
        boolean idle = !used && waiting == null && (stream == null || !stream.isBusy());
        used = false;
        return idle && subscribers == 0;
    }

    /** Offers to the journal what it has refused before; for the end of the engine. */
    void offerAgain() {
        if (stream != null) {
            stream.offerAgain();
        }
    }

    /** Whether publishers were told "done" about something that is not in the journal. */
    boolean isBehind() {
        return stream != null && stream.isBehind();
    }

    void close() {
        if (stream != null) {
            stream.close();
        }
    }

    private boolean mustWait(Runnable run, Consumer<Refused> refuse) {
        return mustWait(run, refuse, MAX_WAITING);
    }

    private boolean mustWait(Runnable run, Consumer<Refused> refuse, int maxWaiting) {
        used = true;
        if (unusable != null) {
            refuse.accept(unusable);
            return true;
        }
        if (waiting == null) {
            return false;
        }
        if (waiting.size() < maxWaiting) {
            waiting.add(new Waiting(run, refuse));
        } else {
            refuse.accept(new Refused(
                    ErrorCode.INTERNAL, "more than " + maxWaiting + " commands wait for channel " + name + " to load"));
        }
        return true;
    }
}
