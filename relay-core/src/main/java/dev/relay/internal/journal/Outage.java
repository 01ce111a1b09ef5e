package dev.relay.internal.journal;

import static java.util.Objects.requireNonNull;

import dev.relay.Durability;
import dev.relay.RelayClock;
import dev.relay.journal.Append;
import dev.relay.journal.JournalException;
import dev.relay.journal.OutboxRow;
import dev.relay.journal.Spool;
import dev.relay.journal.Spooled;
import dev.relay.journal.SpooledStream;
import dev.relay.journal.StreamState;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer's side of the time in which the database cannot be written: publications go to the spool, and the journal is the
 * {@link SpoolDrain}'s.
 *
 * <pre>
 * off ──begin──▶ on, the drain works ──little is left──▶ the writer moves the rest ──nothing is left──▶ off
 *                        ▲                                          └──── it fails ────┐
 *                        └─────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * It ends only when the spool is empty, and the writer puts nothing into it while it moves the rest: so the publications of a
 * stream reach the journal in the order in which they were acknowledged.
 *
 * <p><b>Threading.</b> The writer's thread only, except for {@link #isOn} and {@link #detail}.
 */
final class Outage {
    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

    private static final long LAST_MOVE_NANOS = 1_000_000_000L;

    private final Spool spool;
    private final Ledger ledger;
    private final News news;
    private final LostStreams lost;

    // Channels whose streams have become others in this outage: what the spool holds of them may not be what the
    // journal has.
    // The drain adds, before it tells anybody; the writer looks, and clears it after the join.
    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    private final RelayClock clock;
    private final ThreadFactory threads;
    private final Runnable wakeWriter;

    // Written by the writer; read by any thread for the health.
    private volatile @Nullable SpoolDrain drain;

    private @Nullable Thread thread;
    private @Nullable Mover mover;
    private long begunNanos;

    Outage(
            Spool spool,
            Ledger ledger,
            News news,
            LostStreams lost,
            RelayClock clock,
            ThreadFactory threads,
            Runnable wakeWriter) {
        this.spool = spool;
        this.ledger = ledger;
        this.news = news;
        this.lost = lost;
        this.clock = clock;
        this.threads = threads;
        this.wakeWriter = wakeWriter;
    }

    /** Before anybody is told of it: the channel's stream is another. */
    void changed(String channel) {
        if (isOn()) {
            changed.add(channel);
        }
    }

    boolean isOn() {
        return drain != null;
    }

    /** How it stands, for people. */
    String detail() {
        SpoolDrain current = drain;
        String why = current == null || current.detail().isEmpty() ? "" : "; the database: " + current.detail();
        Spool.Size size = spool.size();
        return "spooling: " + size.publications() + " publications, " + size.bytes() + " bytes" + why;
    }

    /** From here on the ledger is another thread's. */
    void begin(String why) {
        begunNanos = clock.nanoTime();
        mover = new Mover(ledger, spool, lost);
        start(why);
    }

    private void start(String why) {
        SpoolDrain next = new SpoolDrain(ledger, requireNonNull(mover), spool, news, wakeWriter, why);
        Thread itsThread = threads.newThread(next);
        itsThread.setName("relay-drain");
        thread = itsThread;
        drain = next;
        itsThread.start();
    }

    /** Keeps a batch in the spool. */
    void append(List<Spooled> batch) {
        spool.append(batch.stream().map(Outage::certain).toList());
    }

    /** What is acknowledged from the spool stays, also when the row that it was made from has been withdrawn meanwhile. */
    private static Spooled certain(Spooled entry) {
        Append append = entry.append();
        OutboxRow row = append.outboxRow();
        if (row == null || !row.mustStand()) {
            return entry;
        }
        Append certain = new Append(
                append.streamId(),
                append.appendId(),
                append.publication(),
                append.key(),
                new OutboxRow(row.id(), false));
        return new Spooled(entry.position(), entry.channel(), entry.durability(), certain);
    }

    void probe() {
        spool.heartbeat();
    }

