package dev.relay.internal.session;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the memory that waits in the outboxes of all shards together. Beyond the limit the worst connections of whichever
 * shard holds most are closed, a few in each of its turns, until three quarters of the limit are left.
 *
 * <p><b>Threading.</b> Any shard's thread.
 */
public final class OutboxBudget {
    private static final long LOG_NANOS = 60_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(OutboxBudget.class);

    private final long limitBytes;
    private final @Nullable SlowConnections[] shards; // complete before the first shard's thread starts

    // Written with release by its shard at the end of a turn in which something waits, read by those that look for the
    // worst. Slightly old figures are benign: they make relief begin or end a turn later.
    private final AtomicLongArray held;

    // Held, by way of a CAS, from the shard that finds the limit exceeded to the one that closes the last connection,
    // so that
    // one shard at a time is at work. It also publishes the fields below from each to the next.
    private final AtomicBoolean relieving = new AtomicBoolean();
    private long closed;
    private long loggedAtNanos;
    private boolean logged;

    public OutboxBudget(int shards, long limitBytes) {
        this.limitBytes = limitBytes;
        this.shards = new @Nullable SlowConnections[shards];
        this.held = new AtomicLongArray(shards);
    }

    void join(int shard, SlowConnections connections) {
        shards[shard] = connections;
    }

    /** A shard holds so much now. */
    void holds(int shard, long bytes) {
        held.setRelease(shard, bytes);
    }

    /** Sees to it that some connections are closed soon, if that is necessary. */
    void relieveIfExceeded() {
        if (total() > limitBytes && relieving.compareAndSet(false, true)) {
            worstShard().relieveSoon();
        }
    }

    /** Whether more should be closed, once it has begun. */
    boolean wantsMore() {
        return total() > limitBytes - limitBytes / 4;
    }

    /** A shard has closed so many of its worst, called by that shard. */
    void relieved(int connections, long nowNanos) {
        closed += connections;
        if (connections > 0 && wantsMore()) {
            worstShard().relieveSoon();
            return;
        }
        if (closed > 0 && (!logged || nowNanos - loggedAtNanos > LOG_NANOS)) {
            LOG.warn(
                    "more than {} bytes waited for connections that do not keep up: closed {} of them; raise the budget of the"
                            + " outboxes if this happens to clients that are well",
                    limitBytes,
                    closed);
            closed = 0;
            logged = true;
            loggedAtNanos = nowNanos;
        }
        relieving.set(false);
        if (connections > 0) {
            relieveIfExceeded(); // another shard may have found it exceeded, and relief under way, a moment ago
        }
    }

    private long total() {
        long total = 0;
        for (int shard = 0; shard < held.length(); shard++) {
            total += held.getAcquire(shard);
        }
        return total;
    }

    private SlowConnections worstShard() {
        int worst = 0;
        for (int shard = 1; shard < held.length(); shard++) {
            if (held.getAcquire(shard) > held.getAcquire(worst)) {
                worst = shard;
            }
        }
        return requireNonNull(shards[worst], "joined");
    }
}
