package dev.relay;

import static java.util.Objects.requireNonNull;

/** What became of a publish: {@link Published}, or {@link Refused} with the reason. */
public sealed interface PublishResult permits PublishResult.Published, Refused {
    /**
     * The channel's durability is met: with {@link Durability#SYNC} the publication is in the journal.
     *
     * @param position its place in the stream; {@link StreamPosition#NONE} where the channel keeps none
     */
    record Published(StreamPosition position) implements PublishResult {
        public Published {
            requireNonNull(position, "position");
        }
    }
}
