package dev.relay.websocket;

import dev.relay.RelayClock;
import dev.relay.transport.RefusalReason;
import dev.relay.transport.ShardContext;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts connections that are refused, and says so where a limit is reached: at once for the first, then at most once a minute with the
 * numbers, since it is strangers who decide how many there are.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class RefusalLog {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final ShardContext shard;
    private final RelayClock clock;
    private final Map<RefusalReason, Long> counts = new EnumMap<>(RefusalReason.class);
    private boolean logged;
    private long loggedAtNanos;

    RefusalLog(ShardContext shard) {
        this.shard = shard;
        this.clock = shard.clock();
    }

    void note(RefusalReason reason) {
        shard.refused(reason);
        counts.merge(reason, 1L, Long::sum);
        long now = clock.nanoTime();
        if (!logged || now - loggedAtNanos >= QUIET_NANOS) {
            logged = true;
            loggedAtNanos = now;
            LOG.warn("shard {}: connections refused since the last report, by reason: {}", shard.index(), counts);
            counts.clear();
        }
    }
}
