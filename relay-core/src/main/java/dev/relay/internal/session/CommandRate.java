package dev.relay.internal.session;

/**
 * How many commands a connection may still send now: a bucket that holds one second's worth and is filled evenly.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class CommandRate {
    private static final double NANOS_PER_SECOND = 1e9;

    private final int perSecond;
    private double left;
    private long filledAtNanos;

    CommandRate(int perSecond, long nowNanos) {
        this.perSecond = perSecond;
        this.left = perSecond;
        this.filledAtNanos = nowNanos;
    }

    /** Takes one; {@code false} iff there is none. */
    boolean take(long nowNanos) {
        left = Math.min(perSecond, left + (nowNanos - filledAtNanos) / NANOS_PER_SECOND * perSecond);
        filledAtNanos = nowNanos;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
