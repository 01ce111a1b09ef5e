package dev.relay.internal.shard;

import dev.relay.transport.ShardContext;
import org.jspecify.annotations.Nullable;

/**
 * Timers of one shard: adding, cancelling and expiring one costs the same whether ten or a hundred thousand wait. After
 * G. Varghese and T. Lauck, "Hashed and hierarchical timing wheels" (1987), scheme 6: a timer that is further away than one
 * turn of the wheel stays in its slot until its time has come.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
public final class TimingWheel {
    private static final int COARSE_SHIFT =
            24; // 16.8 ms: fine enough for pings and timeouts, 60 ticks a second at most
    private static final int FINE_SHIFT = 20; // 1 ms
    private static final int SLOTS = 512; // one turn is 8.6 s, or 0.5 s
    private static final int MASK = SLOTS - 1;

    private final @Nullable Entry[] slots = new @Nullable Entry[SLOTS];
    private final long[] occupied = new long[SLOTS / Long.SIZE];
    private final int tickShift;
    private long tick; // the next tick to be handled

    /** For times of seconds. */
    public TimingWheel(long nowNanos) {
        this(nowNanos, COARSE_SHIFT);
    }

    private TimingWheel(long nowNanos, int tickShift) {
        this.tickShift = tickShift;
        tick = (nowNanos >> tickShift) + 1;
    }

    /** For times of milliseconds. */
    static TimingWheel fine(long nowNanos) {
        return new TimingWheel(nowNanos, FINE_SHIFT);
    }

    /** Runs {@code task} in the first {@link #advance} at or after {@code nowNanos + delayNanos}. */
    public ShardContext.Timer schedule(long nowNanos, long delayNanos, Runnable task) {
        long due = Math.max(tick, ((nowNanos + Math.max(delayNanos, 0)) >> tickShift) + 1);
        Entry entry = new Entry(due, task);
        link(entry);
        return entry;
    }

    /** Runs what is due. */
    public void advance(long nowNanos) {
        long now = nowNanos >> tickShift;
        if (now - tick >= SLOTS) {
            tick = now - SLOTS + 1; // a long pause: one turn visits every slot
        }
        for (; tick - now <= 0; tick++) {
            if (isOccupied((int) tick & MASK)) {
                expire((int) tick & MASK, now);
            }
        }
    }

    /** Time until the next slot that holds something; {@link Long#MAX_VALUE} if none does. */
    public long nanosUntilNext(long nowNanos) {
        for (int ahead = 0; ahead < SLOTS; ahead++) {
            int slot = (int) (tick + ahead) & MASK;
            if (occupied[slot >> 6] == 0) {
                ahead += 63 - (slot & 63);
            } else if (isOccupied(slot)) {
                return Math.max(0, ((tick + ahead) << tickShift) - nowNanos);
            }
        }
        return Long.MAX_VALUE;
    }

    private void expire(int slot, long now) {
        Entry entry = slots[slot];
        while (entry != null) {
            Entry next = entry.next;
            if (entry.due - now <= 0) {
                entry.cancel();
                entry.task.run();
                // The task may have cancelled or added neighbours: start over, what is left is not due or still to do.
                next = slots[slot];
            }
            entry = next;
        }
    }

    private void link(Entry entry) {
        int slot = (int) entry.due & MASK;
        Entry head = slots[slot];
        entry.next = head;
        if (head != null) {
            head.previous = entry;
        }
        slots[slot] = entry;
        occupied[slot >> 6] |= 1L << slot;
        entry.linked = true;
    }

    private boolean isOccupied(int slot) {
        return (occupied[slot >> 6] & 1L << slot) != 0;
    }

    private final class Entry implements ShardContext.Timer {
        private final long due; // tick
        private final Runnable task;
        private @Nullable Entry previous;
        private @Nullable Entry next;
        private boolean linked;

        Entry(long due, Runnable task) {
            this.due = due;
            this.task = task;
        }

        @Override
        public void cancel() {
            if (!linked) {
                return;
            }
            linked = false;
            int slot = (int) due & MASK;
            if (next != null) {
                next.previous = previous;
            }
            if (previous != null) {
                previous.next = next;
            } else {
                slots[slot] = next;
                if (next == null) {
                    occupied[slot >> 6] &= ~(1L << slot);
                }
            }
            previous = null;
            next = null;
        }
    }
}
