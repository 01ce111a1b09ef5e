package dev.relay.internal.session;

import dev.relay.internal.outbox.Backlog;
import dev.relay.internal.shard.Shard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * The connections of one shard whose sockets have not taken everything, and which of them go when all outboxes together hold
 * too much.
 *
 * <p><b>Threading.</b> The shard's thread only, except for {@link #relieveSoon}.
 */
final class SlowConnections {
    private static final int AT_ONCE = 8; // closed in one turn, and one of 32 of those that could be

    /** That something waits for one connection, and since when. */
    static final class Stall {
        private final Outgoing connection;
        private final long sinceNanos;
        private int place;

        private Stall(Outgoing connection, long sinceNanos, int place) {
            this.connection = connection;
            this.sinceNanos = sinceNanos;
            this.place = place;
        }
    }

    private record Candidate(Outgoing connection, double badness) {}

    private final Shard shard;
    private final Backlog backlog;
    private final OutboxBudget budget;
    private final Consumer<Runnable> later;
    private final List<Stall> stalls = new ArrayList<>(0);
    private long accounted;
    private long shed;

    /** @param later runs something in a turn of this shard, once in each at most; any thread */
    SlowConnections(Shard shard, Backlog backlog, OutboxBudget budget, Consumer<Runnable> later) {
        this.shard = shard;
        this.backlog = backlog;
        this.budget = budget;
        this.later = later;
        budget.join(shard.index(), this);
    }

    /** The socket has not taken everything. */
    Stall add(Outgoing connection) {
        Stall stall = new Stall(connection, shard.clock().nanoTime(), stalls.size());
        stalls.add(stall);
        return stall;
    }

    /** Nothing waits any more, or the connection is gone. */
    void remove(Stall stall) {
        Stall last = stalls.remove(stalls.size() - 1);
        if (last != stall) {
            stalls.set(stall.place, last);
            last.place = stall.place;
        }
    }

    /** Connections closed because all outboxes together held too much. */
    long shed() {
        return shed;
    }

    /** Ends a turn. */
    void account() {
        if (backlog.bytes() != accounted) {
            report();
            budget.relieveIfExceeded();
        }
    }

    /** Any thread. */
    void relieveSoon() {
        later.accept(this::relieve);
    }

    private void relieve() {
        int closed = 0;
        for (Outgoing worst : worst()) {
            report();
            if (!budget.wantsMore()) {
                break;
            }
            worst.shed();
            closed++;
        }
        shed += closed;
        report();
        budget.relieved(closed, shard.clock().nanoTime());
    }

    /** Those that have held the most for the longest, the worst first; who has just begun to wait comes last. */
    private List<Outgoing> worst() {
        long now = shard.clock().nanoTime();
        int atOnce = AT_ONCE + stalls.size() / 32;
        PriorityQueue<Candidate> found =
                new PriorityQueue<>(atOnce + 1, Comparator.comparingDouble(Candidate::badness));
        for (Stall stall : stalls) {
            double milliseconds = 1 + (now - stall.sinceNanos) / 1e6;
            found.add(new Candidate(stall.connection, stall.connection.waitingBytes() * milliseconds));
            if (found.size() > atOnce) {
                found.remove();
            }
        }
        List<Outgoing> worst = new ArrayList<>();
        while (!found.isEmpty()) {
            worst.add(0, found.remove().connection());
        }
        return worst;
    }

    private void report() {
        accounted = backlog.bytes();
        budget.holds(shard.index(), accounted);
    }
}
