package dev.relay.internal.channel;

import dev.relay.ChannelOptions;
import dev.relay.ClientInfo;
import dev.relay.HistoryQuery;
import dev.relay.HistoryResult;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.PublishOptions;
import dev.relay.RelayClock;
import dev.relay.StreamPosition;
import dev.relay.internal.channel.HotEnd.HotBudget;
import dev.relay.internal.channel.PatternTrie.Match;
import dev.relay.internal.journal.JournalWriter;
import dev.relay.internal.journal.Stream;
import dev.relay.internal.outbox.ChunkPool;
import dev.relay.internal.shard.Shard;
import dev.relay.internal.shard.ShardMeter;
import dev.relay.internal.watch.ShardWatches;
import dev.relay.journal.ReadRange;
import dev.relay.transport.Push;
import dev.relay.transport.ShardContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one shard: those whose home it is, and those that its connections follow. The routing between the two
 * sides goes through here.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
public final class ChannelRegistry {
    private static final long SWEEP_NANOS = 30_000_000_000L;
    private static final int MAX_LINGERING = 4096; // chunks of direct memory, of 16 KiB and a message at most

    private final Shard shard;
    private final Topology topology;
    private final ChunkPool chunks;
    private final HotBudget hotBudget = new HotBudget();
    private final ShardWatches watches = new ShardWatches();
    private final Versions versions = new Versions(Versions.MAX_CHANNELS);
    private final Repeats repeats;
    private final Map<String, Channel> homes = new HashMap<>();
    private final PatternTrie patterns; // as a home: who follows which
    private final Map<String, Subscribers> subscribers = new HashMap<>();
    private final List<Group> dirty = new ArrayList<>();
    private final PublishOutcome unheard;
    private long delivered;
    private int followed; // homes that have subscribers
    private int lingering; // chunks

    ChannelRegistry(Shard shard, int shards, Topology topology) {
        this.shard = shard;
        this.topology = topology;
        this.chunks = new ChunkPool(shard.meter());
        this.patterns = new PatternTrie(shards);
        this.repeats = new Repeats(this, topology.idempotencyNanos());
        this.unheard = new Unheard(shard.index());
    }

    /**
     * Publishes to a channel, wherever its home is.
     *
     * @return {@code false} iff it is not admitted now; try again in a moment
     */
    public boolean publish(
            String channel,
            ChannelOptions options,
            Payload data,
            @Nullable ClientInfo info,
            PublishOptions how,
            PublishOutcome outcome) {
        int home = topology.homeOf(channel);
        Admission admission = topology.admission(home);
        if (home != shard.index()) {
            int charge = admission.admit(data.size());
            return charge > 0 && publishThere(home, channel, options, new Publishing(data, info, how, charge, outcome));
        }
        int charge = options.hasStream() ? admission.admit(data.size()) : 0;
        if (options.hasStream() ? charge == 0 : !admission.isOpen()) {
            return false;
        }
        channel(channel, options).publish(new Publishing(data, info, how, charge, outcome));
        return true;
    }

    /** Publishes to a channel whose home is another shard, and has admitted it. */
    private boolean publishThere(int home, String channel, ChannelOptions options, Publishing publishing) {
        ChannelRegistry there = topology.registry(home);
        // Nothing can go wrong any more where no stream is kept: the publisher is told at once, without a way back.
        boolean certain =
                !options.hasStream() && publishing.how().idempotencyKey().isEmpty();
        Publishing sent = certain ? publishing.unheard(there.unheard) : publishing;
        shard.send(home, () -> there.channel(channel, options).publish(sent));
        if (certain) {
            publishing.outcome().published(StreamPosition.NONE);
        }
        return true;
    }

    /**
     * Publishes for the application what {@link Admission#admit} has let in before, for {@code charge}. On the home shard.
     */
    public void publishAdmitted(
            String channel,
            ChannelOptions options,
            Payload data,
            PublishOptions how,
            int charge,
            PublishOutcome outcome) {
        channel(channel, options).publish(new Publishing(data, null, how, charge, outcome));
    }

    /**
     * Subscribes; the receiver is told how it went, at once or later.
     *
     * @param interest what it wants beyond publications
     */
    public Subscription subscribe(String channel, ChannelOptions options, Receiver receiver, Interest interest) {
        Subscribers here = subscribers.computeIfAbsent(channel, name -> new Subscribers(name, options, this));
        Subscription subscription = new Subscription(this, here, receiver, interest);
        here.add();
        receiver.begins(subscription);
        int from = shard.index();
        if (here.isPattern()) {
            follow(channel, subscription);
        } else {
            atHome(channel, home -> home.channel(channel, options).attach(subscription, from));
        }
        return subscription;
    }

    /** Every home must know a pattern before its subscription stands, since each may be home of a channel it matches. */
    private void follow(String pattern, Subscription subscription) {
        int from = shard.index();
        int[] unaware = {topology.shards()};
        Runnable aware = () -> {
            if (--unaware[0] == 0) {
                subscription.attached(Recovery.impossible(StreamPosition.NONE));
            }
        };
        atEachHome(home -> {
            home.patterns.add(pattern, from);
            home.tell(from, aware);
        });
    }

