package dev.relay.internal.journal;

import dev.relay.RelayClock;
import dev.relay.internal.journal.RecentAppends.Known;
import dev.relay.journal.Append;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.Spooled;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal, and what whoever writes into it must know: whether it is open, when to say that its owner lives, and what was
 * committed last. After each failure the next {@link #prove} compares that with what is there, and makes good what is missing:
 * the server that answers may be a replica that lacks the last commits.
 *
 * <p><b>Threading.</b> One thread at a time. It goes from the writer to the {@link SpoolDrain} and back, by starting that thread and by
 * joining it.
 */
final class Ledger {
    private static final long HEARTBEAT_NANOS = 2_000_000_000L;
    private static final int CHUNK = 512;
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private final Journal journal;
    private final RelayClock clock;
    private final JournalWriter.Meter meter;
    private final LostStreams lost;
    private final RecentAppends recent = new RecentAppends();
    private boolean open;
    private boolean doubtful; // something has failed, so what was committed may be gone
    private long nextBeatNanos;

    Ledger(Journal journal, RelayClock clock, JournalWriter.Meter meter, LostStreams lost) {
        this.journal = journal;
        this.clock = clock;
        this.meter = meter;
        this.lost = lost;
        this.nextBeatNanos = clock.nanoTime() + HEARTBEAT_NANOS;
    }

    boolean isOpen() {
        return open;
    }

    /** Whether {@link #prove} should be called now. */
    boolean isDue() {
        return doubtful || nanosToBeat() <= 0;
    }

    long nanosToBeat() {
        return nextBeatNanos - clock.nanoTime();
    }

    /** Nothing is due for a while. */
    void rest() {
        doubtful = false;
        nextBeatNanos = clock.nanoTime() + HEARTBEAT_NANOS;
    }

    void beatSoon() {
        nextBeatNanos = clock.nanoTime();
    }

    /** Opens the journal, or proves that it works; then nothing that was committed is missing. */
    void prove() {
        nextBeatNanos = clock.nanoTime() + HEARTBEAT_NANOS;
        attempt(() -> {
            if (open) {
                journal.heartbeat();
            } else {
                journal.open();
                open = true;
            }
            return true;
        });
        if (doubtful) {
            verify();
            doubtful = false;
        }
    }

    /** Commits a batch. */
    void append(List<Spooled> batch) {
        List<Append> appends = new ArrayList<>(batch.size());
        batch.forEach(entry -> appends.add(entry.append()));
        long started = clock.nanoTime();
        attempt(() -> {
            journal.append(appends);
            return true;
        });
        meter.committed(appends.size(), clock.nanoTime() - started);
        recent.add(batch);
    }

    List<StreamState> load(List<StreamRequest> requests) {
        return attempt(() -> journal.load(requests));
    }

    /** Gives a stream a new epoch. */
    StreamState renew(long streamId) {
        StreamState now = attempt(() -> journal.renew(streamId));
        recent.restamp(now);
        return now;
    }

    long trim(long streamId, long through) {
        return attempt(() -> journal.trim(streamId, through));
    }

    /** As {@link Journal#deleteExpiredKeys}. */
    boolean deleteExpiredKeys(long nowMicros) {
        return attempt(() -> journal.deleteExpiredKeys(nowMicros));
    }

    /** For what does not touch streams, and handles its failures itself. */
    void use(Consumer<Journal> work) {
        work.accept(journal);
    }

    /**
     * Ends it.
     *
     * @param clean whether everything that was told to be "done" is in the journal
     */
    void end(boolean clean) {
        if (clean) {
            journal.close();
        } else {
            journal.abandon();
        }
    }

    private <T> T attempt(Supplier<T> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            JournalException failure = failure(e);
            doubtful |= failure.isTransient() || failure.reason() == Reason.BEHIND;
            throw failure;
        }
    }

    /** What the journal said, or that it said something else. */
    static JournalException failure(RuntimeException thrown) {
        return thrown instanceof JournalException known
                ? known
                : new JournalException(Reason.UNKNOWN_OUTCOME, "the journal failed: " + thrown, thrown);
    }

    private void verify() {
        List<Known> streams = recent.streams();
        for (int from = 0; from < streams.size(); from += CHUNK) {
            List<Known> chunk = streams.subList(from, Math.min(from + CHUNK, streams.size()));
            List<StreamState> states = journal.load(chunk.stream()
                    .map(known -> new StreamRequest(
                            known.newest().channel(), known.newest().durability()))
                    .toList());
            for (int i = 0; i < states.size(); i++) {
                verify(chunk.get(i), states.get(i));
            }
        }
    }

    private void verify(Known known, StreamState state) {
        boolean same = known.streamId() == state.streamId();
        boolean sameEpoch = known.epoch().equals(state.epoch());
        long first = known.byOffset().firstKey();
        long last = known.byOffset().lastKey();
        if (same && !sameEpoch) {
            recent.restamp(state);
        }
        if (!same || !sameEpoch) {
            lost.lost(state.channel(), state.epoch());
        }
        if (same && state.top() >= last) {
            return;
        }
        if (same && first <= state.top() + 1) {
            LOG.warn(
                    "the database has lost commits: channel {} ends at offset {} instead of {}; they are written again",
                    state.channel(),
                    state.top(),
                    last);
            refill(state, last);
            return;
        }
        StreamState now = same && sameEpoch ? renew(state.streamId()) : state;
        recent.renumber(known, now, now.top() + 1);
        LOG.error(
                "THE DATABASE HAS LOST COMMITS of channel {}: it ends at offset {} instead of {}, and only the last {} can be"
                        + " written again; the stream goes on in the new epoch {}",
                state.channel(),
                state.top(),
                last,
                known.byOffset().size(),
                now.epoch());
        refill(now, now.top() + known.byOffset().size());
        lost.lost(now.channel(), now.epoch());
    }

    /** Writes again what comes after the stream's top. */
    private void refill(StreamState state, long last) {
        List<Append> missing = new ArrayList<>();
        for (Known known : recent.streams()) {
            if (known.streamId() == state.streamId()) {
                known.byOffset().tailMap(state.top(), false).values().forEach(entry -> missing.add(entry.append()));
            }
        }
        try {
            for (int from = 0; from < missing.size(); from += CHUNK) {
                journal.append(missing.subList(from, Math.min(from + CHUNK, missing.size())));
            }
        } catch (JournalException e) {
            if (e.isTransient() || e.reason() == Reason.FENCED) {
                throw e;
            }
            LOG.error(
                    "channel {}: commits up to offset {} that the database has lost cannot be written again",
                    state.channel(),
                    last,
                    e);
            recent.forget(state.streamId());
        }
    }
}
