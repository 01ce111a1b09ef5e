package dev.relay.internal;

import dev.relay.RelayClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that a test moves. Any thread. */
public final class ManualClock implements RelayClock {
    private static final long WALL_AT_START = 1_750_000_000_000_000L;

    private final AtomicLong nanos;

    public ManualClock() {
        this(0);
    }

    /** @param nanos the steady clock at the beginning; may be negative, as that of a machine may */
    public ManualClock(long nanos) {
        this.nanos = new AtomicLong(nanos);
    }

    public void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public long epochMicros() {
        return WALL_AT_START + nanos.get() / 1000;
    }
}
