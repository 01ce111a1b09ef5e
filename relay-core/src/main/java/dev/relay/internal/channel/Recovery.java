package dev.relay.internal.channel;

import dev.relay.Publication;
import dev.relay.StreamPosition;
import java.util.List;

/**
 * What a client that comes back is given, decided by the home at the moment of the attach: everything in {@code (since, top]}
 * or nothing, since a part of a gap would be a gap; or, where only the latest state matters, the newest publication.
 *
 * @param top the dispatched position at the attach
 * @param recovered whether {@code publications} bring the client to {@code top}
 * @param publications oldest first; empty if it is not recovered
 */
record Recovery(StreamPosition top, boolean recovered, List<Publication> publications) {
    /** Payload bytes that may be recovered; the encoded reply is checked again. */
    static final long MAX_BYTES = 768 << 10;

    /** A subscription that does not recover. */
    static Recovery impossible(StreamPosition top) {
        return new Recovery(top, false, List.of());
    }

    /** What was missed, if these are exactly that. */
    static Recovery whole(StreamPosition top, StreamPosition since, List<Publication> publications) {
        long expected = since.offset() + 1;
        for (Publication publication : publications) {
            if (publication.offset() != expected++ || publication.data().isWithheld()) {
                return impossible(top);
            }
        }
        boolean whole = expected == top.offset() + 1 && fits(publications);
        return whole ? new Recovery(top, true, publications) : impossible(top);
    }

    /** The newest publication, if this is it. */
    static Recovery newest(StreamPosition top, List<Publication> publications) {
        boolean found = publications.size() == 1 && !publications.get(0).data().isWithheld() && fits(publications);
        return found ? new Recovery(top, true, publications) : impossible(top);
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
