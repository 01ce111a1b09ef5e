package dev.relay.standalone.api;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what went wrong inside: once a minute with its trace, the rest counted, since a caller may have found out how to
 * cause it.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class FaultLog {
    private static final Logger LOG = LoggerFactory.getLogger(ServerApi.class);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private boolean logged;
    private long loggedAtNanos;
    private long unlogged;

    void note(Throwable failure) {
        long before;
        synchronized (this) {
            long now = System.nanoTime();
            if (logged && now - loggedAtNanos < QUIET_NANOS) {
                unlogged++;
                return;
            }
            logged = true;
            loggedAtNanos = now;
            before = unlogged;
            unlogged = 0;
        }
        LOG.warn("a call of the server API failed, {} more since the last report", before, failure);
    }
}
