package dev.relay.internal.channel;

import static java.util.Objects.requireNonNull;

import dev.relay.CloseCode;
import dev.relay.OverflowPolicy;
import dev.relay.Publication;
import dev.relay.internal.channel.Members.Kind;
import dev.relay.internal.outbox.Chunk;
import dev.relay.transport.Encoding;
import dev.relay.transport.Push;
import dev.relay.transport.ShardContext.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live subscriptions of one channel, shard, encoding and way to treat who is slow. A push is encoded once, however many
 * get it; what goes to the same members in a turn forms one chunk. Who wants no events and filters nothing pays for neither.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class Group {
    private static final int MAX_CHUNK_BYTES = 192 << 10; // then the connections get it although the turn goes on
    private static final int MAX_LINGER_BYTES = 16 << 10; // then it is worth a write of its own

    private static final Logger LOG = LoggerFactory.getLogger(Group.class);

    private final String channel;
    private final ChannelRegistry registry;
    private final Encoding encoding;
    private final OverflowPolicy overflow;
    private final long lingerNanos;
    private final Members everything = new Members(Kind.PUBLICATIONS);
    private @Nullable Members filtered;
    private @Nullable Members events;
    private @Nullable Chunk chunk;
    private Members receivers = everything; // of the chunk
    private @Nullable Timer lingers; // while the chunk waits for more than the end of the turn

    Group(String channel, ChannelRegistry registry, Encoding encoding, OverflowPolicy overflow, long lingerNanos) {
        this.channel = channel;
        this.registry = registry;
        this.encoding = encoding;
        this.overflow = overflow;
        this.lingerNanos = lingerNanos;
    }

    boolean isFor(Encoding receivers, OverflowPolicy policy) {
        return encoding == receivers && overflow == policy;
    }

    /** Hands on a publication of this channel, or of one that this pattern matches. */
    void publication(Push push, Map<String, String> tags) {
        List<Subscription> matching = filtered == null || filtered.count() == 0 ? List.of() : matching(filtered, tags);
        Chunk encoded = null;
        if (everything.count() > 0) {
            encoded = open(everything);
            if (!encode(encoded, push, everything)) {
                encoded = null;
            }
        }
        if (!matching.isEmpty()) {
            publishFiltered(matching, encoded, push);
        }
        if (encoded != null) {
            encoded.delivers(acceptedMicros(push), everything.count());
            registry.delivered(everything.count());
            sealIfLarge(encoded);
        }
    }

    /** Tells who wants to know that somebody has come or gone. */
    void event(Push push) {
        if (events != null && events.count() > 0) {
            Chunk open = open(events);
            if (encode(open, push, events)) {
                sealIfLarge(open);
            }
        }
    }

    /** Gives the chunk to those who are here now; who joins later gets what follows only. */
    void seal() {
        Chunk full = chunk;
        if (full == null) {
            return;
        }
        chunk = null;
        if (lingers != null) {
            stopLingering();
        }
        if (full.size() > 0) {
            for (int i = 0; i < receivers.count(); i++) {
                receivers.get(i).receiver().chunk(full);
            }
        }
        registry.chunks().release(full);
    }

    void join(Subscription subscription) {
        if (receivers != events || subscription.interest().joinLeave()) {
            seal();
        }
        membersFor(subscription).add(subscription);
        if (subscription.interest().joinLeave()) {
            if (events == null) {
                events = new Members(Kind.EVENTS);
            }
            events.add(subscription);
        }
    }

    /** What has been published before is still delivered; who else has come and gone does not matter any more. */
    void leave(Subscription subscription) {
        if (receivers != events) { // or each of many that go would hand on that the one before has gone
            seal();
        }
        membersFor(subscription).remove(subscription);
        if (events != null && subscription.interest().joinLeave()) {
            events.remove(subscription);
        }
    }

    /** Adds those that must notice a gap. */
    void positioned(List<Subscription> found) {
        addPositioned(everything, found);
        if (filtered != null) {
            addPositioned(filtered, found);
        }
    }

    private static void addPositioned(Members members, List<Subscription> found) {
        for (int i = 0; i < members.count(); i++) {
            if (members.get(i).interest().positioned()) {
                found.add(members.get(i));
            }
        }
    }

    private Members membersFor(Subscription subscription) {
        if (subscription.interest().filter() == null) {
            return everything;
        }
        if (filtered == null) {
            filtered = new Members(Kind.PUBLICATIONS);
        }
        return filtered;
    }

    /** Those whose filter matches share one chunk of the one publication, a copy where it has been encoded already. */
    private void publishFiltered(List<Subscription> matching, @Nullable Chunk encoded, Push push) {
        if (receivers == events) {
            seal(); // events before this publication go first
        }
        Chunk one = registry.chunks().take(encoding, overflow);
        try {
            if (encoded != null) {
                one.copyLast(encoded);
            } else if (!one.push(channel, push)) {
                registry.chunks().release(one);
                close(matching, CloseCode.INAPPROPRIATE_PROTOCOL);
                return;
            }
            for (Subscription subscription : matching) {
                if (subscription.state() == Subscription.State.LIVE) { // the others' end may have been its own
                    one.delivers(acceptedMicros(push), 1);
                    subscription.receiver().chunk(one);
                    registry.delivered(1);
                }
            }
            registry.chunks().release(one);
        } catch (Throwable e) { // an Error too costs these connections, not the shard
            failed(e);
            close(matching, CloseCode.INTERNAL_ERROR);
        }
    }

    private static long acceptedMicros(Push push) {
        return push instanceof Publication publication
                ? publication.timeMicros()
                : ((Push.Matched) push).publication().timeMicros();
    }

    /** Those whose filter matches. One whose filter fails is closed, and nobody else is. */
    private static List<Subscription> matching(Members all, Map<String, String> tags) {
        List<Subscription> matching = new ArrayList<>();
        List<Subscription> failing = new ArrayList<>(0);
        for (int i = 0; i < all.count(); i++) {
            Subscription subscription = all.get(i);
            try {
                if (subscription.interest().wants(tags)) {
                    matching.add(subscription);
                }
            } catch (Throwable e) { // an Error too
                subscription.filterFailed(e);
                failing.add(subscription);
            }
        }
        if (!failing.isEmpty()) {
            close(failing, CloseCode.INTERNAL_ERROR); // not before: that changes who is there
            matching.removeIf(subscription -> subscription.state() != Subscription.State.LIVE);
        }
        return matching;
    }

    /** The chunk for these receivers; what is meant for others leaves first. */
    private Chunk open(Members to) {
        if (chunk != null && receivers != to) {
            seal();
        }
        Chunk open = chunk;
        if (open == null) {
            open = to == events
                    ? registry.chunks().take(encoding) // who is here must be known to the slow as well
                    : registry.chunks().take(encoding, overflow);
            chunk = open;
            receivers = to;
            if (lingerNanos > 0 && to != events) {
                linger();
            } else {
                registry.dirty(this);
            }
        }
        return open;
    }

    /** Adds to the chunk; where that cannot be done, its receivers are closed and recover elsewhere. */
    private boolean encode(Chunk open, Push push, Members to) {
        try {
            if (open.push(channel, push)) {
                return true;
            }
            seal();
            close(copy(to), CloseCode.INAPPROPRIATE_PROTOCOL);
        } catch (Throwable e) { // an Error too costs these connections, not the shard
            failed(e);
            chunk = null; // what it holds may be broken
            if (lingers != null) {
                stopLingering();
            }
            close(copy(to), CloseCode.INTERNAL_ERROR);
        }
        return false;
    }

    /** Keeps the chunk open beyond the turn. Whatever must come after it still seals it first. */
    private void linger() {
        lingers = registry.linger(lingerNanos, this::seal);
        if (lingers == null) {
            registry.dirty(this);
        }
    }

    private void stopLingering() {
        requireNonNull(lingers, "lingers").cancel();
        lingers = null;
        registry.lingered();
    }

    private void sealIfLarge(Chunk open) {
        if (open.size() > (lingers == null ? MAX_CHUNK_BYTES : MAX_LINGER_BYTES)) {
            seal();
        }
    }

    private void failed(Throwable e) {
        LOG.atWarn()
                .addKeyValue("channel", channel)
                .setCause(e)
                .log("a publication of {} cannot be encoded as {}", channel, encoding.name());
    }

    private static List<Subscription> copy(Members members) {
        List<Subscription> all = new ArrayList<>(members.count());
        for (int i = 0; i < members.count(); i++) {
            all.add(members.get(i));
        }
        return all;
    }

    private static void close(List<Subscription> subscriptions, CloseCode code) {
        for (Subscription subscription : subscriptions) {
            if (subscription.state() != Subscription.State.ENDED) { // the end of one may bring about that of another
                subscription.receiver().close(code);
                subscription.end();
            }
        }
    }
}
