package dev.relay.jdbc;

/**
 * How many times as long as usual to wait for a server. A frozen one must be noticed soon, since publishers wait; but one that
 * is slow, for example because it has just come back from a crash, would never get anything done if each attempt were given up
 * after the same time. So each attempt that fails makes the next one more patient, until a commit is as fast as it should be.
 *
 * <p><b>Threading.</b> One thread at a time.
 */
final class Patience {
    private static final int MOST_SETBACKS = 2;

    /** So fast a commit is when the usual time is enough. */
    private static final long FAST_NANOS = 1_000_000_000L;

    private int setbacks;
    private long startedNanos;

    /** What the usual time is to be multiplied with: 1, 2 or 4. */
    int times() {
        return 1 << setbacks;
    }

    /** An attempt begins. */
    void begins() {
        startedNanos = System.nanoTime();
    }

    /** It has failed, and its connection is given up. */
    void fails() {
        setbacks = Math.min(setbacks + 1, MOST_SETBACKS);
    }

    /** A commit has succeeded. Whether it was fast after others that were not, so that the next ones had better be, too. */
    boolean ends() {
        if (setbacks == 0 || System.nanoTime() - startedNanos > FAST_NANOS) {
            return false;
        }
        setbacks = 0;
        return true;
    }
}
