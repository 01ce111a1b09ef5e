package dev.relay.internal.session;

import dev.relay.internal.shard.Shard;
import dev.relay.transport.ShardContext.Timer;
import java.util.ArrayDeque;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Sends the connections of one shard away, evenly spread over a time: they come back somewhere, and that somewhere should not
 * meet all of them at once. The first one goes at once, so that a few take next to no time.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class Farewell {
    private final Shard shard;
    private final Runnable whenTold;
    private final ArrayDeque<ClientSession> staying;
    private int total;
    private long beginNanos;
    private long endNanos;
    private @Nullable Timer timer;
    private boolean done;

    /**
     * @param endNanos by then all are told
     * @param whenTold runs once, when all are told or gone
     */
    Farewell(Shard shard, Collection<ClientSession> sessions, long endNanos, Runnable whenTold) {
        this.shard = shard;
        this.staying = new ArrayDeque<>(sessions);
        this.whenTold = whenTold;
        plan(endNanos);
    }

    /** Those who still stay go by then, if that is sooner. */
    void hasten(long sooner) {
        if (!done && sooner - endNanos < 0) {
            plan(sooner);
        }
    }

    /** There is nobody left. */
    void nobodyLeft() {
        staying.clear();
        finish();
    }

    private void plan(long end) {
        total = staying.size();
        beginNanos = shard.clock().nanoTime();
        endNanos = end;
        step();
    }

    private void step() {
        cancel();
        long window = Math.max(endNanos - beginNanos, 0);
        long passed = shard.clock().nanoTime() - beginNanos;
        long due = passed >= window ? total : 1 + (long) (total * ((double) passed / window));
        while (!staying.isEmpty() && total - staying.size() < due) {
            ClientSession next = staying.remove();
            next.guard(next::leave);
        }
        if (staying.isEmpty()) {
            finish();
        } else {
            long next = (long) ((double) (total - staying.size()) / total * window);
            timer = shard.schedule(next - passed, this::step);
        }
    }

    private void finish() {
        cancel();
        if (!done) {
            done = true;
            whenTold.run();
        }
    }

    private void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
