package dev.relay.internal.outbox;

/**
 * What waits in the outboxes of one shard, counted as the memory it takes: a copy that many connections share counts once.
 *
 * <p><b>Threading.</b> Owned by one shard.
 */
public final class Backlog {
    private long bytes;
    private long dropped;

    /** Bytes of memory that what waits takes. */
    public long bytes() {
        return bytes;
    }

    /** Publications given up so far, each counted at every connection that has not got it. */
    public long dropped() {
        return dropped;
    }

    void more(long taken) {
        bytes += taken;
    }

    void less(long given) {
        bytes -= given;
    }

    void drop(int publications) {
        dropped += publications;
    }
}
