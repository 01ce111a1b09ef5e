package dev.relay.websocket;

import dev.relay.RelayClock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes when a test says so. Any thread. */
final class MovableClock implements RelayClock {
    private final long startSeconds;
    private final AtomicLong passedMillis = new AtomicLong();

    MovableClock(long startSeconds) {
        this.startSeconds = startSeconds;
    }

    void advanceMillis(long millis) {
        passedMillis.addAndGet(millis);
    }

    void advanceSeconds(long seconds) {
        advanceMillis(TimeUnit.SECONDS.toMillis(seconds));
    }

    @Override
    public long nanoTime() {
        return TimeUnit.MILLISECONDS.toNanos(passedMillis.get());
    }

    @Override
    public long epochMicros() {
        return TimeUnit.SECONDS.toMicros(startSeconds) + TimeUnit.MILLISECONDS.toMicros(passedMillis.get());
    }
}
