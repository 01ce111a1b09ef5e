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
    private final String what;
    private final boolean traces;
    private final RelayClock clock;
    private boolean logged;
    private long loggedAtNanos;
    private long unlogged;

    /** Failures of the server. */
    FaultLog(int shard, RelayClock clock) {
        this(shard, clock, "connection ended by a failure", true);
    }

    private FaultLog(int shard, RelayClock clock, String what, boolean traces) {
        this.shard = shard;
        this.what = what;
        this.traces = traces;
        this.clock = clock;
    }

    /** What peers do wrong: the same, without traces. */
    static FaultLog ofPeers(int shard, RelayClock clock, String what) {
        return new FaultLog(shard, clock, what, false);
    }

    void note(Throwable failure) {
        long now = clock.nanoTime();
        if (logged && now - loggedAtNanos < QUIET_NANOS) {
            unlogged++;
            LOG.debug("shard {}: {}", shard, what, failure);
            return;
        }
        logged = true;
        loggedAtNanos = now;
        if (traces) {
            LOG.warn("shard {}: {}, {} more since the last report", shard, what, unlogged, failure);
        } else {
            LOG.warn("shard {}: {}, {} more since the last report: {}", shard, what, unlogged, failure.getMessage());
        }
        unlogged = 0;
    }
}
