package dev.relay.internal.session;

/**
 * How many events may still be written now, and how many were not: nobody who can connect may fill the disk. A bucket that
 * holds a burst and is filled evenly.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class EventBudget {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;
    private final double burst;
    private double left;
    private long filledAtNanos;
    private long refused;

    EventBudget(double perSecond, double burst, long nowNanos) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.left = burst;
        this.filledAtNanos = nowNanos;
    }

    /** Takes one; {@code false} iff there is none, and one more has not been written. */
    boolean take(long nowNanos) {
        left = Math.min(burst, left + (nowNanos - filledAtNanos) / NANOS_PER_SECOND * perSecond);
        filledAtNanos = nowNanos;
        if (left < 1) {
            refused++;
            return false;
        }
        left--;
        return true;
    }

    /** How many were not written since this was asked before. */
    long takeRefused() {
        long events = refused;
        refused = 0;
        return events;
    }
}
