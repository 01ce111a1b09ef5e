package dev.relay.transport;

import dev.relay.RelayClock;

/** A shard, as its poller sees it. */
public interface ShardContext {
    /** 0 to {@link #count()} − 1. */
    int index();

    /** How many shards the engine has. */
    int count();

    RelayClock clock();

    /**
     * Whether the engine takes one more client: to be asked before a handshake is accepted; a connection that is refused is
     * never {@linkplain Connection#open opened}. Shard's thread only.
     */
    boolean hasRoom();

    /** Most clients the engine takes; {@link Integer#MAX_VALUE} where only the edge limits them. */
    default int connectionsPerNode() {
        return Integer.MAX_VALUE;
    }

    /** Counts bytes that a connection has received, before they are decoded. Shard's thread only. */
    default void received(int bytes) {}

    /** Counts somebody who was turned away without becoming a connection. Shard's thread only. */
    default void refused(RefusalReason reason) {}

    /** A new connection of this shard. Shard's thread only. */
    Connection connect(Transport transport);

    /**
     * Runs {@code task} on this shard after at least {@code delayNanos}, with a resolution of some milliseconds. Shard's
     * thread only.
     */
    Timer schedule(long delayNanos, Runnable task);

    /** A task that waits for its time. */
    interface Timer {
        /** The task will not run, unless it already has. Shard's thread only. Idempotent. */
        void cancel();
    }
}
