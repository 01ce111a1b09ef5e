package dev.relay.journal;

import static java.util.Objects.requireNonNull;

/**
 * A stream and what of it is stored.
 *
 * @param oldestMicros when the oldest stored publication was accepted, microseconds since 1970-01-01 UTC; {@link
 *     Long#MAX_VALUE} if none is stored
 */
public record StoredStream(StreamState stream, long oldestMicros) {
    public StoredStream {
        requireNonNull(stream, "stream");
    }
}
