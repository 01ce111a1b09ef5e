package dev.relay.internal.journal;

import static java.util.Objects.requireNonNull;

import dev.relay.RelayClock;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.Spool;
import dev.relay.journal.Spooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
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
 * OPENING ──opened──▶ OPEN ──store fails──▶ UNAVAILABLE ──store answers──▶ OPEN      without a spool
 *    │                 ▲ └──store fails──▶ SPOOLING ──no room──▶ SPOOL_FULL          with one
 *    │                 └─── spool empty ──────┴─▲──── room ─────────┘
 *    ├── cannot be opened now ──▶ UNAVAILABLE, or SPOOLING if the spool holds something
 *    └── never works ──┴── another owner ──▶ FAILED, for good
 * </pre>
 *
 * What comes while it is {@code OPENING} waits; in {@code UNAVAILABLE} and {@code FAILED} everything that has not been
 * offered to the journal is refused at once. A batch whose outcome is unknown goes into the spool, under the same append
 * ids; where there is none, it is offered again until the outcome is known, and nobody is told anything about it before.
 *
 * <p><b>Threading.</b> {@link #append}, {@link #load}, {@link #trim}, {@link #state}, {@link #detail} and {@link #stop} from
 * any thread, lock-free. The journal is called on the writer's thread, or on that of the {@link SpoolDrain} instead, except for reads.
 */
public final class JournalWriter implements Runnable {
    /** What the writer can do at the moment. */
    public enum State {
        OPENING,
        OPEN,
        /** Publications are kept in the spool. */
        SPOOLING,
        /** Neither the journal nor the spool takes them; streams are found in both. */
        SPOOL_FULL,
        UNAVAILABLE,
        FAILED
    }

    /** Is told of every committed batch, on the thread that works with the journal. */
    @FunctionalInterface
    public interface Meter {
        void committed(int publications, long nanos);
    }

    private static final int ATTEMPTS_WHEN_STOPPING = 3;
    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);

    private final @Nullable Spool spool;
    private final RelayClock clock;
    private final BooleanSupplier isComplete;
    private final LostStreams lost;
    private final Intake intake = new Intake();
    private final Availability availability = new Availability();
    private final EventQueue events;
    private final News news;
    private final Ledger ledger;
    private final Trims trims;
    private final ExpiredKeys expiredKeys;
    private final Tries tries;
    private final Placing placing;
    private final Loads loads;
    private final Backoff backoff = new Backoff();
    private final @Nullable Outage outage; // null without a spool

    // Written by whoever stops the engine, before it wakes the writer; read by the writer before each turn and pause.
    private volatile boolean stopping;

    private boolean spoolOpen;

    /** @param spool {@code null}: while the journal takes nothing, publications are refused */
    public JournalWriter(Journal journal, @Nullable Spool spool, Surroundings around) {
        this.spool = spool;
        this.clock = around.clock();
        this.isComplete = around.isComplete();
        this.lost = around.lost();
        this.news = new News(around.homes());
        this.ledger = new Ledger(journal, around.clock(), around.meter(), this::lost);
        this.trims = new Trims(ledger, news);
        this.outage = spool == null
                ? null
                : new Outage(spool, ledger, news, this::lost, around.clock(), around.threads(), intake::wake);
        this.tries = new Tries(around.clock(), spool != null);
        this.loads = new Loads(ledger, tries, news);
        this.placing = new Placing(ledger, outage, tries, this::beginOutage);
        this.expiredKeys = new ExpiredKeys(ledger, around.clock());
        this.events = new EventQueue(around.clock(), intake::wake);
    }

    /** Queues an append; {@code false} iff it cannot be kept now. The owner is then told nothing. */
    public boolean append(PendingAppend append) {
        return availability.takesPublications() && intake.offer(append);
    }

    /**
     * Queues a load, also while the journal is being opened for the first time: who comes early waits for that. {@code
     * false} iff the journal cannot be used now; the owner is then told nothing.
     */
    public boolean load(PendingLoad load) {
        return availability.takesLoads() && intake.offer(load);
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

    /** Whether publications are taken, by the journal or by the spool. */
    public boolean takesPublications() {
        return availability.takesPublications();
    }

    /** Whether the database is away, so that streams which are not in memory may not be found. */
    public boolean isSpooling() {
        return outage != null && outage.isOn();
    }

    /** Why the journal cannot be used, or that the spool is, for people; {@code ""} when nothing is to be said. */
    public String detail() {
        String why = availability.detail();
        return outage != null && outage.isOn() ? why + " (" + outage.detail() + ")" : why;
    }

    /** Commits what was queued before, closes the journal and ends the thread. */
    public void stop() {
        stopping = true;
        intake.wake();
    }

    @Override
    public void run() {
        intake.begin();
        try {
            open();
            while (!stopping || !intake.isEmpty() || !trims.isEmpty()) {
                turn();
            }
        } catch (Throwable e) { // the top of the thread: nothing below could go on
            availability.broken(e);
        } finally {
            boolean wasOpen = availability.isOpen() && !isSpooling();
            availability.ended();
            Batch leftBehind = new Batch();
            intake.end().forEach(leftBehind::add);
            refuse(leftBehind);
            end(wasOpen);
        }
    }

    private void end(boolean wasOpen) {
        if (outage != null) {
            outage.stop();
        }
        boolean told = isComplete.getAsBoolean();
        if (wasOpen) {
            ledger.use(events::writeRest); // behind the farewells of those who were waiting for an answer
        }
        if (!told) {
            LOG.warn("some publications of async channels could not be journaled before the end");
        }
        // What only the spool has is missing for whoever owns the journal next: not a clean end.
        ledger.end(told && (spool == null || spool.size().publications() == 0));
        if (spool != null) {
            spool.close();
        }
    }

    private void open() {
        while (!stopping && !availability.isOpen() && state() != State.FAILED && !isSpooling()) {
            try {
                if (spool != null && !spoolOpen) {
                    spool.open();
                    spoolOpen = true;
                }
                ledger.prove();
                if (holdsSomething()) {
                    beginOutage("the spool holds publications of an earlier run");
                } else {
                    usable();
                }
            } catch (RuntimeException e) {
                cannotOpen(Ledger.failure(e));
            }
        }
    }

    private void cannotOpen(JournalException failure) {
        if (holdsSomething() && failure.isTransient() && failure.reason() != Reason.OWNED) {
            beginOutage("the journal cannot be opened: " + failure.getMessage());
            return;
        }
        State state = failure.isTransient() ? State.UNAVAILABLE : State.FAILED;
        availability.unusable(
                state, spoolOpen || spool == null ? "the journal cannot be opened" : "the spool", failure);
        refuseWaiting();
        pause();
    }

    private boolean holdsSomething() {
        return spool != null && spoolOpen && spool.size().publications() > 0;
    }

    private void turn() {
        if (outage != null && outage.isOn()) {
            spoolingTurn(outage);
            return;
        }
        if (ledger.isDue()) {
            prove();
        }
        if (!availability.isOpen()) {
            if (!isSpooling()) {
                refuseWaiting();
                pause();
            }
            return;
        }
        Batch batch = intake.drain();
        trims.add(batch.trims);
        load(batch.loads);
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
            JournalException fenced = writeEvents();
            if (fenced != null) {
                unusable("connection events cannot be written", fenced);
            }
        }
    }

    private void rest() {
        long now = clock.nanoTime();
        long nanos = Math.min(ledger.nanosToBeat(), events.nanosUntilDue(now));
        if (nanos > 0) {
            intake.rest(nanos);
        }
    }

    private @Nullable JournalException writeEvents() {
        JournalException[] fenced = new JournalException[1];
        ledger.use(journal -> fenced[0] = events.step(journal));
        return fenced[0];
    }

    /** As {@link #turn} while the journal is another thread's. Here loads come last: they must see what was acknowledged before. */
    private void spoolingTurn(Outage on) {
        if (on.isEnding()) {
            JournalException failure = on.end(this::load);
            if (failure != null) {
                availability.unusable(State.FAILED, "the spool cannot be emptied", failure);
            } else if (!on.isOn()) {
                usable();
            }
            return;
        }
        Batch batch = intake.drain();
        trims.add(batch.trims);
        trims.refuseAll("history is not removed while the database is away; try again when it is back");
        if (!batch.appends.isEmpty()) {
            commit(batch.appends);
        }
        batch.flushes.forEach(flush -> flush.reached().run());
        batch.loads.forEach(on::load);
        if (state() == State.SPOOL_FULL && batch.appends.isEmpty()) {
            pause();
            probe(on);
        } else if (batch.size() == 0 && !stopping) {
            intake.rest(Backoff.MAX_NANOS);
        }
    }

    private void probe(Outage on) {
        try {
            on.probe();
            availability.spooling("the database is away");
            backoff.reset();
        } catch (RuntimeException e) {
            availability.spoolFull(e);
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

    private void prove() {
        if (state() == State.FAILED) {
            ledger.rest();
            return;
        }
        JournalException failure = outage == null ? tries.once(ledger::prove) : tries.twice(ledger::prove);
        if (failure == null) {
            usable();
        } else if (outage != null && failure.isTransient() && ledger.isOpen()) {
            beginOutage("the journal does not answer: " + failure.getMessage());
        } else {
            unusable("the journal does not answer", failure);
        }
    }

    private void load(List<PendingLoad> asked) {
        List<PendingLoad> unanswered = new ArrayList<>();
        JournalException failure = loads.load(asked, unanswered);
        if (failure == null) {
            return;
        }
        if (outage != null && failure.isTransient()) {
            beginOutage("streams cannot be loaded: " + failure.getMessage());
            unanswered.forEach(outage::load);
        } else {
            unusable("streams cannot be loaded", failure);
            unanswered.forEach(load -> news.notLoaded(load, detail()));
        }
    }

    /**
     * Brings the appends to an end, known to their owners: committed or refused. A batch that is refused for good is
     * halved until the one append that is the reason stands alone.
     */
    private void commit(List<PendingAppend> pending) {
        List<PendingAppend> live = news.live(pending);
        if (live.isEmpty()) {
            return;
        }
        if (state() == State.FAILED) { // by what was done for others of the same batch
            news.refused(live, detail());
            return;
        }
        JournalException failure = bringIn(live);
        if (failure == null) {
            news.committed(live);
        } else if (isOnes(failure) && live.size() > 1) {
            int half = live.size() / 2;
            commit(live.subList(0, half));
            commit(live.subList(half, live.size()));
        } else {
            news.refused(live, String.valueOf(failure.getMessage()));
        }
    }

    /** Offers a batch until its outcome is known; {@code null} is success. */
    private @Nullable JournalException bringIn(List<PendingAppend> live) {
        List<Spooled> batch = live.stream().map(PendingAppend::spooled).toList();
        boolean unknown = false;
        for (int attempt = 1; ; attempt++) {
            JournalException failure = placing.place(batch);
            if (failure == null) {
                if (!isSpooling()) { // what fits into a full spool makes no room
                    expiredKeys.committed(live);
                    usable();
                }
                return null;
            }
            if (isOnes(failure)) {
                return failure;
            }
            unknown |= failure.reason() == Reason.UNKNOWN_OUTCOME;
            if (isSpooling()) {
                availability.spoolFull(failure);
            } else {
                unusable("publications cannot be journaled", failure);
            }
            boolean giveUp = stopping && attempt >= ATTEMPTS_WHEN_STOPPING;
            if (!unknown || state() == State.FAILED || giveUp) {
                return failure;
            }
            refuseWaiting();
            pause();
        }
    }

    /** Whether a single append may be the reason, so that the others can be kept. */
    private static boolean isOnes(JournalException failure) {
        return failure.reason() == Reason.REFUSED || failure.reason() == Reason.BEHIND;
    }

    /** On the thread that has the ledger. */
    private void lost(String channel, String epoch) {
        if (outage != null) {
            outage.changed(channel);
        }
        lost.lost(channel, epoch);
    }

    private void beginOutage(String why) {
        availability.spooling(why);
        requireNonNull(outage).begin(why);
        trims.refuseAll("history is not removed while the database is away; try again when it is back");
    }

    private void refuseWaiting() {
        Batch batch;
        do {
            batch = intake.drain();
            refuse(batch);
        } while (batch.size() > 0);
    }

    private void refuse(Batch batch) {
        batch.loads.forEach(load -> news.notLoaded(load, detail()));
        news.refused(batch.appends, detail());
        trims.add(batch.trims);
        trims.refuseAll(detail());
        batch.flushes.forEach(flush -> flush.reached().run());
    }

    private void usable() {
        availability.usable();
        backoff.reset();
    }

    private void unusable(String what, RuntimeException cause) {
        Reason reason = cause instanceof JournalException known ? known.reason() : Reason.UNKNOWN_OUTCOME;
        boolean others = reason == Reason.FENCED || reason == Reason.OCCUPIED;
        availability.unusable(others ? State.FAILED : State.UNAVAILABLE, what, cause);
    }

    private void pause() {
        if (!stopping) {
            backoff.pause();
        }
        if (state() == State.UNAVAILABLE) {
            ledger.beatSoon();
        }
    }
}
