package dev.relay.internal.journal;

import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.Spool;
import dev.relay.journal.StreamState;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works with the journal while the writer works with the spool: waits until the database answers, then empties the spool into
 * it, until so little is left that the writer can move the rest without letting publishers wait long. A thread of its own, so that
 * a database that hangs keeps nobody waiting.
 *
 * <p><b>Threading.</b> {@link #run} on its own thread, which has the {@link Ledger} from its start to its end: {@code Thread.start}
 * publishes to it what the writer did, and the writer touches the ledger again only after {@code Thread.join}, which publishes
 * what this did. So there is no shared word that decides who may call the journal. {@link #load}, {@link #stop}, {@link #hasEnded}
 * and {@link #detail} are the writer's or any thread's; {@link #failure} and {@link #leftLoads} may be asked after the join.
 */
final class SpoolDrain implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolDrain.class);

    private final Ledger ledger;
    private final Mover mover;
    private final Spool spool;
    private final News news;
    private final Runnable wakeWriter;

    // Loads the spool does not know about, bounded by what homes have on their way. The writer adds, this thread takes.
    private final ConcurrentLinkedQueue<PendingLoad> loads = new ConcurrentLinkedQueue<>();

    // Written by the writer, once; read before each attempt and pause.
    private volatile boolean stopping;

    // Written by this thread as its last act, before it wakes the writer, which then joins it.
    private volatile boolean ended;

    // Why the journal cannot be written, for people; "" while it can. Written by this thread, read by any.
    private volatile String detail;

    private volatile @Nullable Thread thread; // to be unparked by stop
    private @Nullable JournalException failure;
    private final Backoff backoff = new Backoff();

    SpoolDrain(Ledger ledger, Mover mover, Spool spool, News news, Runnable wakeWriter, String why) {
        this.ledger = ledger;
        this.mover = mover;
        this.spool = spool;
        this.news = news;
        this.wakeWriter = wakeWriter;
        this.detail = why;
    }

    /** Asks the journal for a stream, or refuses it if that does not answer. */
    void load(PendingLoad load) {
        loads.add(load);
    }

    /** Ends it, after the call of the journal that it is in. */
    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
    }

    /** Whether it is about to end or has: joining it takes no time. */
    boolean hasEnded() {
        return ended;
    }

    String detail() {
        return detail;
    }

    /** Why it cannot go on, for good; {@code null} if the writer is to take over. */
    @Nullable
    JournalException failure() {
        return failure;
    }

    /** Loads that nobody has answered. */
    List<PendingLoad> leftLoads() {
        List<PendingLoad> left = List.copyOf(loads);
        loads.clear();
        return left;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            boolean more = true;
            while (more && !stopping) {
                more = attempt();
            }
        } catch (Throwable e) { // the top of the thread: nothing below could go on
            failure = e instanceof JournalException known
                    ? known
                    : new JournalException(Reason.REFUSED, "the spool cannot be emptied: " + e, e);
        } finally {
            ended = true;
            wakeWriter.run();
        }
    }

    /** Does what can be done now; {@code false} iff the rest is the writer's. */
    private boolean attempt() {
        try {
            if (ledger.isDue() || !ledger.isOpen()) {
                ledger.prove();
            }
            answerLoads();
            mover.moveSome();
            detail = "";
            backoff.reset();
            return spool.size().publications() >= mover.size(); // less is one commit, for which publishers can wait
        } catch (JournalException e) {
            if (!e.isTransient() || e.reason() == Reason.OWNED) {
                throw e;
            }
            unavailable(e);
            return true;
        }
    }

    private void unavailable(JournalException cause) {
        String why = String.valueOf(cause.getMessage());
        if (!why.equals(detail)) {
            LOG.debug("the journal cannot be written yet: {}", why, cause);
        }
        detail = why;
        for (PendingLoad load = loads.poll(); load != null; load = loads.poll()) {
            news.notLoaded(load, why);
        }
        if (!stopping) {
            backoff.pause();
        }
    }

    private void answerLoads() {
        for (PendingLoad load = loads.peek(); load != null; load = loads.peek()) {
            try {
                StreamState state = mover.load(load.request());
                news.loaded(load, new Stream(state, load.request().durability()));
            } catch (JournalException e) {
                if (e.reason() != Reason.REFUSED) {
                    throw e; // before it is taken away: refused with the others, or left for the writer
                }
                news.notLoaded(load, String.valueOf(e.getMessage()));
            }
            loads.remove();
        }
    }
}
