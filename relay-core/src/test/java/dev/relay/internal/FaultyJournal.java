package dev.relay.internal;

import dev.relay.Publication;
import dev.relay.journal.Append;
import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventQuery;
import dev.relay.journal.Failovers;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.JournalPage;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.MemoryJournal;
import dev.relay.journal.ReadRange;
import dev.relay.journal.StoredPublication;
import dev.relay.journal.StoredStream;
import dev.relay.journal.StreamPage;
import dev.relay.journal.StreamQuery;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A journal in memory that fails as it is told: with each reason, after it has committed, or by not returning. */
public final class FaultyJournal implements Journal {
    /** A channel whose loads never fail: the fixture uses it to find out how far the writer has come. */
    static final String FENCE = "~fence";

    /** @param reason {@code null}: this append works */
    private record Fault(@Nullable Reason reason, boolean commitFirst) {}

    /** Where the journal's thread waits until it is released. */
    private static final class Gate {
        final CountDownLatch arrived = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);

        void pass() {
            arrived.countDown();
            await(open, "the release of the journal");
        }
    }

    private final MemoryJournal store;
    private final ArrayDeque<Fault> appendFaults = new ArrayDeque<>();
    private final ArrayDeque<Fault> trimFaults = new ArrayDeque<>();
    private final ArrayDeque<Reason> loadFaults = new ArrayDeque<>();
    private final ArrayDeque<Reason> logFaults = new ArrayDeque<>();
    private final List<Integer> logged = new ArrayList<>();
    private final List<String> writes = new ArrayList<>();
    private final List<List<Long>> offered = new ArrayList<>();
    private Predicate<Append> poison = append -> false;
    private @Nullable Reason outage;
    private @Nullable Gate appendGate;
    private @Nullable Gate trimGate;
    private @Nullable Gate readGate;
    private @Nullable String badChannel;
    private long trimStep = Long.MAX_VALUE;
    private int looked;
    private int reads;
    private int keyDeletions;
    private boolean closed;
    private int attempts;
    private Runnable beforeAppend = () -> {};

    public FaultyJournal() {
        this(new MemoryJournal());
    }

    public FaultyJournal(MemoryJournal store) {
        this.store = store;
    }

    public MemoryJournal store() {
        return store;
    }

    /** The next append fails for this reason and writes nothing. Several calls: several appends. */
    public synchronized void failAppend(Reason reason) {
        appendFaults.add(new Fault(reason, false));
    }

    /** The next append commits, and then fails for this reason. */
    public synchronized void commitThenFail(Reason reason) {
        appendFaults.add(new Fault(reason, true));
    }

    /** The next append works, whatever the following ones are told to do. */
    public synchronized void failNothingFirst() {
        appendFaults.add(new Fault(null, true));
    }

    /** Refuses every load that has this channel in it. */
    public synchronized void refuseLoadsOf(String channel) {
        badChannel = channel;
    }

    public synchronized void failLoad(Reason reason) {
        loadFaults.add(reason);
    }

    /** The next trim fails for this reason and deletes nothing. Several calls: several trims. */
    public synchronized void failTrim(Reason reason) {
        trimFaults.add(new Fault(reason, false));
    }

    /** The next trim makes its step, and then fails for this reason. */
    public synchronized void trimThenFail(Reason reason) {
        trimFaults.add(new Fault(reason, true));
    }

    public synchronized void clearAppendFaults() {
        appendFaults.clear();
    }

    public synchronized void clearTrimFaults() {
        trimFaults.clear();
    }

    /** One trim deletes no more than so many publications. */
    public synchronized void trimAtMost(long publications) {
        trimStep = publications;
    }

    /** Refuses every batch that has such an append in it. */
    public synchronized void poison(Predicate<Append> bad) {
        poison = bad;
    }

    /** Everything fails for this reason until {@link #repair}. */
    public synchronized void breakDown(Reason reason) {
        outage = reason;
    }

    public synchronized void repair() {
        outage = null;
    }

    /** Lets the next append wait, before it does anything, until {@link #releaseAppend}. */
    public synchronized void blockAppend() {
        appendGate = new Gate();
    }

    /** Whether the writer waits in an append. */
    public synchronized boolean isAppendBlocked() {
        return appendGate != null && appendGate.arrived.getCount() == 0;
    }

    public synchronized void releaseAppend() {
        if (appendGate != null) {
            appendGate.open.countDown();
            appendGate = null;
        }
    }

    /** Lets the next trim wait, before it does anything, until {@link #releaseTrim}. */
    public synchronized void blockTrim() {
        trimGate = new Gate();
    }

    public synchronized boolean isTrimBlocked() {
        return trimGate != null && trimGate.arrived.getCount() == 0;
    }

    public synchronized void releaseTrim() {
        if (trimGate != null) {
            trimGate.open.countDown();
            trimGate = null;
        }
    }

    /** Lets the next read wait until {@link #releaseRead}. */
    public synchronized void blockRead() {
        readGate = new Gate();
    }

    public synchronized boolean isReadBlocked() {
        return readGate != null && readGate.arrived.getCount() == 0;
    }

    public synchronized void releaseRead() {
        if (readGate != null) {
            readGate.open.countDown();
            readGate = null;
        }
    }

    /** Runs before each append, on the thread that works with the journal. */
    public synchronized void whenAppending(Runnable action) {
        beforeAppend = action;
    }

    /** How often an append was tried, whatever came of it. */
    public synchronized int attempts() {
        return attempts;
    }

    /** Offsets of every batch that was offered, in order. */
    public synchronized List<List<Long>> offered() {
        return List.copyOf(offered);
    }

    /** Appends and trims that succeeded, in order: as {@code append [1, 2]} and {@code trim to 2}. */
    public synchronized List<String> writes() {
        return List.copyOf(writes);
    }

    /** The next writing of events fails for this reason and writes nothing. Several calls: several times. */
    public synchronized void failLog(Reason reason) {
        logFaults.add(reason);
    }

    /** How many events were written together, each time. */
    public synchronized List<Integer> logged() {
        return List.copyOf(logged);
    }

    /** How often what is stored of a stream was looked at. */
    public synchronized int looked() {
        return looked;
    }

    public synchronized int reads() {
        return reads;
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    /** What was appended last is lost when the journal answers again. */
    public void lose(String channel, long publications) {
        Failovers.lose(store, channel, publications);
    }

    public void loseStream(String channel, String heir) {
        Failovers.loseStream(store, channel, heir);
    }

    @Override
    public void open() {
        failIfBroken();
        store.open();
    }

    @Override
    public List<StreamState> load(List<StreamRequest> requests) {
        boolean fence = requests.stream().allMatch(request -> request.channel().equals(FENCE));
        if (!fence) {
            failIfBroken();
            Reason reason;
            synchronized (this) {
                boolean bad =
                        requests.stream().anyMatch(request -> request.channel().equals(badChannel));
                reason = bad ? Reason.REFUSED : loadFaults.poll();
            }
            if (reason != null) {
                throw new JournalException(reason, "the load fails as told");
            }
        }
        return store.load(requests);
    }

    @Override
    public void append(List<Append> batch) {
        Gate gate;
        synchronized (this) {
            attempts++;
            gate = appendGate;
            beforeAppend.run();
        }
        if (gate != null) {
            gate.pass();
        }
        failIfBroken();
        Fault fault;
        synchronized (this) {
            offered.add(
                    batch.stream().map(append -> append.publication().offset()).toList());
            if (batch.stream().anyMatch(poison)) {
                throw new JournalException(Reason.REFUSED, "poison");
            }
            fault = appendFaults.poll();
        }
        if (fault == null || fault.commitFirst) {
            store.append(batch);
            synchronized (this) {
                writes.add("append " + offered.get(offered.size() - 1));
            }
        }
        if (fault != null && fault.reason != null) {
            throw new JournalException(fault.reason, "the append fails as told");
        }
    }

    @Override
    public StreamState renew(long streamId) {
        failIfBroken();
        return store.renew(streamId);
    }

    @Override
    public long trim(long streamId, long through) {
        Gate gate;
        synchronized (this) {
            gate = trimGate;
        }
        if (gate != null) {
            gate.pass();
        }
        failIfBroken();
        Fault fault;
        long step;
        synchronized (this) {
            fault = trimFaults.poll();
            step = trimStep;
        }
        if (fault != null && !fault.commitFirst && fault.reason != null) {
            throw new JournalException(fault.reason, "the trim fails as told");
        }
        long trimmedTo = store.trim(streamId, 0);
        trimmedTo = store.trim(streamId, through - trimmedTo > step ? trimmedTo + step : through);
        synchronized (this) {
            writes.add("trim to " + trimmedTo);
        }
        if (fault != null && fault.reason != null) {
            throw new JournalException(fault.reason, "the trim fails as told");
        }
        return trimmedTo;
    }

    @Override
    public void log(List<ConnectionEvent> events) {
        failIfBroken();
        Reason reason;
        synchronized (this) {
            reason = logFaults.poll();
        }
        if (reason != null) {
            throw new JournalException(reason, "the writing of events fails as told");
        }
        store.log(events);
        synchronized (this) {
            logged.add(events.size());
        }
    }

    @Override
    public int removeEvents(long beforeMicros) {
        failIfBroken();
        return store.removeEvents(beforeMicros);
    }

    @Override
    public List<ConnectionEvent> events(EventQuery query) {
        failIfBroken();
        return store.events(query);
    }

    @Override
    public boolean deleteExpiredKeys(long nowMicros) {
        failIfBroken();
        synchronized (this) {
            keyDeletions++;
        }
        return store.deleteExpiredKeys(nowMicros);
    }

    /** How often expired keys were to be deleted. */
    public synchronized int keyDeletions() {
        return keyDeletions;
    }

    @Override
    public List<StoredStream> streams(long after, int limit) {
        failIfBroken();
        return store.streams(after, limit);
    }

    @Override
    public List<StoredPublication> stored(long streamId, long after, int limit) {
        failIfBroken();
        synchronized (this) {
            looked++;
        }
        return store.stored(streamId, after, limit);
    }

    @Override
    public void heartbeat() {
        failIfBroken();
        store.heartbeat();
    }

    @Override
    public List<Publication> read(ReadRange range) {
        Gate gate;
        synchronized (this) {
            reads++;
            gate = readGate;
        }
        if (gate != null) {
            gate.pass();
        }
        failIfBroken();
        return store.read(range);
    }

    @Override
    public JournalPage find(JournalQuery query) {
        failIfBroken();
        return store.find(query);
    }

    @Override
    public StreamPage streams(StreamQuery query) {
        failIfBroken();
        return store.streams(query);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        store.close();
    }

    @Override
    public void abandon() {
        synchronized (this) {
            closed = true;
        }
        store.abandon();
    }

    private synchronized void failIfBroken() {
        if (outage != null) {
            throw new JournalException(outage, "the journal is broken as told");
        }
    }

    private static void await(CountDownLatch latch, String what) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("waited too long for " + what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        }
    }
}
