package dev.relay;

import java.util.Arrays;

/**
 * How many values lie between which bounds. Not changed by anybody.
 *
 * <p><b>Threading.</b> Any.
 */
public final class BucketCounts {
    private final long[] upperBounds;
    private final long[] counts;
    private final long sum;

    /**
     * @param upperBounds ascending; a value belongs to the first bound that is not less than it
     * @param counts one for each bound, and one for what is greater than all
     * @param sum of the values
     */
    public BucketCounts(long[] upperBounds, long[] counts, long sum) {
        if (counts.length != upperBounds.length + 1) {
            throw new IllegalArgumentException(counts.length + " counts for " + upperBounds.length + " bounds");
        }
        this.upperBounds = upperBounds.clone();
        this.counts = counts.clone();
        this.sum = sum;
    }

    /** How many bounds there are. */
    public int bounds() {
        return upperBounds.length;
    }

    /** The bound of this index. */
    public long upperBound(int index) {
        return upperBounds[index];
    }

    /** Values between the bound before and the one of this index; with {@link #bounds} as index, those above all. */
    public long count(int index) {
        return counts[index];
    }

    /** All values. */
    public long count() {
        return Arrays.stream(counts).sum();
    }

    /** The sum of all values. */
    public long sum() {
        return sum;
    }

    /** What has come since an earlier reading of the same histogram. */
    public BucketCounts since(BucketCounts earlier) {
        long[] difference = new long[counts.length];
        Arrays.setAll(difference, i -> counts[i] - earlier.counts[i]);
        return new BucketCounts(upperBounds, difference, sum - earlier.sum);
    }

    /**
     * The value that this share of all values does not exceed, as far as the bounds tell: between two of them values are
     * taken to be spread evenly; what is above all counts as the highest. 0 where there is none.
     *
     * @param share 0 to 1
     */
    public double quantile(double share) {
        long all = count();
        double rank = share * all;
        long below = 0;
        for (int i = 0; i < upperBounds.length; i++) {
            if (counts[i] > 0 && below + counts[i] >= rank) {
                long lower = i == 0 ? 0 : upperBounds[i - 1];
                return lower + (upperBounds[i] - lower) * Math.max(0, rank - below) / counts[i];
            }
            below += counts[i];
        }
        return all == 0 ? 0 : upperBounds[upperBounds.length - 1];
    }
}
