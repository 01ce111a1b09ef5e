package dev.relay.standalone.console;

import dev.relay.RelayClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that a test moves. It begins shortly before its nanoseconds wrap around, as a machine's may. */
public final class HandClock implements RelayClock {
    private static final long WALL_AT_START = 1_750_000_000_000_000L;
    private static final long BEGIN = Long.MAX_VALUE - 1_000_000_000L;

    private final AtomicLong nanos = new AtomicLong(BEGIN);

    public void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public long epochMicros() {
        return WALL_AT_START + (nanos.get() - BEGIN) / 1000;
    }
}
