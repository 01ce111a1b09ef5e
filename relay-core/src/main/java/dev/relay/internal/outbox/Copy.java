package dev.relay.internal.outbox;

import dev.relay.OverflowPolicy;
import java.util.Arrays;

/**
 * The bytes of a chunk, copied once for all connections whose sockets have not taken them. Never changed.
 *
 * <p><b>Threading.</b> Owned by one shard.
 */
final class Copy {
    private static final int COST_BYTES = 96; // of the objects it consists of, about

    final byte[] bytes;
    final OverflowPolicy overflow;
    private final int[] frameEnds; // ascending
    private final Topic[] topics; // of each frame, with CONFLATE only
    private int users;

    Copy(byte[] bytes, int[] frameEnds, OverflowPolicy overflow, Topic[] topics) {
        this.bytes = bytes;
        this.frameEnds = frameEnds;
        this.overflow = overflow;
        this.topics = topics;
    }

    /** The frame that holds the byte at {@code offset}. */
    int frameAt(int offset) {
        int found = Arrays.binarySearch(frameEnds, offset);
        return found >= 0 ? found + 1 : -found - 1;
    }

    int frames() {
        return frameEnds.length;
    }

    int frameStart(int frame) {
        return frame == 0 ? 0 : frameEnds[frame - 1];
    }

    int frameEnd(int frame) {
        return frameEnds[frame];
    }

    Topic topic(int frame) {
        return topics[frame];
    }

    void retain(Backlog backlog) {
        if (users++ == 0) {
            backlog.more(cost());
        }
    }

    void release(Backlog backlog) {
        if (--users == 0) {
            backlog.less(cost());
        }
    }

    private long cost() {
        return bytes.length + 4L * frameEnds.length + COST_BYTES;
    }
}
