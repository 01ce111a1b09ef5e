package dev.relay.internal.channel;

import dev.relay.journal.StoredPublication;
import dev.relay.journal.StreamState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many bytes streams have stored: each publication is counted once, when it is new, and taken off when it is deleted, so
 * that no walk adds up everything again. Only streams with a limit are counted; of those beyond the bound nothing is
 * remembered, and they are counted again each time.
 */
final class StoredBytes {
    private static final int REMEMBERED = 100_000;

    /** One stream: what stands between two offsets. */
    static final class Count {
        private long after;
        private long through;
        private long bytes;

        /** The last offset that was counted. */
        long through() {
            return through;
        }

        long bytes() {
            return bytes;
        }

        void add(List<StoredPublication> next) {
            for (StoredPublication publication : next) {
                bytes += publication.bytes();
                through = publication.offset();
            }
        }

        /** The oldest up to an offset are gone. */
        void remove(List<StoredPublication> oldest, long trimmedTo) {
            for (StoredPublication publication : oldest) {
                if (publication.offset() <= trimmedTo) {
                    bytes -= publication.bytes();
                }
            }
            after = trimmedTo;
        }
    }

    private final Map<Long, Count> counts = new HashMap<>();

    /** The count of a stream so far, begun anew if somebody else has deleted from it. */
    Count of(StreamState stream) {
        Count count = counts.get(stream.streamId());
        if (count == null) {
            count = new Count();
            if (counts.size() < REMEMBERED) {
                counts.put(stream.streamId(), count);
            }
            count.after = count.through = stream.trimmedTo();
        } else if (count.after != stream.trimmedTo()) {
            count.after = count.through = stream.trimmedTo();
            count.bytes = 0;
        }
        return count;
    }
}
