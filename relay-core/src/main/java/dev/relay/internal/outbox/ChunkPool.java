package dev.relay.internal.outbox;

import dev.relay.OverflowPolicy;
import dev.relay.internal.shard.ShardMeter;
import dev.relay.transport.Encoding;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The chunks of one shard, kept for reuse, since direct memory is dear to get.
 *
 * <p><b>Threading.</b> Owned by one shard.
 */
public final class ChunkPool {
    private static final int MAX_KEPT_BYTES = 16 << 20;
    private static final int MAX_KEPT_CHUNK = 256 << 10;
    private static final int SCRATCH_BYTES = 128 << 10;

    private final ArrayDeque<Chunk> free = new ArrayDeque<>();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final Backlog backlog = new Backlog();
    private final ShardMeter meter;
    private long keptBytes;

    /** @param meter of the shard that owns it */
    public ChunkPool(ShardMeter meter) {
        this.meter = meter;
    }

    /** What waits of this shard's chunks, since sockets have not taken it. */
    public Backlog backlog() {
        return backlog;
    }

    /** An empty chunk for one user and encoding. */
    public Chunk take(Encoding encoding) {
        Chunk chunk = take();
        chunk.encodeWith(encoding);
        return chunk;
    }

    /** An empty chunk for one user and encoding, whose messages may be given up as the policy has it. */
    public Chunk take(Encoding encoding, OverflowPolicy overflow) {
        Chunk chunk = take(encoding);
        chunk.overflowWith(overflow);
        return chunk;
    }

    /** An empty chunk for one user. */
    Chunk take() {
        Chunk chunk = free.pollLast();
        if (chunk == null) {
            return new Chunk();
        }
        keptBytes -= chunk.capacity();
        return chunk;
    }

    /** One user less. */
    public void release(Chunk chunk) {
        if (!chunk.release()) {
            return;
        }
        if (chunk.deliveries() > 0) {
            meter.delivered(chunk.oldestMicros(), chunk.deliveries());
        }
        if (chunk.capacity() <= MAX_KEPT_CHUNK && keptBytes + chunk.capacity() <= MAX_KEPT_BYTES) {
            chunk.reset();
            keptBytes += chunk.capacity();
            free.addLast(chunk);
        }
    }

    /** A socket has taken so many bytes. */
    void sent(int bytes) {
        meter.count(ShardMeter.Count.SENT_BYTES, bytes);
    }

    /** A direct buffer to gather several pieces in for one write; empty, to be used at once. */
    ByteBuffer scratch() {
        return scratch.clear();
    }
}
