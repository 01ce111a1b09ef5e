package dev.relay.internal.channel;

import dev.relay.Publication;
import dev.relay.StreamPosition;
import java.util.List;

/**
 * How a subscription began.
 *
 * @param top the position after which the publications follow
 * @param recovered whether {@code missed} is all that lies between the position the client asked for and {@code top}
 */
public record SubscribeResult(StreamPosition top, boolean recovered, List<Publication> missed) {
    private static final int COST_OF_ONE = 128; // beside its payload

    /** About how many bytes it takes to say what was missed. */
    public long missedBytes() {
        long bytes = 0;
        for (Publication publication : missed) {
            bytes += publication.data().size() + COST_OF_ONE;
        }
        return bytes;
    }
}
