package dev.relay.internal.journal;

import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.Spooled;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a batch goes: into the journal, or into the spool when the journal cannot take it. What has an unknown outcome in the
 * journal goes into the spool under the same append ids, so that the journal recognises later what it has.
 *
 * <p><b>Threading.</b> The writer's thread only.
 */
final class Placing {
    private static final Logger LOG = LoggerFactory.getLogger(Placing.class);

    private final Ledger ledger;
    private final @Nullable Outage outage;
    private final Tries tries;
    private final Consumer<String> begin;

    /**
     * @param outage {@code null} without a spool
     * @param begin is told why the journal cannot be written, once the spool has what it was to take
     */
    Placing(Ledger ledger, @Nullable Outage outage, Tries tries, Consumer<String> begin) {
        this.ledger = ledger;
        this.outage = outage;
        this.tries = tries;
        this.begin = begin;
    }

    /** Keeps a batch; {@code null} is success. */
    @Nullable
    JournalException place(List<Spooled> batch) {
        Outage spool = outage;
        if (spool == null) {
            return inJournalOnly(batch);
        }
        if (spool.isOn()) {
            return tries.once(() -> spool.append(batch));
        }
        JournalException failure = tries.twice(() -> ledger.append(batch));
        if (failure == null || !(failure.isTransient() || failure.reason() == Reason.BEHIND)) {
            return failure;
        }
        JournalException second = tries.once(() -> spool.append(batch));
        if (second == null) {
            begin.accept("publications cannot be journaled: " + failure.getMessage());
            return null;
        }
        LOG.debug("the spool does not take them either", second);
        boolean unknown = failure.reason() == Reason.UNKNOWN_OUTCOME || second.reason() == Reason.UNKNOWN_OUTCOME;
        return new JournalException(
                unknown ? Reason.UNKNOWN_OUTCOME : Reason.UNAVAILABLE,
                failure.getMessage() + "; and the spool: " + second.getMessage(),
                failure);
    }

    /** What the journal has lost can be given to it again; with a spool the drain does that. */
    private @Nullable JournalException inJournalOnly(List<Spooled> batch) {
        JournalException failure = tries.twice(() -> ledger.append(batch));
        if (failure == null || failure.reason() != Reason.BEHIND) {
            return failure;
        }
        JournalException unproven = tries.once(ledger::prove);
        return unproven != null ? unproven : tries.twice(() -> ledger.append(batch));
    }
}
