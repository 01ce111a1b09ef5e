package dev.relay.internal.channel;

import dev.relay.PublishResult;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the home shard of some channels knows about requests that named themselves, so that a repeat does nothing and gets
 * the first one's result. A key belongs to its channel.
 *
 * <pre>
 *            begin               complete               the window ends, or
 * (unknown) ──────▶ {@link Pending} ─────────▶ {@link Done} ─────────────────────────▶ (unknown)
 *                      └────────fail────────────────────more than the limit──▶
 * </pre>
 *
 * <p>The window counts from the completion. The number of keys is limited: at the limit the one that was completed first is
 * forgotten before its time, and a repeat of it is published again; {@link #forgottenEarly} counts those. A pending key is
 * never forgotten, it is what several requests wait for.
 *
 * <p><b>Threading.</b> The home shard's thread only.
 */
final class IdempotencyKeys {
    /** Keys of one shard, by default. With keys and channel names of 36 characters they take 29 MB. */
    static final int MAX_KEYS = 100_000;

    /** Repeats that may wait at one shard, for all its pending keys together. */
    static final int MAX_WAITING = 10_000;

    // One call makes at most one key, so clearing two at a time keeps up, and no call pays for a long pause.
    private static final int EXPIRED_PER_CALL = 2;

    /** What is known about a key. */
    sealed interface Known permits Pending, Done {}

    /**
     * The first request had this result.
     *
     * @param deadlineNanos when it is forgotten, in terms of {@link System#nanoTime}
     */
    record Done(StreamPosition position, long deadlineNanos) implements Known {}

    /** The first request is on its way. */
    final class Pending implements Known {
        private final List<Consumer<PublishResult>> repeats = new ArrayList<>(0);

        private Pending() {}

        /**
         * Tells the first one's result to a repeat, once and on this thread.
         *
         * @return {@code false} iff too many wait already; nothing is told, the repeat is to be refused
         */
        boolean await(Consumer<PublishResult> repeat) {
            if (waiting == MAX_WAITING) {
                return false;
            }
            waiting++;
            repeats.add(repeat);
            return true;
        }

        private void end(PublishResult result) {
            waiting -= repeats.size();
            repeats.forEach(repeat -> repeat.accept(result));
        }
    }

    /** Comparable, so that a map copes with keys that were made to collide. */
    private record Key(String channel, String key) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byKey = key.compareTo(other.key);
            return byKey != 0 ? byKey : channel.compareTo(other.channel);
        }
    }

    private final long windowNanos;
    private final int maxKeys;
    private final Map<Key, Pending> pending = new HashMap<>();
    private final LinkedHashMap<Key, Done> done =
            new LinkedHashMap<>(); // by completion, so by deadline but for what was loaded
    private int waiting;
    private long forgottenEarly;

    /**
     * @param windowNanos how long a result is remembered
     * @param maxKeys pending and done together
     */
    IdempotencyKeys(long windowNanos, int maxKeys) {
        if (windowNanos <= 0 || maxKeys <= 0) {
            throw new IllegalArgumentException(
                    "window and limit must be positive: windowNanos=" + windowNanos + " maxKeys=" + maxKeys);
        }
        this.windowNanos = windowNanos;
        this.maxKeys = maxKeys;
    }

    /** What is known about a key; {@code null} if nothing is, or no longer: {@link #begin} is next. */
    @Nullable
    Known find(String channel, String key, long nowNanos) {
        expire(nowNanos, EXPIRED_PER_CALL);
        Key wanted = new Key(channel, key);
        Pending first = pending.get(wanted);
        if (first != null) {
            return first;
        }
        Done result = done.get(wanted);
        if (result != null && isOver(result, nowNanos)) {
            done.remove(wanted);
            return null;
        }
        return result;
    }

    /**
     * A request that nothing is known about is on its way; {@link #complete} or {@link #fail} follows, once.
     *
     * @return {@code false} iff the limit is taken up by pending requests; nothing is noted, this one is to be refused
     */
    boolean begin(String channel, String key) {
        Key first = new Key(channel, key);
        if (pending.containsKey(first) || done.containsKey(first)) {
            throw new IllegalStateException("a request with this key has begun before, in channel " + channel);
        }
        if (pending.size() == maxKeys) {
            return false;
        }
        makeRoom();
        pending.put(first, new Pending());
        return true;
    }

    private void makeRoom() {
        if (size() == maxKeys) {
            forgetOldest();
            forgottenEarly++;
        }
    }

    /** The request was published: its repeats are told, those that wait at once. */
    void complete(String channel, String key, StreamPosition position, long nowNanos) {
        Key first = new Key(channel, key);
        Pending ended = end(first);
        expire(nowNanos, EXPIRED_PER_CALL);
        done.put(first, new Done(position, nowNanos + windowNanos));
        ended.end(new PublishResult.Published(position));
    }

    /** A request of an earlier run was published; nothing happens if the key is known. */
    void remember(String channel, String key, StreamPosition position, long deadlineNanos) {
        Key first = new Key(channel, key);
        if (pending.containsKey(first) || done.containsKey(first) || pending.size() == maxKeys) {
            return;
        }
        makeRoom();
        done.put(first, new Done(position, deadlineNanos));
    }

    /** The request was refused: so are the repeats that wait, and the next one is tried anew. */
    void fail(String channel, String key, Refused why) {
        end(new Key(channel, key)).end(why);
    }

    /**
     * Gives back the memory of keys whose window is over, at most so many; for when no requests come. What was loaded may wait
     * behind one with a later deadline, a window longer at most; {@link #find} looks at each key's own.
     */
    void expire(long nowNanos, int atMost) {
        for (int i = 0; i < atMost && !done.isEmpty(); i++) {
            if (!isOver(done.values().iterator().next(), nowNanos)) {
                return;
            }
            forgetOldest();
        }
    }

    /** Keys in memory. */
    int size() {
        return pending.size() + done.size();
    }

    /** Keys so far that were forgotten before their window was over, because of the limit. */
    long forgottenEarly() {
        return forgottenEarly;
    }

    private Pending end(Key key) {
        Pending ended = pending.remove(key);
        if (ended == null) {
            throw new IllegalStateException("no request with this key is pending in channel " + key.channel);
        }
        return ended;
    }

    private void forgetOldest() {
        Iterator<Done> oldest = done.values().iterator();
        oldest.next();
        oldest.remove();
    }

    private static boolean isOver(Done result, long nowNanos) {
        return result.deadlineNanos - nowNanos <= 0;
    }
}
