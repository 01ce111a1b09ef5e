package dev.relay.jdbc;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a drain says: once per episode, or once a minute with a count, never once a row. One thread. */
final class OutboxLog {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxDrain.class);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String target;
    private int failures;
    private boolean refusing;
    private boolean forsaken;
    private long parked; // since it was said
    private long saidNanos;

    OutboxLog(String target) {
        this.target = target;
        this.saidNanos = System.nanoTime() - QUIET_NANOS;
    }

    /** The table can be used. */
    void works() {
        if (failures > 0) {
            LOG.info("the outbox can be drained again, after {} attempts: {}", failures, target);
            failures = 0;
        }
    }

    /** The table cannot be used. */
    void fails(RuntimeException failure) {
        if (failures++ == 0) {
            LOG.warn("the outbox cannot be drained, trying again: {}", failure.toString());
        }
        LOG.debug("cause", failure);
    }

    /** Rows were refused for now, by channel; none if the map is empty. */
    void refused(Map<String, String> channels) {
        if (!channels.isEmpty() && !refusing) {
            Map.Entry<String, String> first = channels.entrySet().iterator().next();
            LOG.warn(
                    "rows of the outbox are refused for now and tried again: channels={} first={}: {}",
                    channels.size(),
                    first.getKey(),
                    first.getValue());
        }
        refusing = !channels.isEmpty();
    }

    /** Rows were parked. */
    void parked(List<OutboxMessage> rows, Map<Long, String> reasons) {
        parked += reasons.size();
        long now = System.nanoTime();
        if (now - saidNanos < QUIET_NANOS) {
            return;
        }
        Map.Entry<Long, String> first = reasons.entrySet().iterator().next();
        String channel = rows.stream()
                .filter(row -> row.id() == first.getKey())
                .map(OutboxMessage::channel)
                .findFirst()
                .orElse("");
        LOG.warn(
                "rows of relay_outbox cannot be published and are parked: count={} first id={} channel={}: {}; "
                        + "parked_reason has each one's, and setting parked_at to NULL tries again",
                parked,
                first.getKey(),
                channel,
                first.getValue());
        saidNanos = now;
        parked = 0;
    }

    /** Whether a published row is not deleted by whoever should. */
    void forsaken(boolean is) {
        if (is && !forsaken) {
            LOG.error(
                    "published rows of relay_outbox stay there: is the journal of this engine the one whose outbox is drained?"
                            + " A restart would publish them again: {}",
                    target);
        }
        forsaken = is;
    }

    void interrupted() {
        LOG.warn("the drain of the outbox was interrupted and ends: {}", target);
    }
}
