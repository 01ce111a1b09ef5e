package dev.relay.internal.journal;

import dev.relay.RelayClock;
import dev.relay.internal.shard.Shard;
import dev.relay.journal.Append;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what waits, together: while one batch is being committed the next one gathers, so that the slower the store is,
 * the larger its batches are. Natural group commit needs no timer.
 *
 * <p>States, all moved by the writer's thread:
 *
 * <pre>
 * OPENING ──opened──▶ OPEN ──store fails──▶ UNAVAILABLE ──store answers──▶ OPEN
 *    ├── cannot be opened now ──────────────────▲
 *    └── never works ──┴── another owner ──▶ FAILED, for good
 * </pre>
 *
 * What comes while it is {@code OPENING} waits; in {@code UNAVAILABLE} and {@code FAILED} everything that has not been
 * offered to the journal is refused at once. A batch whose outcome is
 * unknown is offered again until it is known; nobody is told anything about it before.
 *
 * <p><b>Threading.</b> {@link #append}, {@link #load}, {@link #trim}, {@link #state}, {@link #detail} and {@link #stop} from
 * any thread, lock-free. The journal is called on the writer's thread only, except for reads.
 */
public final class JournalWriter implements Runnable {
    /** What the writer can do at the moment. */
    public enum State {
        OPENING,
        OPEN,
        UNAVAILABLE,
        FAILED
    }

    /** Is told of every committed batch, on the writer's thread. */
    @FunctionalInterface
    public interface Meter {
        void committed(int publications, long nanos);
    }

    private static final int ATTEMPTS_WHEN_STOPPING = 3;
    private static final long HEARTBEAT_NANOS = 2_000_000_000L;
    private static final long MIN_BACKOFF_NANOS = 20_000_000L;
    private static final long MAX_BACKOFF_NANOS = 500_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);

    private final Journal journal;
    private final List<Shard> homes;
    private final RelayClock clock;
    private final Meter meter;
    private final BooleanSupplier isComplete;
    private final Intake intake = new Intake();
    private final Availability availability = new Availability();
    private final EventQueue events;
    private final Trims trims;
    private final ExpiredKeys expiredKeys;

    // Written by whoever stops the engine, before it wakes the writer; read by the writer before each turn and pause.
    private volatile boolean stopping;

    private long backoffNanos = MIN_BACKOFF_NANOS;
    private long nextHeartbeatNanos;

    /**
     * @param homes all shards, by index
     * @param isComplete asked at the end, on the writer's thread: whether everything that was told to be "done" is in the
     *     journal
     */
    public JournalWriter(
            Journal journal, List<Shard> homes, RelayClock clock, Meter meter, BooleanSupplier isComplete) {
        this.journal = journal;
        this.homes = homes;
        this.clock = clock;
        this.meter = meter;
        this.isComplete = isComplete;
        this.trims = new Trims(journal, homes);
        this.expiredKeys = new ExpiredKeys(journal, clock);
        this.events = new EventQueue(clock, intake::wake);
    }

    /** Queues an append; {@code false} iff the journal cannot be used now. The owner is then told nothing. */
    public boolean append(PendingAppend append) {
        return availability.isOpen() && intake.offer(append);
    }

    /**
     * Queues a load, also while the journal is being opened for the first time: who comes early waits for that. {@code
     * false} iff the journal cannot be used now; the owner is then told nothing.
     */
    public boolean load(PendingLoad load) {
        State state = state();
        return (state == State.OPEN || state == State.OPENING) && intake.offer(load);
    }

    /**
     * Queues a trim, which is made behind the appends that were queued before; {@code false} iff the journal cannot be used
     * now. The owner is then told nothing.
     */
    public boolean trim(PendingTrim trim) {
        return availability.isOpen() && intake.offer(trim);
    }

    /** Takes what happens to connections. */
    public EventQueue events() {
        return events;
    }

    /** Queues a mark; {@code false} iff the journal cannot be used now. It is then never reached. */
    public boolean flush(PendingFlush flush) {
        return availability.isOpen() && intake.offer(flush);
    }

    public State state() {
        return availability.state();
    }

    /** Why the journal cannot be used, for people; {@code ""} when it can. */
    public String detail() {
        return availability.detail();
    }

    /** Commits what was queued before, closes the journal and ends the thread. */
    public void stop() {
        stopping = true;
        intake.wake();
    }

    @Override
    public void run() {
        intake.begin();
        nextHeartbeatNanos = clock.nanoTime() + HEARTBEAT_NANOS;
        try {
            open();
            while (!stopping || !intake.isEmpty() || !trims.isEmpty()) {
                turn();
            }
        } catch (Throwable e) { // the top of the thread: nothing below could go on
            availability.broken(e);
        } finally {
            boolean wasOpen = availability.isOpen();
            availability.ended();
            Batch leftBehind = new Batch();
            intake.end().forEach(leftBehind::add);
            refuse(leftBehind);
            end(wasOpen);
        }
    }

    private void end(boolean wasOpen) {
        boolean complete = isComplete.getAsBoolean();
        if (wasOpen) {
            events.writeRest(journal); // behind the farewells of those who were waiting for an answer
        }
        if (complete) {
            journal.close();
        } else {
            LOG.warn("some publications of async channels could not be journaled before the end");
            journal.abandon();
        }
    }

    private void open() {
        while (!stopping && !availability.isOpen() && state() != State.FAILED) {
            try {
                journal.open();
                usable();
            } catch (RuntimeException e) {
                boolean hopeless = e instanceof JournalException known && !known.isTransient();
                availability.unusable(hopeless ? State.FAILED : State.UNAVAILABLE, "the journal cannot be opened", e);
                refuseWaiting();
                pause();
            }
        }
    }

    private void turn() {
        if (clock.nanoTime() - nextHeartbeatNanos >= 0) {
            heartbeat();
        }
        if (!availability.isOpen()) {
            refuseWaiting();
            pause();
            return;
        }
        Batch batch = intake.drain();
        trims.add(batch.trims);
        if (!batch.loads.isEmpty()) {
            load(batch.loads);
        }
        if (!batch.appends.isEmpty()) {
            commit(batch.appends);
        }
        batch.flushes.forEach(flush -> flush.reached().run());
        boolean quiet = batch.size() == 0 && trims.isEmpty() && !stopping;
        if (availability.isOpen() && expiredKeys.isDue(quiet)) {
            deleteExpiredKeys();
        } else if (!trims.isEmpty()) {
            trimSome();
        } else if (quiet) {
            rest();
        }
        if (events.isDue(clock.nanoTime()) && availability.isOpen()) {
            JournalException fenced = events.step(journal);
            if (fenced != null) {
                unusable("connection events cannot be written", fenced);
            }
        }
    }

    private void rest() {
        long now = clock.nanoTime();
        long nanos = Math.min(nextHeartbeatNanos - now, events.nanosUntilDue(now));
        if (nanos > 0) {
            intake.rest(nanos);
        }
    }

    private void trimSome() {
        if (availability.isOpen()) { // if not, the next turn refuses them
            JournalException fenced = trims.step(stopping);
            if (fenced != null) {
                unusable("history cannot be removed", fenced);
            }
        }
    }

    private void deleteExpiredKeys() {
        JournalException fenced = expiredKeys.step();
        if (fenced != null) {
            unusable("idempotency keys cannot be deleted", fenced);
        }
    }

    private void heartbeat() {
        if (state() == State.FAILED) {
            return;
        }
        nextHeartbeatNanos = clock.nanoTime() + HEARTBEAT_NANOS;
        try {
            journal.heartbeat();
            usable();
        } catch (RuntimeException e) {
            unusable("the journal does not answer", e);
        }
    }

    /** As {@link #commit}: a load that is refused for good is refused alone. */
    private void load(List<PendingLoad> loads) {
        List<StreamState> streams;
        try {
            streams = journal.load(requests(loads));
        } catch (RuntimeException e) {
            if (e instanceof JournalException known && known.reason() == Reason.REFUSED) {
                int half = loads.size() / 2;
                if (half > 0) {
                    load(loads.subList(0, half));
                    load(loads.subList(half, loads.size()));
                } else {
                    loads.forEach(load -> refuse(load, String.valueOf(e.getMessage())));
                }
                return;
            }
            unusable("streams cannot be loaded", e);
            loads.forEach(load -> refuse(load, detail()));
            return;
        }
        for (int i = 0; i < loads.size(); i++) {
            PendingLoad.Owner owner = loads.get(i).owner();
            Stream stream = new Stream(streams.get(i));
            homes.get(owner.home()).tell(() -> owner.loaded(stream));
        }
    }

    private static List<StreamRequest> requests(List<PendingLoad> loads) {
        List<StreamRequest> requests = new ArrayList<>(loads.size());
        loads.forEach(load -> requests.add(load.request()));
        return requests;
    }

    /**
     * Brings the appends to an end, known to their owners: committed or refused. A batch that is refused for good is
     * halved until the one append that is the reason stands alone.
     */
    private void commit(List<PendingAppend> pending) {
        List<PendingAppend> live = refuseDoomed(pending);
        if (live.isEmpty()) {
            return;
        }
        if (state() == State.FAILED) { // by what was done for others of the same batch
            refuse(live, detail());
            return;
        }
        JournalException failure = offerToJournal(live);
        if (failure == null) {
            tell(live, owner -> owner::committed);
        } else if ((failure.reason() == Reason.REFUSED || failure.reason() == Reason.BEHIND) && live.size() > 1) {
            int half = live.size() / 2;
            commit(live.subList(0, half));
            commit(live.subList(half, live.size()));
        } else {
            refuse(live, String.valueOf(failure.getMessage()));
        }
    }

    /** Appends until the outcome is known; {@code null} is success. */
    private @Nullable JournalException offerToJournal(List<PendingAppend> live) {
        List<Append> appends = new ArrayList<>(live.size());
        live.forEach(pending -> appends.add(pending.append()));
        boolean unknown = false;
        for (int attempt = 1; ; attempt++) {
            try {
                long started = clock.nanoTime();
                journal.append(appends);
                meter.committed(appends.size(), clock.nanoTime() - started);
                expiredKeys.committed(appends);
                usable();
                return null;
            } catch (RuntimeException e) {
                JournalException failure = e instanceof JournalException known
                        ? known
                        : new JournalException(Reason.UNKNOWN_OUTCOME, "the journal failed: " + e, e);
                unknown |= failure.reason() == Reason.UNKNOWN_OUTCOME;
                if (failure.reason() == Reason.REFUSED || failure.reason() == Reason.BEHIND) {
                    return failure;
                }
                boolean firstHiccup = attempt == 1 && failure.isTransient();
                if (!firstHiccup) {
                    unusable("publications cannot be journaled", failure);
                    boolean giveUp = stopping && attempt >= ATTEMPTS_WHEN_STOPPING;
                    if (!unknown || state() == State.FAILED || giveUp) {
                        return failure;
                    }
                    refuseWaiting();
                    pause();
                }
            }
        }
    }

    /** Refuses what stands behind an append that was refused; returns the rest, in order. */
    private List<PendingAppend> refuseDoomed(List<PendingAppend> pending) {
        List<PendingAppend> live = new ArrayList<>(pending.size());
        List<PendingAppend> doomed = new ArrayList<>();
        for (PendingAppend append : pending) {
            (append.stream().refuses(append.generation()) ? doomed : live).add(append);
        }
        if (!doomed.isEmpty()) {
            refuse(doomed, "an earlier publication of the channel was refused");
        }
        return live;
    }

    private void refuseWaiting() {
        Batch batch;
        do {
            batch = intake.drain();
            refuse(batch);
        } while (batch.size() > 0);
    }

    private void refuse(Batch batch) {
        batch.loads.forEach(load -> refuse(load, detail()));
        refuse(batch.appends, detail());
        trims.add(batch.trims);
        trims.refuseAll(detail());
        batch.flushes.forEach(flush -> flush.reached().run());
    }

    private void refuse(List<PendingAppend> appends, String why) {
        appends.forEach(append -> append.stream().refuse(append.generation()));
        tell(List.copyOf(appends), owner -> append -> owner.refused(append, why));
    }

    private void refuse(PendingLoad load, String why) {
        homes.get(load.owner().home()).tell(() -> load.owner().notLoaded(why));
    }

    /** One task per home, with the outcomes in the order of the appends. */
    private void tell(List<PendingAppend> appends, Function<PendingAppend.Owner, Consumer<PendingAppend>> news) {
        for (Shard home : homes) {
            List<PendingAppend> mine = new ArrayList<>();
            for (PendingAppend append : appends) {
                if (append.owner().home() == home.index()) {
                    mine.add(append);
                }
            }
            if (!mine.isEmpty()) {
                home.tell(
                        () -> mine.forEach(append -> news.apply(append.owner()).accept(append)));
            }
        }
    }

    private void usable() {
        availability.usable();
        backoffNanos = MIN_BACKOFF_NANOS;
    }

    private void unusable(String what, RuntimeException cause) {
        boolean fenced = cause instanceof JournalException known && !known.isTransient();
        availability.unusable(fenced ? State.FAILED : State.UNAVAILABLE, what, cause);
    }

    private void pause() {
        if (!stopping) {
            LockSupport.parkNanos(this, backoffNanos);
            backoffNanos = Math.min(backoffNanos * 2, MAX_BACKOFF_NANOS);
        }
        if (state() == State.UNAVAILABLE) {
            nextHeartbeatNanos = clock.nanoTime();
        }
    }
}
