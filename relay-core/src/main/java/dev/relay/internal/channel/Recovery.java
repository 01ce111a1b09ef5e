package dev.relay.internal.channel;

import dev.relay.Publication;
import dev.relay.RecoveryMode;
import dev.relay.StreamPosition;
import dev.relay.journal.ReadRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a client that comes back is brought to the present, decided by the home at the moment of the attach. {@link
 * RecoveryMode#STREAM}: with everything in {@code (since, top]}, or nothing, since a part of a gap would be a gap. {@link
 * RecoveryMode#CACHE}: with the newest publication.
 *
 * @param top the dispatched position at the attach
 * @param possible whether the client may still be brought to {@code top}
 * @param read what the journal must contribute, {@code null} if nothing
 * @param hot what the home still held, which follows on {@code read}
 */
record Recovery(
        StreamPosition top,
        boolean possible,
        RecoveryMode mode,
        @Nullable ReadRange read,
        List<Publication> hot) {
    /** Payload bytes that may be recovered; the encoded reply is checked again. */
    static final long MAX_BYTES = 768 << 10;

    /** A subscription that does not recover. */
    static Recovery notAsked(StreamPosition top) {
        return new Recovery(top, false, RecoveryMode.STREAM, null, List.of());
    }

    /** What the client is told, once the journal has contributed {@code found}. */
    SubscribeResult join(StreamPosition since, List<Publication> found) {
        List<Publication> all = new ArrayList<>(found.size() + hot.size());
        all.addAll(found);
        all.addAll(hot);
        boolean recovered = mode == RecoveryMode.CACHE ? isLatest(since, all) : isWhole(since, all);
        return new SubscribeResult(top, recovered, recovered ? all : List.of());
    }

    /** Whether these are exactly what was missed. */
    private boolean isWhole(StreamPosition since, List<Publication> all) {
        long expected = since.offset() + 1;
        for (Publication publication : all) {
            if (publication.offset() != expected++) {
                return false;
            }
        }
        return expected == top.offset() + 1 && fits(all);
    }

    /** Whether this is the newest publication; a client that has it already is given nothing. */
    private boolean isLatest(StreamPosition since, List<Publication> all) {
        return isUpToDate(since, top) || all.size() == 1 && fits(all);
    }

    /** Whether a client knows the newest publication of this very stream. */
    static boolean isUpToDate(StreamPosition since, StreamPosition top) {
        return top.offset() > 0 && since.equals(top);
    }

    private static boolean fits(List<Publication> publications) {
        long bytes = 0;
        for (Publication publication : publications) {
            bytes += publication.data().size();
        }
        return bytes <= MAX_BYTES;
    }
}
