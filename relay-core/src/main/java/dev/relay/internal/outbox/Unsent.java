package dev.relay.internal.outbox;

import static java.util.Objects.requireNonNull;

import dev.relay.OverflowPolicy;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one socket has not taken, in the order in which it leaves; publications that may be given up are given up here. Exists
 * only while something waits.
 *
 * <p><b>Threading.</b> Owned by one shard.
 */
final class Unsent {
    private final Backlog backlog;
    private @Nullable Slice head;
    private @Nullable Slice tail;
    private @Nullable Slice oldest; // no slice before it has publications that age can drop; null if none has
    private @Nullable Map<Topic, Slice> newest; // whole frames that the next of their topic replaces
    private long bytes;

    Unsent(Backlog backlog) {
        this.backlog = backlog;
    }

    boolean isEmpty() {
        return head == null;
    }

    /** Bytes still to be sent. */
    long bytes() {
        return bytes;
    }

    /** Adds a chunk from a byte on; the frame that has been sent up to there keeps its place whatever comes. */
    void add(Copy copy, int from) {
        int end = copy.bytes.length;
        if (from == end) {
            return;
        }
        if (copy.overflow != OverflowPolicy.CONFLATE) {
            append(new Slice(copy, from, end, null));
            return;
        }
        int frame = copy.frameAt(from);
        if (copy.frameStart(frame) < from) {
            append(new Slice(copy, from, copy.frameEnd(frame), null));
            frame++;
        }
        for (; frame < copy.frames(); frame++) {
            replace(new Slice(copy, copy.frameStart(frame), copy.frameEnd(frame), copy.topic(frame)));
        }
    }

    /** Gives up the oldest publications that may be, until no more than {@code limit} bytes wait, or none is left. */
    void shrink(int limit) {
        Slice at = oldest;
        while (at != null && bytes > limit) {
            if (at.copy.overflow != OverflowPolicy.DROP_OLDEST) {
                at = at.next;
                continue;
            }
            int start = at.firstWholeFrame();
            if (start >= at.to) {
                at = at.next;
                continue;
            }
            if (start > at.from) {
                at = split(at, start);
            }
            dropFrames(at, limit);
            if (at.remaining() == 0) {
                Slice next = at.next;
                unlink(at);
                at = next;
            }
        }
        oldest = at;
    }

    /** Copies as much as fits of what leaves next. */
    void fill(ByteBuffer batch) {
        for (Slice slice = head; slice != null && batch.hasRemaining(); slice = slice.next) {
            batch.put(slice.copy.bytes, slice.from, Math.min(slice.remaining(), batch.remaining()));
        }
    }

    /** The first {@code sent} bytes have left. */
    void remove(int sent) {
        bytes -= sent;
        int left = sent;
        while (left > 0) {
            Slice first = requireNonNull(head, "more has been sent than waited");
            if (first.topic != null && newest != null) {
                newest.remove(first.topic, first); // begun: it will leave whole
            }
            int part = Math.min(left, first.remaining());
            first.from += part;
            left -= part;
            if (first.remaining() == 0) {
                unlink(first);
            }
        }
    }

    /** Drops everything except the rest of a frame that has been sent in part. */
    void dropAllButPartialFrame() {
        Slice first = head;
        clear();
        if (first != null && first.firstWholeFrame() > first.from) {
            byte[] rest = new byte[first.firstWholeFrame() - first.from];
            System.arraycopy(first.copy.bytes, first.from, rest, 0, rest.length);
            add(new Copy(rest, new int[] {rest.length}, OverflowPolicy.DISCONNECT, Chunk.NO_TOPICS), 0);
        }
    }

    void clear() {
        for (Slice slice = head; slice != null; slice = slice.next) {
            forget(slice);
        }
        head = null;
        tail = null;
        oldest = null;
        newest = null;
        bytes = 0;
    }

    private void append(Slice slice) {
        slice.previous = tail;
        if (tail == null) {
            head = slice;
        } else {
            tail.next = slice;
        }
        tail = slice;
        keep(slice);
        bytes += slice.remaining();
        if (oldest == null && slice.copy.overflow == OverflowPolicy.DROP_OLDEST) {
            oldest = slice;
        }
    }

    private void replace(Slice slice) {
        if (newest == null) {
            newest = new HashMap<>(4);
        }
        Slice before = newest.put(requireNonNull(slice.topic, "topic"), slice);
        if (before != null) {
            bytes -= before.remaining();
            backlog.drop(1);
            unlink(before);
        }
        append(slice);
    }

    /** Makes two of one; returns the second, which begins at {@code at}. */
    private Slice split(Slice slice, int at) {
        Slice rest = new Slice(slice.copy, at, slice.to, null);
        slice.to = at;
        rest.previous = slice;
        rest.next = slice.next;
        if (rest.next == null) {
            tail = rest;
        } else {
            rest.next.previous = rest;
        }
        slice.next = rest;
        keep(rest);
        return rest;
    }

    private void dropFrames(Slice slice, int limit) {
        int before = slice.from;
        int first = slice.copy.frameAt(before);
        int frame = first;
        while (slice.from < slice.to && bytes - (slice.from - before) > limit) {
            slice.from = slice.copy.frameEnd(frame++);
        }
        bytes -= slice.from - before;
        backlog.drop(frame - first);
    }

    private void unlink(Slice slice) {
        if (slice == oldest) {
            oldest = slice.next;
        }
        if (slice.previous == null) {
            head = slice.next;
        } else {
            slice.previous.next = slice.next;
        }
        if (slice.next == null) {
            tail = slice.previous;
        } else {
            slice.next.previous = slice.previous;
        }
        forget(slice);
    }

    private void keep(Slice slice) {
        slice.copy.retain(backlog);
        backlog.more(Slice.COST_BYTES);
    }

    private void forget(Slice slice) {
        slice.copy.release(backlog);
        backlog.less(Slice.COST_BYTES);
    }
}
