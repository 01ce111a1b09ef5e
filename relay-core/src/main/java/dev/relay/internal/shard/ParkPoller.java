package dev.relay.internal.shard;

import dev.relay.transport.Poller;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a shard without connections waits on.
 *
 * <p><b>Threading.</b> As {@link Poller}. A wake-up that comes before the wait is kept by the permit of {@link
 * LockSupport}.
 */
public final class ParkPoller implements Poller {
    // Written by the shard before its first wait, read by whoever wakes it; until then there is nobody to wake.
    private volatile @Nullable Thread waiter;

    @Override
    public void poll(long timeoutNanos) {
        if (timeoutNanos <= 0) {
            return;
        }
        if (waiter == null) {
            waiter = Thread.currentThread();
            return; // a wake-up may have been sent to nobody: look again before the first wait
        }
        if (timeoutNanos == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, timeoutNanos);
        }
    }

    @Override
    public void wakeup() {
        LockSupport.unpark(waiter);
    }

    @Override
    public void stopAccepting() {}

    @Override
    public void close() {}
}
