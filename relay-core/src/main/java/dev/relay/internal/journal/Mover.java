package dev.relay.internal.journal;

import dev.relay.journal.Append;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.KeptKey;
import dev.relay.journal.Spool;
import dev.relay.journal.Spooled;
import dev.relay.journal.SpooledStream;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves publications from the spool into the journal: append, then remove. A crash between the two is harmless, since the
 * journal recognises what it has.
 *
 * <p>Everything in the spool was acknowledged, so nothing of it may vanish, whatever the journal has become meanwhile. Where a
 * stream cannot go on as the spool has it – another engine has written at its offsets, commits before it are missing, or the
 * journal refuses one for good – what is left of it goes to the end of the stream, in a new epoch: then subscribers are told that
 * they have missed something, instead of being given a gap in silence.
 *
 * <p><b>Threading.</b> Belongs to whoever has the {@link Ledger}.
 */
final class Mover {
    /** Most publications moved together. */
    private static final int BATCH = 512;

    private static final long BATCH_BYTES = 8 << 20;
    private static final int LOGGED_STREAMS = 10;
    private static final int MAX_FRUITLESS = 3;
    private static final Logger LOG = LoggerFactory.getLogger(Mover.class);

    private final Ledger ledger;
    private final Spool spool;
    private final LostStreams lost;
    private int size = BATCH;
    private long moved;
    private int displaced;
    private int fruitless; // attempts to make good since the last one that moved something

    Mover(Ledger ledger, Spool spool, LostStreams lost) {
        this.ledger = ledger;
        this.spool = spool;
        this.lost = lost;
    }

    /** How many go into one commit, as things are. */
    int size() {
        return size;
    }

    /** How many have been moved. */
    long moved() {
        return moved;
    }

    /** Moves a batch of the oldest; {@code false} iff there is none. */
    boolean moveSome() {
        List<Spooled> oldest = spool.oldest(size, BATCH_BYTES);
        if (oldest.isEmpty()) {
            return false;
        }
        boolean succeeded = false;
        try {
            move(oldest);
            succeeded = true;
        } finally {
            // a server that is too slow for a large batch may be fast enough for a small one
            size = succeeded ? Math.min(BATCH, size * 2) : Math.max(1, size / 2);
        }
        return true;
    }

    /**
     * Loads a stream, in front of what the spool holds of it.
     *
     * @return as the journal has it, with the top that it will have
     */
    StreamState load(StreamRequest request) {
        StreamState state = ledger.load(List.of(request)).get(0);
        adopt(state);
        List<KeptKey> keys = new ArrayList<>(); // those of the highest offsets first
        spool.streams(state.channel()).stream()
                .filter(held -> isPart(held, state))
                .forEach(held -> keys.addAll(spool.keys(held)));
        keys.addAll(state.keys());
        return new StreamState(state.channel(), state.streamId(), state.epoch(), end(state), state.trimmedTo(), keys);
    }

    /** Whether all were moved; if not, the spool has changed and is to be read again. */
    private boolean move(List<Spooled> oldest) {
        try {
            ledger.append(oldest);
        } catch (JournalException e) {
            if (e.isTransient() || e.reason() == Reason.FENCED) {
                throw e;
            }
            int half = oldest.size() / 2;
            if (half > 0) {
                return move(oldest.subList(0, half)) && move(oldest.subList(half, oldest.size()));
            }
            makeGood(oldest.get(0), e);
            return false;
        }
        spool.remove(oldest.get(oldest.size() - 1).position());
        moved += oldest.size();
        fruitless = 0;
        return true;
    }

    /** The oldest one cannot be appended where it stands. */
    private void makeGood(Spooled oldest, JournalException failure) {
        Append append = oldest.append();
        long offset = append.publication().offset();
        StreamState state = load(oldest);
        if (state.streamId() != append.streamId()
                || !state.epoch().equals(append.publication().position().epoch())) {
            adopt(state);
            lost.lost(state.channel(), state.epoch());
        } else if (offset <= state.trimmedTo()) {
            spool.remove(oldest.position()); // it was there, and has been deleted since
        } else if (failure.reason() == Reason.BEHIND) {
            ledger.prove(); // which refills
            if (load(oldest).top() < offset - 1 || fruitless++ > MAX_FRUITLESS) {
                displace(oldest, failure);
            }
        } else if (failure.reason() == Reason.REFUSED) {
            LOG.error(
                    "channel {}: the publication at offset {} was acknowledged from the spool, but the journal refuses it;"
                            + " it is set aside in the spool: {}",
                    oldest.channel(),
                    offset,
                    failure.getMessage());
            spool.setAside(oldest.position(), String.valueOf(failure.getMessage()));
            displace(oldest, failure);
        } else {
            displace(oldest, failure);
        }
    }

    private StreamState load(Spooled entry) {
        return ledger.load(List.of(new StreamRequest(entry.channel(), entry.durability())))
                .get(0);
    }

    /** What is left of the stream goes to its end, in a new epoch. */
    private void displace(Spooled oldest, JournalException why) {
        StreamState now = ledger.renew(oldest.append().streamId());
        if (displaced++ < LOGGED_STREAMS) {
            LOG.error(
                    "channel {}: publications that were acknowledged from the spool cannot stay at offset {}; they follow at"
                            + " the end of the stream, in the new epoch {}: {}",
                    oldest.channel(),
                    oldest.append().publication().offset(),
                    now.epoch(),
                    why.getMessage());
        }
        adopt(now, false);
        lost.lost(now.channel(), now.epoch());
    }

    private void adopt(StreamState state) {
        adopt(state, true);
    }

    /**
     * Makes what is held of a channel in other streams or epochs part of this one.
     *
     * @param keep whether publications of the same stream, of which some may stand in the journal already, keep their
     *     offsets
     */
    private void adopt(StreamState state, boolean keep) {
        for (SpooledStream held : spool.streams(state.channel())) {
            if (!isPart(held, state)) {
                boolean keeps = keep
                        && held.streamId() == state.streamId()
                        && spool.streams(state.channel()).stream().noneMatch(other -> isPart(other, state));
                spool.rename(held, state, keeps ? held.first() : end(state) + 1);
            }
        }
    }

    /** The top, once everything that is held of the stream has been moved. */
    private long end(StreamState state) {
        return spool.streams(state.channel()).stream()
                .filter(held -> isPart(held, state))
                .mapToLong(SpooledStream::last)
                .reduce(state.top(), Math::max);
    }

    private static boolean isPart(SpooledStream held, StreamState state) {
        return held.streamId() == state.streamId() && held.epoch().equals(state.epoch());
    }
}
