package dev.relay.internal.journal;

import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trims under way. They go on by steps, in turn, so that what is to be appended meanwhile waits for one step at most.
 *
 * <p>A trim that fails says nothing about whether appends work, and is refused alone. Only who is fenced must stop.
 *
 * <p><b>Threading.</b> The writer's thread only.
 */
final class Trims {
    private static final Logger LOG = LoggerFactory.getLogger(Trims.class);

    private record UnderWay(PendingTrim trim, long trimmedTo) {}

    private final Ledger ledger;
    private final News news;
    private final ArrayDeque<UnderWay> waiting = new ArrayDeque<>();

    Trims(Ledger ledger, News news) {
        this.ledger = ledger;
        this.news = news;
    }

    void add(List<PendingTrim> trims) {
        trims.forEach(trim -> waiting.add(new UnderWay(trim, -1)));
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /**
     * Makes a step of one trim.
     *
     * @param isLast whether a trim that needs another step is refused instead
     * @return what the owner of the journal must know; {@code null} if nothing
     */
    @Nullable
    JournalException step(boolean isLast) {
        UnderWay next = waiting.remove();
        PendingTrim trim = next.trim;
        try {
            long trimmedTo = trim(trim);
            if (trimmedTo >= trim.through()) {
                news.trimmed(trim);
            } else if (isLast) {
                news.notTrimmed(trim, "the engine is stopping; history is removed up to offset " + trimmedTo);
            } else if (trimmedTo <= next.trimmedTo) {
                news.notTrimmed(trim, "the journal does not remove history beyond offset " + trimmedTo);
            } else {
                waiting.add(new UnderWay(trim, trimmedTo));
            }
            return null;
        } catch (RuntimeException e) {
            LOG.debug("trim failed: {}", trim, e);
            news.notTrimmed(trim, "history cannot be removed: " + e.getMessage());
            return e instanceof JournalException known && known.reason() == Reason.FENCED ? known : null;
        }
    }

    void refuseAll(String why) {
        for (UnderWay next = waiting.poll(); next != null; next = waiting.poll()) {
            news.notTrimmed(next.trim, why);
        }
    }

    /** After what may be a hiccup, or was done although it looks like a failure, once more: repeating is harmless. */
    private long trim(PendingTrim trim) {
        try {
            return ledger.trim(trim.streamId(), trim.through());
        } catch (JournalException e) {
            if (!e.isTransient()) {
                throw e;
            }
            LOG.debug("trim failed, once more: {}", trim, e);
            return ledger.trim(trim.streamId(), trim.through());
        }
    }
}
