package dev.relay.websocket;

/**
 * How many pings and pongs a peer may still send now. It may send some at once, and then a few a second: each ping has to
 * be answered, so that a peer which sends them as fast as it can and reads no answer would take the shard's time and fill its
 * outbox.
 *
 * <p><b>Threading.</b> The connection's shard only.
 */
final class ControlRate {
    static final int BURST = 200;
    static final int PER_SECOND = 10;

    private static final long NANOS_EACH = 1_000_000_000L / PER_SECOND;

    private long paidNanos; // the time up to which what has come is paid for, a burst ahead at most

    ControlRate(long nowNanos) {
        paidNanos = nowNanos - BURST * NANOS_EACH;
    }

    /** Takes one; {@code false} iff there is none. */
    boolean take(long nowNanos) {
        if (nowNanos - paidNanos > BURST * NANOS_EACH) {
            paidNanos = nowNanos - BURST * NANOS_EACH;
        }
        if (nowNanos - paidNanos < NANOS_EACH) {
            return false;
        }
        paidNanos += NANOS_EACH;
        return true;
    }
}
