package dev.relay.internal.journal;

import dev.relay.RelayClock;
import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventKind;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jctools.queues.atomic.MpscChunkedAtomicArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connection events on their way into the journal: gathered for a moment, written together between two batches of
 * publications, so that one of those waits for one batch of events at most. Nobody waits for an event: what does not fit into
 * the queue is counted, and the count is written as an event when there is room again.
 *
 * <p>Events are offered to the journal again only if they are known not to be there. After an unknown outcome they are counted
 * as lost, though they may have been written: asking again could write them twice, and would hold publications up.
 *
 * <p><b>Threading.</b> {@link #offer}, {@link #removeBefore} and the figures from any thread, lock-free; the rest is the
 * writer's.
 */
public final class EventQueue {
    private static final int MAX_WAITING = 1 << 14; // some 5 MB
    private static final int MAX_BATCH = 512;
    private static final long LINGER_NANOS =
            250_000_000L; // an idle writer commits four times a second, not for each event
    private static final long RETRY_NANOS = 1_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);

    private final MpscChunkedAtomicArrayQueue<ConnectionEvent> queue =
            new MpscChunkedAtomicArrayQueue<>(256, MAX_WAITING);
    private final RelayClock clock;
    private final Runnable wakeWriter;
    private final LongAdder lost = new LongAdder(); // and not yet written down as such
    private final LongAdder lostInAll = new LongAdder();
    private final LongAdder written = new LongAdder();
    private final LongAdder removed = new LongAdder();

    // Set by whoever offers behind its offer, cleared by the writer when it finds nothing, before it looks again: so
    // that it is woken once for all that gathers, and never forgets one. Two may both wake it, which does no harm.
    private volatile boolean announced;

    // Written by whoever asks for a removal; taken back by the writer when nothing of that age is left.
    private volatile long removeBeforeMicros = Long.MIN_VALUE;

    // The writer's own.
    private final List<ConnectionEvent> batch = new ArrayList<>();
    private long dueNanos;
    private boolean waiting; // dueNanos holds
    private boolean failing; // said so

    EventQueue(RelayClock clock, Runnable wakeWriter) {
        this.clock = clock;
        this.wakeWriter = wakeWriter;
    }

    /** Adds an event, or counts it as lost. */
    public void offer(ConnectionEvent event) {
        boolean saysLost = event.kind() == EventKind.LOST;
        if (saysLost) {
            lostInAll.add(event.count());
        }
        if (!queue.offer(event)) {
            lost.add(event.count());
            lostInAll.add(saysLost ? 0 : event.count());
        } else if (!announced) {
            announced = true;
            wakeWriter.run();
        }
    }

    /** Has events of before this time deleted, in microseconds since 1970-01-01 UTC. */
    public void removeBefore(long micros) {
        removeBeforeMicros = micros;
        wakeWriter.run();
    }

    /** Events in the journal so far. */
    public long written() {
        return written.sum();
    }

    /** Events that are not, and will not be. */
    public long lostInAll() {
        return lostInAll.sum();
    }

    /** Events deleted because of their age so far. */
    public long removed() {
        return removed.sum();
    }

    /** Whether there is something to do now. */
    boolean isDue(long nowNanos) {
        return nanosUntilDue(nowNanos) <= 0;
    }

    /** How long until there is something to do; {@link Long#MAX_VALUE} if nothing waits. */
    long nanosUntilDue(long nowNanos) {
        if (isIdle()) {
            announced = false;
            if (isIdle()) { // still: what comes from here on wakes the writer
                waiting = false;
                return Long.MAX_VALUE;
            }
        }
        if (!waiting) {
            waiting = true;
            dueNanos = nowNanos + LINGER_NANOS;
        }
        return !failing && queue.size() >= MAX_BATCH ? 0 : dueNanos - nowNanos;
    }

    private boolean isIdle() {
        return batch.isEmpty() && queue.isEmpty() && lost.sum() == 0 && removeBeforeMicros == Long.MIN_VALUE;
    }

    /**
     * Writes one batch, or deletes one.
     *
     * @return what the owner of the journal must know; {@code null} if nothing
     */
    @Nullable
    JournalException step(Journal journal) {
        try {
            if (!write(journal)) {
                remove(journal);
            }
            waiting = false;
            if (failing) {
                failing = false;
                LOG.info("connection events are written again; lost so far: {}", lostInAll());
            }
            return null;
        } catch (RuntimeException e) {
            dueNanos = clock.nanoTime() + RETRY_NANOS;
            waiting = true;
            return failed(e);
        }
    }

    /** Writes what is left, as far as that works; for the end. */
    void writeRest(Journal journal) {
        try {
            while (write(journal)) {
                LOG.debug("events written at the end");
            }
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    /** {@code false} iff there is nothing to write. */
    private boolean write(Journal journal) {
        collect();
        if (batch.isEmpty()) {
            return false;
        }
        journal.log(batch);
        batch.forEach(event -> written.add(event.kind() == EventKind.LOST ? 0 : 1));
        batch.clear();
        return true;
    }

    private void collect() {
        while (batch.size() < MAX_BATCH) {
            ConnectionEvent next = queue.poll();
            if (next == null) {
                break;
            }
            batch.add(next);
        }
        long gap = batch.size() < MAX_BATCH ? lost.sumThenReset() : 0; // else behind those that still wait
        if (gap > 0) {
            batch.add(lostEvent(gap));
        }
    }

    private ConnectionEvent lostEvent(long gap) {
        String node = batch.isEmpty() ? "" : batch.get(0).node();
        String why = "more than could be written";
        return new ConnectionEvent(0, clock.epochMicros(), EventKind.LOST, node, "", "", "", "", "", "", 0, why, gap);
    }

    private void remove(Journal journal) {
        long before = removeBeforeMicros;
        if (before != Long.MIN_VALUE) {
            int deleted = journal.removeEvents(before);
            removed.add(deleted);
            if (deleted == 0 && removeBeforeMicros == before) {
                removeBeforeMicros = Long.MIN_VALUE;
            }
        }
    }

    private @Nullable JournalException failed(RuntimeException failure) {
        Reason reason = failure instanceof JournalException known ? known.reason() : Reason.UNKNOWN_OUTCOME;
        if (reason != Reason.UNAVAILABLE) {
            for (ConnectionEvent event : batch) {
                lost.add(event.count()); // of an event that says how many were lost, those
                lostInAll.add(event.kind() == EventKind.LOST ? 0 : event.count());
            }
            batch.clear();
        }
        if (!failing) {
            failing = true;
            LOG.warn("connection events cannot be written, trying again: {}", failure.getMessage());
            LOG.debug("cause", failure);
        }
        return reason == Reason.FENCED ? (JournalException) failure : null;
    }
}
