package dev.relay;

import static java.util.Objects.requireNonNull;

/**
 * A place in a channel's stream: after the publication with this offset, in the incarnation named by the epoch. An
 * offset alone says nothing: after a journal was wiped, offset 7 is another publication, and the epoch is another too.
 *
 * @param offset offsets start at 1 and have no holes; 0 is before the first
 * @param epoch 4 to 16 letters and digits; {@code ""} where the channel keeps no stream
 */
public record StreamPosition(long offset, String epoch) {
    /** The position of a publication in a channel that keeps no stream. */
    public static final StreamPosition NONE = new StreamPosition(0, "");

    public StreamPosition {
        requireNonNull(epoch, "epoch");
        if (offset < 0) {
            throw new IllegalArgumentException("offset must not be negative: " + offset);
        }
    }
}