    /** Reads history; {@code answer} is told on this shard. */
    public void history(
            String channel,
            ChannelOptions options,
            HistoryQuery query,
            int maxLimit,
            long maxBytes,
            Consumer<HistoryResult> answer) {
        atHome(channel, home -> home.channel(channel, options)
                .history(query, maxLimit, maxBytes, topology.reader(), shard, answer));
    }

    /** Who is in a channel; {@code answer} is told on this shard. */
    public void present(String channel, Consumer<Map<String, ClientInfo>> answer) {
        int asker = shard.index();
        atHome(channel, home -> {
            Channel found = home.homes.get(channel);
            Map<String, ClientInfo> present = found == null ? Map.of() : Map.copyOf(found.present());
            home.tell(asker, () -> answer.accept(present));
        });
    }

    /** How many are in a channel: clients, then distinct users; {@code answer} is told on this shard. */
    public void countPresent(String channel, BiConsumer<Integer, Integer> answer) {
        int asker = shard.index();
        atHome(channel, home -> {
            Channel found = home.homes.get(channel);
            int clients = found == null ? 0 : found.present().size();
            int users = found == null ? 0 : found.presentUsers();
            home.tell(asker, () -> answer.accept(clients, users));
        });
    }

    /** Deletes what a channel keeps; {@code answer} is told here. On the home shard. */
    public void removeHistory(String channel, ChannelOptions options, Consumer<HistoryResult> answer) {
        channel(channel, options).removeHistory(answer);
    }

    /** What may be kept of publications; {@code null}: everything. */
    @Nullable
    Discretion discretion(ChannelOptions options) {
        return Discretion.of(options, topology.redactor());
    }

    /** Publications of a channel have been deleted; it need not be in memory. On the home shard. */
    void trimmed(String channel, long through) {
        Channel known = homes.get(channel);
        if (known != null) {
            known.trimmed(through);
        }
    }

    /** Ends the turn: everybody gets what their channels said in it. */
    public void flush() {
        for (int i = 0; i < dirty.size(); i++) {
            dirty.get(i).seal();
        }
        dirty.clear();
    }

    /** Whether something has been said since the last {@link #flush}. */
    public boolean hasMore() {
        return !dirty.isEmpty();
    }

    public ChunkPool chunks() {
        return chunks;
    }

    /** Who watches what flows here. */
    public ShardWatches watches() {
        return watches;
    }

    /** Deliveries so far: publications times receivers. */
    public long delivered() {
        return delivered;
    }

    /** Channels whose home this is and that are in memory. */
    public int homeCount() {
        return homes.size();
    }

    /** Channels whose home this is and that have subscribers. */
    public int followedCount() {
        return followed;
    }

    /** Tells each channel whose home this is, that has subscribers, with their number. */
    public void forEachFollowed(ObjIntConsumer<String> action) {
        homes.values().forEach(channel -> {
            if (channel.subscribers() > 0) {
                action.accept(channel.name(), channel.subscribers());
            }
        });
    }

    /** Offers to the journal what it has refused before; for the end of the engine. */
    public void offerAgain() {
        homes.values().forEach(Channel::offerAgain);
    }

    /** Whether publishers of some channel were told "done" about something that is not in the journal. */
    public boolean isBehind() {
        return homes.values().stream().anyMatch(Channel::isBehind);
    }

    /** Forgets channels that nobody has used for a while, now and from time to time. */
    public void sweep() {
        boolean spooling = topology.isSpooling(); // then a stream may not be found again
        for (Iterator<Channel> all = homes.values().iterator(); all.hasNext(); ) {
            Channel channel = all.next();
            if (channel.isIdle() && !(spooling && channel.options().hasStream())) {
                channel.close();
                all.remove();
            }
        }
        repeats.sweep();
        schedule(SWEEP_NANOS, this::sweep);
    }

    Shard shard() {
        return shard;
    }

    Tracing tracing() {
        return topology.tracing();
    }

    ShardMeter meter() {
        return shard.meter();
    }

    PatternTrie patterns() {
        return patterns;
    }

    RelayClock clock() {
        return shard.clock();
    }

    Repeats repeats() {
        return repeats;
    }

    Versions versions() {
        return versions;
    }

    HotBudget hotBudget() {
        return hotBudget;
    }

    void schedule(long delayNanos, Runnable task) {
        shard.schedule(delayNanos, task);
    }

    /** Runs something on another shard, in order with what this one has sent there before. */
    void tell(int target, Runnable news) {
        shard.send(target, news);
    }

    void release(Publishing publishing) {
        topology.admission(shard.index()).release(publishing.charge());
    }

    @Nullable
    JournalWriter writer() {
        return topology.writer();
    }

    ChannelStream open(Channel channel, Stream stream) {
        return new ChannelStream(channel, this, topology.requireWriter(), stream);
    }

