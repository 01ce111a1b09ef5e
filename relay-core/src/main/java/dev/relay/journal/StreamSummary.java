package dev.relay.journal;

import static java.util.Objects.requireNonNull;

/**
 * A stream, as a list of streams shows it.
 *
 * @param state what the journal knows about it
 * @param firstMicros when the oldest publication that is there was accepted, microseconds since 1970-01-01 UTC; 0 if none is
 * @param lastMicros the same of the newest
 */
public record StreamSummary(StreamState state, long firstMicros, long lastMicros) {
    public StreamSummary {
        requireNonNull(state, "state");
    }

    /** How many publications are there: offsets have no hole. */
    public long count() {
        return state.top() - state.trimmedTo();
    }
}
