package dev.relay.websocket;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bucket of tokens for the whole node, one for each connection, which holds as many as fill it in a second. It is one
 * number: when the bucket will be full again.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class ConnectionRate {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long nanosPerConnection;

    // Shards read it and move it forward with a CAS, which decides whose connection gets the token; nothing else
    // depends on it. Counted from the first clock reading, since nanoTime may be anything.
    private final AtomicLong fullAtNanos = new AtomicLong();
    private final long startNanos;

    /** @param perSecond {@link Integer#MAX_VALUE} for no limit */
    ConnectionRate(int perSecond, long nowNanos) {
        this.nanosPerConnection = perSecond == Integer.MAX_VALUE ? 0 : Math.max(1, SECOND / perSecond);
        this.startNanos = nowNanos;
    }

    /** Takes a token; {@code false} iff there is none. */
    boolean tryTake(long nowNanos) {
        if (nanosPerConnection == 0) {
            return true;
        }
        long now = nowNanos - startNanos;
        // ends: a CAS fails only because another shard has taken a token, and there are few in the bucket
        while (true) {
            long before = fullAtNanos.get();
            long after = Math.max(before, now) + nanosPerConnection;
            if (after - now > SECOND) {
                return false;
            }
            if (fullAtNanos.compareAndSet(before, after)) {
                return true;
            }
        }
    }
}
