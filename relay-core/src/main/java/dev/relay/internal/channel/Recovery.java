package dev.relay.internal.channel;

import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.journal.ReadRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How what a client missed is found, decided by the home at the moment of the attach: everything in {@code (since, top]},
 * or nothing. A part of a gap would be a gap.
 *
 * @param top the dispatched position at the attach
 * @param possible whether the client may still be brought to {@code top}
 * @param read what the journal must contribute, {@code null} if nothing
 * @param hot what the home still held, which follows on {@code read}
 */
record Recovery(
        StreamPosition top, boolean possible, @Nullable ReadRange read, List<Publication> hot) {
    /** Payload bytes that may be recovered; the encoded reply is checked again. */
    static final long MAX_BYTES = 768 << 10;

    /** A subscription that does not recover. */
    static Recovery notAsked(StreamPosition top) {
        return new Recovery(top, false, null, List.of());
    }

    /** Joins the parts; {@code null} unless they are exactly what was missed. */
    static @Nullable List<Publication> join(long since, long top, List<Publication> read, List<Publication> hot) {
        List<Publication> missed = new ArrayList<>(read.size() + hot.size());
        missed.addAll(read);
        missed.addAll(hot);
        long expected = since + 1;
        long bytes = 0;
        for (Publication publication : missed) {
            if (publication.offset() != expected++) {
                return null;
            }
            bytes += publication.data().size();
        }
        return expected == top + 1 && bytes <= MAX_BYTES ? missed : null;
    }
}