    void forget(Channel channel) {
        homes.remove(channel.name(), channel);
    }

    /** From the home to the subscribers of another shard. */
    void deliver(int target, String channel, Publication publication) {
        ChannelRegistry there = topology.registry(target);
        shard.send(target, () -> there.deliver(channel, publication));
    }

    /** The subscribers that a channel or pattern has on this shard. */
    @Nullable
    Subscribers subscribers(String channel) {
        return subscribers.get(channel);
    }

    /** From the home of a channel to the subscribers of a pattern that matches it. */
    void deliver(Match match, Push.Matched push) {
        for (int i = 0; i < match.shardCount(); i++) {
            if (match.shard(i) == shard.index()) {
                deliver(match.pattern(), push);
            } else {
                ChannelRegistry there = topology.registry(match.shard(i));
                shard.send(match.shard(i), () -> there.deliver(match.pattern(), push));
            }
        }
    }

    /** The same for an event. */
    void deliverEvent(int target, String channel, Push event) {
        if (target == shard.index()) {
            deliverEvent(channel, event);
        } else {
            ChannelRegistry there = topology.registry(target);
            shard.send(target, () -> there.deliverEvent(channel, event));
        }
    }

    /** The channel's stream has this epoch now. */
    void lost(String channel, String epoch) {
        Channel found = homes.get(channel);
        if (found != null) {
            found.lost(epoch);
        }
    }

    /** From the home to the subscribers of a shard: positions in the channel mean nothing any more. */
    void deliverLoss(int target, String channel) {
        if (target == shard.index()) {
            deliverLoss(channel);
        } else {
            ChannelRegistry there = topology.registry(target);
            shard.send(target, () -> there.deliverLoss(channel));
        }
    }

    void detach(String channel, @Nullable String client, @Nullable ClientInfo left) {
        int from = shard.index();
        atHome(channel, home -> {
            Channel found = home.homes.get(channel);
            if (found != null) { // one that has been counted is not forgotten
                found.detach(from, client, left);
            }
        });
    }

    void announce(String channel, ClientInfo joined) {
        atHome(channel, home -> {
            Channel found = home.homes.get(channel);
            if (found != null) {
                found.tell(new Push.Joined(joined));
            }
        });
    }

    void updatePresent(String channel, ClientInfo info) {
        atHome(channel, home -> {
            Channel found = home.homes.get(channel);
            if (found != null) {
                found.updatePresent(info);
            }
        });
    }

    void followed(int difference) {
        followed += difference;
    }

    void forgetIfEmpty(Subscribers empty) {
        if (empty.isEmpty() && subscribers.remove(empty.channel(), empty) && empty.isPattern()) {
            int from = shard.index();
            atEachHome(home -> home.patterns.remove(empty.channel(), from));
        }
    }

    void dirty(Group group) {
        dirty.add(group);
    }

    /**
     * Does something in the given time, unless too much is kept for that already.
     *
     * @return {@code null} iff it is, and the group had better end with the turn
     */
    ShardContext.@Nullable Timer linger(long nanos, Runnable task) {
        if (lingering == MAX_LINGERING) {
            return null;
        }
        lingering++;
        return shard.scheduleSoon(nanos, task);
    }

    /** What lingered does not any more. */
    void lingered() {
        lingering--;
    }

    void delivered(int receivers) {
        delivered += receivers;
    }

    void read(ReadRange range, BiConsumer<@Nullable List<Publication>, String> answer) {
        StreamReader reader = topology.reader();
        if (reader == null) {
            answer.accept(null, "the engine has no journal");
        } else {
            reader.read(range, shard, answer);
        }
    }

    private void deliver(String channel, Publication publication) {
        Subscribers here = subscribers.get(channel);
        if (here != null) {
            here.publication(publication);
        }
    }

    private void deliver(String pattern, Push.Matched push) {
        Subscribers here = subscribers.get(pattern);
        if (here != null) {
            here.matched(push);
        }
    }

    private void deliverLoss(String channel) {
        Subscribers here = subscribers.get(channel);
        if (here != null) {
            here.lost();
        }
    }

    private void deliverEvent(String channel, Push event) {
        Subscribers here = subscribers.get(channel);
        if (here != null) {
            here.event(event);
        }
    }

    private Channel channel(String name, ChannelOptions options) {
        Channel channel = homes.get(name);
        if (channel == null) {
            channel = new Channel(name, options, this, topology.shards());
            homes.put(name, channel);
            channel.start(topology.writer());
        }
        return channel;
    }

    private void atEachHome(Consumer<ChannelRegistry> action) {
        for (int home = 0; home < topology.shards(); home++) {
            ChannelRegistry there = topology.registry(home);
            shard.send(home, () -> action.accept(there));
        }
    }

    private void atHome(String channel, Consumer<ChannelRegistry> action) {
        int home = topology.homeOf(channel);
        if (home == shard.index()) {
            action.accept(this);
        } else {
            ChannelRegistry there = topology.registry(home);
            shard.send(home, () -> action.accept(there));
        }
    }
}
