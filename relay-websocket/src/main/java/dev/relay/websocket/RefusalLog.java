package dev.relay.websocket;

import dev.relay.RelayClock;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that connections are refused because a limit is reached: at once for the first, then at most once a minute with the
 * numbers, since it is strangers who decide how many there are.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class RefusalLog {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final int shard;
    private final RelayClock clock;
    private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    private boolean logged;
    private long loggedAtNanos;

    /** Which limit. */
    enum Reason {
        /** The node has as many clients as it takes, or gets them faster than it takes them. */
        FULL,
        /** The address has as many connections as it may have. */
        ADDRESS,
        /** More handshakes than there are places for: the oldest had to go. */
        CROWDED_OUT,
        /** A trusted proxy did not send the header it owes. */
        NO_PROXY_HEADER
    }

    RefusalLog(int shard, RelayClock clock) {
        this.shard = shard;
        this.clock = clock;
    }

    void note(Reason reason) {
        counts.merge(reason, 1L, Long::sum);
        long now = clock.nanoTime();
        if (!logged || now - loggedAtNanos >= QUIET_NANOS) {
            logged = true;
            loggedAtNanos = now;
            LOG.warn("shard {}: connections refused since the last report, by reason: {}", shard, counts);
            counts.clear();
        }
    }
}
