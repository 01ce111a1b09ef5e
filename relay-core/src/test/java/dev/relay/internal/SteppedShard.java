package dev.relay.internal;

import dev.relay.internal.shard.Shard;
import dev.relay.transport.Poller;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A shard without a thread: a test makes its turns, so that several shards can share one thread and every interleaving of
 * turns can be had, and had again.
 */
public final class SteppedShard implements Poller {
    private final Shard shard;
    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
    private final List<Long> waits = new ArrayList<>();
    private int wakeups;

    public SteppedShard(int index, ManualClock clock) {
        shard = new Shard(index, clock, failure -> {
            throw new AssertionError("shard " + index + " has failed", failure);
        });
    }

    public Shard shard() {
        return shard;
    }

    /** Something that the next {@link #turn} finds ready, as a socket would be. */
    public void whenPolled(Runnable event) {
        ready.add(event);
    }

    /** One turn, which does not wait. */
    public void turn() {
        shard.turn(false);
    }

    /** One turn that would wait if it thought it may; the wait itself ends at once. Returns how long it would have been. */
    public long turnThatMayWait() {
        shard.turn(true);
        return waits.get(waits.size() - 1);
    }

    public int wakeups() {
        return wakeups;
    }

    @Override
    public void poll(long timeoutNanos) {
        waits.add(timeoutNanos);
        for (Runnable event = ready.poll(); event != null; event = ready.poll()) {
            event.run();
        }
    }

    @Override
    public void wakeup() {
        wakeups++;
    }

    @Override
    public void stopAccepting() {}

    @Override
    public void close() {}
}
