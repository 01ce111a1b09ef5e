package dev.relay.internal.journal;

import java.util.concurrent.locks.LockSupport;

/** Pauses between attempts, longer each time. One thread. */
final class Backoff {
    static final long MAX_NANOS = 500_000_000L;
    private static final long MIN_NANOS = 20_000_000L;

    private long nanos = MIN_NANOS;

    /** It works. */
    void reset() {
        nanos = MIN_NANOS;
    }

    /** Waits, unless the thread has been unparked. */
    void pause() {
        LockSupport.parkNanos(this, nanos);
        nanos = Math.min(nanos * 2, MAX_NANOS);
    }
}
