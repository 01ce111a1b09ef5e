package dev.relay.internal.shard;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts of values between bounds. Reading sees each count at some recent moment, not all at the same.
 *
 * <p><b>Threading.</b> {@link #record} by one thread at a time, wait-free and without allocation; the rest by any.
 */
public final class Buckets {
    private final long[] upperBounds;
    // Written by the one writer, which reads them plainly since nobody else changes them; released one by one.
    private final AtomicLongArray counts;
    private final int sumIndex;

    /** @param upperBounds ascending; not to be changed afterwards */
    public Buckets(long[] upperBounds) {
        this.upperBounds = upperBounds;
        this.sumIndex = upperBounds.length + 1;
        this.counts = new AtomicLongArray(sumIndex + 1);
    }

    /** Counts a value, so many times. */
    public void record(long value, long times) {
        int low = 0;
        int high = upperBounds.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (upperBounds[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        counts.setRelease(low, counts.getPlain(low) + times);
        counts.setRelease(sumIndex, counts.getPlain(sumIndex) + value * times);
    }

    /** Adds what has been counted, by bucket; returns the sum of the values. */
    public long addTo(long[] totals) {
        for (int i = 0; i < totals.length; i++) {
            totals[i] += counts.getAcquire(i);
        }
        return counts.getAcquire(sumIndex);
    }

    public long[] upperBounds() {
        return upperBounds;
    }
}
