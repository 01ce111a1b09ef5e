package dev.relay.internal.outbox;

import org.jspecify.annotations.Nullable;

/**
 * A run of frames of a copied chunk that one socket has not taken yet; the first may have been sent in part. A link of
 * {@link Unsent}, which alone changes it.
 */
final class Slice {
    static final int COST_BYTES = 64; // about, with its part in a map

    final Copy copy;
    final @Nullable Topic topic; // what it is the newest of, if it may be replaced
    int from;
    int to;

    @Nullable
    Slice previous;

    @Nullable
    Slice next;

    Slice(Copy copy, int from, int to, @Nullable Topic topic) {
        this.copy = copy;
        this.from = from;
        this.to = to;
        this.topic = topic;
    }

    int remaining() {
        return to - from;
    }

    /** Where the first frame begins of which nothing has been sent; {@link #to} if there is none. */
    int firstWholeFrame() {
        int frame = copy.frameAt(from);
        return copy.frameStart(frame) == from ? from : copy.frameEnd(frame);
    }
}
