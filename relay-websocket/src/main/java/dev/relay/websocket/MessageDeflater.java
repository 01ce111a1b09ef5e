package dev.relay.websocket;

import dev.relay.transport.OutputBuffer;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deflates whole messages as permessage-deflate has them (RFC 7692 7.2.1), each by itself. One serves all connections of a
 * shard: nothing of a message is kept for the next, so that what is deflated once can be sent to many.
 *
 * <p>Holds memory outside the heap, about 256 KiB, from the first message until {@link #close()}.
 *
 * <p><b>Threading.</b> Owned by one shard.
 */
final class MessageDeflater implements AutoCloseable {
    /** Longer messages would hold up the shard for more than some milliseconds. */
    static final int MAX_BYTES = 256 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(MessageDeflater.class);

    /** What a flush ends with and a message must not. */
    private static final int TAIL_BYTES = 4;

    private final int minBytes;
    private @Nullable Deflater deflater;
    private boolean closed;
    private boolean failing;
    private long messages;
    private long plainBytes;
    private long deflatedBytes;

    /** @param minBytes of a message below which deflating it is not worth the time */
    MessageDeflater(int minBytes) {
        this.minBytes = minBytes;
    }

    /**
     * Puts the deflated form of {@code [from, out.position())} in its place.
     *
     * @return whether it did; else everything is as it was, since the message is too short or too long for it, or would
     *     not become shorter. Never throws: who calls this has many receivers to think of.
     */
    boolean deflate(OutputBuffer out, int from) {
        int to = out.position();
        int length = to - from;
        if (length < minBytes || length > MAX_BYTES || closed) {
            return false;
        }
        try {
            int deflated = deflateBehind(out, from, length);
            if (deflated < length) {
                out.move(to, from, deflated);
                out.position(from + deflated);
                messages++;
                plainBytes += length;
                deflatedBytes += deflated;
                failing = false;
                return true;
            }
        } catch (Throwable e) { // no memory for it, most likely: nobody has to go without the message
            failed(e);
        }
        out.position(to);
        return false;
    }

    /** Deflates into the room behind the message; returns the number of bytes, as many as the message has if it is no use. */
    private int deflateBehind(OutputBuffer out, int from, int length) {
        Deflater with = deflater;
        if (with == null) {
            // A fan-out of 1 KiB of JSON is a third of its size at every level, but takes twice the time at the default
            // one; of 60 KiB it takes four times as long to save 2 % more.
            with = new Deflater(Deflater.BEST_SPEED, true);
            deflater = with;
        }
        out.position(from + 2 * length);
        ByteBuffer input = out.view(from, from + length);
        ByteBuffer output = out.view(from + length, from + 2 * length);
        try {
            with.setInput(input);
            int written = with.deflate(output, Deflater.SYNC_FLUSH);
            return output.hasRemaining() ? written - TAIL_BYTES : length;
        } finally {
            with.reset(); // lets go of the buffers too
        }
    }

    /** How many messages have been deflated so far. */
    long messages() {
        return messages;
    }

    /** Whether it holds memory outside the heap. */
    boolean isHolding() {
        return deflater != null;
    }

    /** Lets go of the memory; messages are left as they are from now on. Idempotent. */
    @Override
    public void close() {
        closed = true;
        if (messages > 0) {
            LOG.debug("deflated {} messages, from {} to {} bytes", messages, plainBytes, deflatedBytes);
        }
        end();
    }

    private void end() {
        if (deflater != null) {
            deflater.end();
            deflater = null;
        }
    }

    private void failed(Throwable e) {
        end(); // its state is not known any more
        if (!failing) {
            failing = true;
            LOG.warn("a message could not be deflated; messages are sent as they are until it works again", e);
        }
    }
}
