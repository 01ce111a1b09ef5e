package dev.relay.jdbc;

import java.util.concurrent.TimeUnit;

/**
 * How many rows to ask for at once: few at first, since a driver may fetch all of them before the first is seen, then as many as
 * their size and the time they took suggest. One thread.
 */
final class PageSize {
    private static final int LARGEST = 1_024;
    private static final int SMALLEST = 16;
    private static final long BYTES = 4 << 20;
    private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private int rows;

    /** @param first rows asked for at first */
    PageSize(int first) {
        this.rows = first;
    }

    int rows() {
        return rows;
    }

    /**
     * @param nanos how long the last rows took
     * @param bytesPerRow what a row is large, as far as is known
     */
    void adapt(long nanos, long bytesPerRow) {
        if (nanos > SLOW_NANOS) {
            rows = Math.max(SMALLEST, rows / 2);
        } else if (nanos < QUICK_NANOS) {
            rows = Math.min(LARGEST, rows * 2);
        }
        rows = (int) Math.max(1, Math.min(rows, BYTES / Math.max(1, bytesPerRow)));
    }
}
