package dev.relay.transport;

/**
 * What a shard waits on: a selector at an edge, a park without one.
 *
 * <p><b>Threading.</b> The shard's thread only, except {@link #wakeup()}.
 */
public interface Poller {
    /**
     * Handles what is ready and returns; where nothing is, waits for it up to {@code timeoutNanos} (0: not at all;
     * {@link Long#MAX_VALUE}: without limit) or until {@link #wakeup()}. A failure that concerns one connection ends that
     * connection; a throw ends the engine.
     */
    void poll(long timeoutNanos);

    /** Makes the current or the next {@link #poll} return at once. Any thread. */
    void wakeup();

    /** Takes no new connections from now on, for good. */
    void stopAccepting();

    /** Releases everything; connections that are left are dropped. Idempotent. */
    void close();
}
