package dev.relay.internal.journal;

import dev.relay.RelayClock;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Calls a store and returns what went wrong, {@code null} for nothing.
 *
 * @param waits whether somebody waits who has another place to go to: then a server that hangs is not asked twice
 */
record Tries(RelayClock clock, boolean waits) {
    /** What fails sooner may be a hiccup: a connection that was cut, a deadlock. */
    private static final long HICCUP_NANOS = 500_000_000L;

    @Nullable
    JournalException once(Runnable call) {
        try {
            call.run();
            return null;
        } catch (RuntimeException e) {
            return Ledger.failure(e);
        }
    }

    /** Tries again at once after what may be a hiccup. If either outcome is unknown, so is that of both. */
    @Nullable
    JournalException twice(Runnable call) {
        long started = clock.nanoTime();
        JournalException first = once(call);
        boolean isQuick = !waits || clock.nanoTime() - started < HICCUP_NANOS;
        if (first == null || !first.isTransient() || !isQuick) {
            return first;
        }
        JournalException second = once(call);
        if (second == null || !second.isTransient() || first.reason() != Reason.UNKNOWN_OUTCOME) {
            return second;
        }
        return new JournalException(Reason.UNKNOWN_OUTCOME, String.valueOf(second.getMessage()), second);
    }
}
