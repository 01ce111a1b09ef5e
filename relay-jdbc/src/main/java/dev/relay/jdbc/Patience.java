package dev.relay.jdbc;

import java.util.function.LongSupplier;

/**
 * How many times as long as usual to wait for a server. A frozen one must be noticed soon, since publishers wait; but one that
 * is slow, for example because it has just come back from a crash, would never get anything done if each attempt were given up
 * after the same time. So each attempt that fails makes the next one more patient, until nothing has failed for a while: a small
 * commit that is fast says nothing about the large one that comes behind it.
 *
 * <p><b>Threading.</b> One thread at a time.
 */
final class Patience {
    private static final int MOST_SETBACKS = 2;

    /** So long commits have to be fast. */
    static final long RESPITE_NANOS = 10_000_000_000L;

    /** So fast a commit is when the usual time is enough. */
    static final long FAST_NANOS = 1_000_000_000L;

    private final LongSupplier nanoTime;
    private int setbacks;
    private long startedNanos;
    private long slowAtNanos; // when something was slow or failed last

    Patience(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** What the usual time is to be multiplied with: 1, 2 or 4. */
    int times() {
        return 1 << setbacks;
    }

    /** An attempt begins. */
    void begins() {
        startedNanos = nanoTime.getAsLong();
    }

    /** It has failed, and its connection is given up. */
    void fails() {
        setbacks = Math.min(setbacks + 1, MOST_SETBACKS);
        slowAtNanos = nanoTime.getAsLong();
    }

    /** A commit has succeeded. Whether they have been fast for so long that the next ones had better be, too. */
    boolean ends() {
        if (setbacks == 0) {
            return false;
        }
        long now = nanoTime.getAsLong();
        if (now - startedNanos > FAST_NANOS) {
            slowAtNanos = now;
        }
        if (now - slowAtNanos < RESPITE_NANOS) {
            return false;
        }
        setbacks = 0;
        return true;
    }
}