    /**
     * Answers from the spool where that proves where the stream stands; otherwise the journal is asked, when it answers. A stream
     * that is not synchronous is the journal's to decide about: only it knows whether the epoch still holds.
     */
    void load(PendingLoad load) {
        StreamState known;
        try {
            known = known(load);
        } catch (JournalException e) {
            news.notLoaded(load, "the spool cannot be read: " + e.getMessage());
            return;
        }
        if (known != null) {
            news.loaded(load, Stream.ofSpool(known));
        } else {
            requireNonNull(drain).load(load);
        }
    }

    private @Nullable StreamState known(PendingLoad load) {
        if (load.request().durability() != Durability.SYNC
                || changed.contains(load.request().channel())) {
            return null;
        }
        List<SpooledStream> held = spool.streams(load.request().channel());
        if (held.size() != 1 || held.get(0).durability() != Durability.SYNC) {
            return null;
        }
        SpooledStream stream = held.get(0);
        // What is trimmed is not known, and need not be: the journal does not return it.
        return new StreamState(
                stream.channel(), stream.streamId(), stream.epoch(), stream.last(), 0, spool.keys(stream));
    }

    /** Whether {@link #end} has something to do. */
    boolean isEnding() {
        SpoolDrain current = drain;
        return current != null && current.hasEnded();
    }

    /**
     * Takes the journal back and moves what is left; if that fails, the outage goes on.
     *
     * @param whenOver what nobody has answered, if it has ended
     * @return why it never will; {@code null} if it has ended or goes on
     */
    @Nullable
    JournalException end(Consumer<List<PendingLoad>> whenOver) {
        SpoolDrain last = join();
        JournalException failure = last.failure();
        if (failure == null) {
            try {
                Mover rest = requireNonNull(mover);
                long started = clock.nanoTime();
                while (rest.moveSome()) {
                    if (clock.nanoTime() - started > LAST_MOVE_NANOS
                            && spool.size().publications() > 0) {
                        goOn(last, "the database is slow"); // publishers have waited long enough
                        return null;
                    }
                }
                drain = null;
                changed.clear();
                LOG.info(
                        "the spool is drained: {} publications, after {} ms; the journal is open",
                        rest.moved(),
                        (clock.nanoTime() - begunNanos) / 1_000_000);
                whenOver.accept(last.leftLoads());
                return null;
            } catch (JournalException e) {
                if (e.isTransient()) {
                    goOn(last, String.valueOf(e.getMessage()));
                    return null;
                }
                failure = e;
            }
        }
        drain = null;
        String why = String.valueOf(failure.getMessage());
        last.leftLoads().forEach(load -> news.notLoaded(load, why));
        return failure;
    }

    private void goOn(SpoolDrain last, String why) {
        start(why);
        last.leftLoads().forEach(requireNonNull(drain)::load);
    }

    /** For the end of the engine: the ledger is the writer's again; what the spool holds is moved if that can be done now. */
    void stop() {
        SpoolDrain current = drain;
        if (current == null) {
            return;
        }
        current.stop();
        join();
        current.leftLoads().forEach(load -> news.notLoaded(load, "the engine is stopping"));
        if (current.failure() == null && current.detail().isEmpty()) {
            long started = clock.nanoTime();
            try {
                boolean more = true;
                while (more && clock.nanoTime() - started < LAST_MOVE_NANOS) {
                    more = requireNonNull(mover).moveSome();
                }
            } catch (JournalException e) {
                LOG.debug("the spool is not emptied before the end", e);
            }
        }
        drain = null;
        long left = spool.size().publications();
        if (left > 0) {
            LOG.warn("{} publications stay in the spool; the next start moves them into the journal", left);
        }
    }

    private SpoolDrain join() {
        boolean interrupted = false;
        Thread ending = requireNonNull(thread);
        while (ending.isAlive()) {
            try {
                ending.join();
            } catch (InterruptedException e) {
                interrupted = true; // what it works with must not be touched before it has ended
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return requireNonNull(drain);
    }
}
