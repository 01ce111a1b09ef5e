package dev.relay.jdbc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Channels whose oldest row was refused for now: they are tried again after a pause that grows, and others go on meanwhile.
 * One thread.
 */
final class RefusedChannels {
    private static final long MIN_PAUSE_NANOS = 20_000_000L;
    private static final long MAX_PAUSE_NANOS = 1_000_000_000L;

    private record Pause(long nanos, long untilNanos) {}

    private final Map<String, Pause> pauses = new HashMap<>();

    /** Its oldest row was refused. */
    void refused(String channel, long nowNanos) {
        Pause last = pauses.get(channel);
        long nanos = last == null ? MIN_PAUSE_NANOS : Math.min(2 * last.nanos, MAX_PAUSE_NANOS);
        pauses.put(channel, new Pause(nanos, nowNanos + nanos));
    }

    /** One of its rows was published. */
    void published(String channel) {
        pauses.remove(channel);
    }

    /** Those that are to be left alone now. */
    List<String> pausing(long nowNanos) {
        List<String> pausing = new ArrayList<>();
        pauses.forEach((channel, pause) -> {
            if (pause.untilNanos - nowNanos > 0) {
                pausing.add(channel);
            }
        });
        return pausing;
    }

    /** How many channels have been refused and not yet published since. */
    int size() {
        return pauses.size();
    }

    /** Forgets them, when the outbox has no rows for them any more. */
    void clear() {
        pauses.clear();
    }
}
