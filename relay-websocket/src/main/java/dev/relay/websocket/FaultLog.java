package dev.relay.websocket;

import dev.relay.RelayClock;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs failures that ended a connection and are a fault of the server: one a minute with its trace, the rest counted,
 * since a stranger may have found out how to cause them.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class FaultLog {
    private static final Logger LOG = LoggerFactory.getLogger(FaultLog.class);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final int shard;
    private final RelayClock clock;
    private boolean logged;
    private long loggedAtNanos;
    private long unlogged;

    FaultLog(int shard, RelayClock clock) {
        this.shard = shard;
        this.clock = clock;
    }

    void note(Throwable failure) {
        long now = clock.nanoTime();
        if (logged && now - loggedAtNanos < QUIET_NANOS) {
            unlogged++;
            LOG.debug("shard {}: connection ended by a failure", shard, failure);
            return;
        }
        logged = true;
        loggedAtNanos = now;
        LOG.warn("shard {}: connection ended by a failure, {} more since the last report", shard, unlogged, failure);
        unlogged = 0;
    }
}
