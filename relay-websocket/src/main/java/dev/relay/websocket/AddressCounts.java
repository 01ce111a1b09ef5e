package dev.relay.websocket;

import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections each address has, finished or not.
 *
 * <p><b>Threading.</b> Any thread; touched when connections come and go.
 */
final class AddressCounts {
    /** Connections of an address beyond its limit that are kept for as long as it takes to tell them so. */
    static final int EXCESS = 16;

    private final int limit;
    private final ConcurrentHashMap<Long, Integer> counts = new ConcurrentHashMap<>();

    /** What became of a connection. */
    enum Outcome {
        COUNTED,
        /** Counted, and to be refused with an answer. */
        TOO_MANY,
        /** Not counted: to be closed. */
        FAR_TOO_MANY
    }

    /** @param limit {@link Integer#MAX_VALUE} for none: then nothing is counted */
    AddressCounts(int limit) {
        this.limit = limit;
    }

    boolean isUnlimited() {
        return limit == Integer.MAX_VALUE;
    }

    Outcome came(long owner) {
        int[] now = {0};
        counts.compute(owner, (key, count) -> {
            int before = count == null ? 0 : count;
            now[0] = before + 1;
            return before - EXCESS >= limit ? count : (Integer) now[0];
        });
        if (now[0] <= limit) {
            return Outcome.COUNTED;
        }
        return now[0] - EXCESS <= limit ? Outcome.TOO_MANY : Outcome.FAR_TOO_MANY;
    }

    void left(long owner) {
        counts.computeIfPresent(owner, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Addresses that have connections. */
    int size() {
        return counts.size();
    }
}
