package dev.relay.internal;

import dev.relay.RelayClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends all clients away, spread over a time, while everything else goes on: what they and the application publish meanwhile
 * is accepted as ever.
 *
 * <p><b>Threading.</b> Any thread. Each shard sends its own connections away; that several ask at once needs no order, because
 * each can only bring the end nearer.
 */
final class Drain {
    /** How much later than planned the shards may be before they are no longer waited for. */
    private static final long LATE_NANOS = 1_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    private final List<ShardScope> scopes;
    private final RelayClock clock;
    private final Executor executor;
    private final AtomicBoolean begun = new AtomicBoolean();

    // counted down by each shard when it has told its last connection
    private final CountDownLatch told;

    /** @param executor may wait for room in an inbox */
    Drain(List<ShardScope> scopes, RelayClock clock, Executor executor) {
        this.scopes = scopes;
        this.clock = clock;
        this.executor = executor;
        this.told = new CountDownLatch(scopes.size());
    }

    boolean hasBegun() {
        return begun.get();
    }

    /** Connections that have not gone yet, as of each shard's last turn. */
    long connectionsLeft() {
        return scopes.stream().mapToLong(ShardScope::connections).sum();
    }

    /** Begins, or hastens what has begun: all are told within {@code window} from now. */
    void begin(Duration window) {
        long endNanos = clock.nanoTime() + window.toNanos();
        if (begun.compareAndSet(false, true) && !window.isZero()) {
            LOG.info("draining: no new connections; {} go within {}", connectionsLeft(), window);
        }
        for (ShardScope scope : scopes) {
            Runnable task = () -> scope.drain(endNanos, told::countDown);
            if (!scope.shard().offer(task)) {
                try {
                    executor.execute(() -> scope.shard().put(task));
                } catch (RejectedExecutionException e) {
                    return; // the engine has ended, or is about to close its connections in another way
                }
            }
        }
    }

    /** Waits until everybody has been told, for no longer than {@code window} and a little; not on an engine's thread. */
    void await(Duration window) {
        try {
            if (!told.await(window.toNanos() + LATE_NANOS, TimeUnit.NANOSECONDS)) {
                LOG.warn("{} connections could not be closed in time one by one", connectionsLeft());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
