package dev.relay.internal.journal;

import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.journal.Append;
import dev.relay.journal.Spooled;
import dev.relay.journal.StreamState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What was committed last, so that a store which has lost its last commits can be given them again, under the same append ids.
 * Bounded by bytes: it reaches back a second or more at full load, and much further at little.
 *
 * <p><b>Threading.</b> Belongs to whoever has the {@link Ledger}.
 */
final class RecentAppends {
    static final long MAX_BYTES = 16 << 20;
    private static final int COST_OF_ONE = 256; // objects around a payload, about

    /** What is known of one stream, by offset. */
    record Known(Spooled newest, NavigableMap<Long, Spooled> byOffset) {
        long streamId() {
            return newest.append().streamId();
        }

        String epoch() {
            return newest.append().publication().position().epoch();
        }
    }

    private ArrayDeque<Spooled> appends = new ArrayDeque<>();
    private long bytes;

    void add(List<Spooled> committed) {
        for (Spooled append : committed) {
            appends.add(append);
            bytes += cost(append);
        }
        while (bytes > MAX_BYTES) {
            bytes -= cost(appends.remove());
        }
    }

    boolean isEmpty() {
        return appends.isEmpty();
    }

    /** By stream. Where a stream is known in several epochs, the newest. */
    List<Known> streams() {
        Map<Long, Known> streams = new LinkedHashMap<>();
        for (Spooled append : appends) {
            long id = append.append().streamId();
            Known known = streams.get(id);
            NavigableMap<Long, Spooled> byOffset =
                    known == null || !known.epoch().equals(epoch(append)) ? new TreeMap<>() : known.byOffset();
            byOffset.put(append.append().publication().offset(), append);
            streams.put(id, new Known(append, byOffset));
        }
        return List.copyOf(streams.values());
    }

    /** The stream has another epoch, and everything stands where it stood. */
    void restamp(StreamState now) {
        replace(
                now.streamId(),
                known -> at(known, now, known.append().publication().offset()));
    }

    /** Puts what is known of a stream at other offsets, maybe of another stream, without a hole from {@code first} on. */
    void renumber(Known known, StreamState now, long first) {
        long[] next = {first};
        replace(
                known.streamId(),
                append -> known.byOffset().containsValue(append) ? at(append, now, next[0]++) : append);
    }

    /** Nothing can be done about it. */
    void forget(long streamId) {
        ArrayDeque<Spooled> kept = new ArrayDeque<>();
        bytes = 0;
        for (Spooled append : appends) {
            if (append.append().streamId() != streamId) {
                kept.add(append);
                bytes += cost(append);
            }
        }
        appends = kept;
    }

    private void replace(long streamId, java.util.function.UnaryOperator<Spooled> change) {
        List<Spooled> changed = new ArrayList<>(appends.size());
        for (Spooled append : appends) {
            changed.add(append.append().streamId() == streamId ? change.apply(append) : append);
        }
        appends = new ArrayDeque<>(changed);
    }

    /** The same publication at another place. */
    static Spooled at(Spooled append, StreamState stream, long offset) {
        Publication was = append.append().publication();
        Publication is = new Publication(
                was.data(), was.info(), was.tags(), new StreamPosition(offset, stream.epoch()), was.timeMicros());
        Append moved = new Append(
                stream.streamId(),
                append.append().appendId(),
                is,
                append.append().key(),
                append.append().outboxRow());
        return new Spooled(append.position(), append.channel(), append.durability(), moved);
    }

    private static String epoch(Spooled append) {
        return append.append().publication().position().epoch();
    }

    private static long cost(Spooled append) {
        return COST_OF_ONE + append.append().publication().data().size();
    }
}
