package dev.relay.internal.journal;

import dev.relay.RelayClock;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes idempotency keys that have expired: in quiet turns, and also where there are none, for so many new keys a step. So
 * the journal never holds many more than have not expired, and who sends no keys pays one look in a while.
 *
 * <p><b>Threading.</b> The writer's thread only.
 */
final class ExpiredKeys {
    private static final Logger LOG = LoggerFactory.getLogger(ExpiredKeys.class);
    private static final long LOOK_NANOS = 30_000_000_000L;

    /** Less than a step deletes, so that steps keep up. */
    private static final int KEYS_PER_STEP = 512;

    private final Ledger ledger;
    private final RelayClock clock;
    private boolean more;
    private int added;
    private long nextNanos;

    ExpiredKeys(Ledger ledger, RelayClock clock) {
        this.ledger = ledger;
        this.clock = clock;
        this.nextNanos = clock.nanoTime() + LOOK_NANOS;
    }

    /** Counts the keys of a batch that was committed. */
    void committed(List<PendingAppend> batch) {
        for (int i = 0; i < batch.size(); i++) {
            if (batch.get(i).append().key() != null) {
                added++;
            }
        }
    }

    /** Whether {@link #step} has something to do; {@code quiet} if nobody waits for it. */
    boolean isDue(boolean quiet) {
        return added >= KEYS_PER_STEP || quiet && (more || clock.nanoTime() - nextNanos >= 0);
    }

    /** Deletes some. Returns what the owner of the journal must know; {@code null} if nothing. */
    @Nullable
    JournalException step() {
        added = 0;
        more = false;
        nextNanos = clock.nanoTime() + LOOK_NANOS; // also after a failure: it can wait
        try {
            more = ledger.deleteExpiredKeys(clock.epochMicros());
            return null;
        } catch (RuntimeException e) {
            LOG.debug("expired idempotency keys cannot be deleted; trying again in a while", e);
            return e instanceof JournalException known && known.reason() == Reason.FENCED ? known : null;
        }
    }
}
