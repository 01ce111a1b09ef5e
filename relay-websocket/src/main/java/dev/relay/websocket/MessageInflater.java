package dev.relay.websocket;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates whole messages as permessage-deflate has them (RFC 7692 7.2.2), each by itself, and stops at a length: what a
 * stranger has made of a few bytes costs at most that. One serves all connections of a shard.
 *
 * <p>Holds memory outside the heap, about 40 KiB, from the first message until {@link #close()}.
 *
 * <p><b>Threading.</b> Owned by one shard.
 */
final class MessageInflater implements AutoCloseable {
    /** Result: the message is longer than is allowed. */
    static final int TOO_LONG = -1;

    /** Result: not deflated data, or not all of it. */
    static final int CORRUPT = -2;

    /** Most streams of one message that end within it; each costs time, and an honest sender needs one for a fragment. */
    private static final int MAX_ENDED_STREAMS = EdgeOptions.MAX_FRAGMENTS;

    private static final int FIRST_BYTES = 16 * 1024;

    /** The end that the sender has cut off, and an empty last block: only behind a whole message is that one seen. */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff, 1, 0, 0, (byte) 0xff, (byte) 0xff};

    private final int maxBytes;
    private @Nullable Inflater inflater;
    private boolean closed;
    private byte[] bytes = {};
    private int count;
    private int endedStreams;

    /** @param maxBytes longest message, inflated */
    MessageInflater(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * How long a deflated message may be: as {@code maxBytes}, and a little more, since what cannot be made shorter becomes
     * a little longer.
     */
    static int maxDeflatedBytes(int maxBytes) {
        return maxBytes + (maxBytes >> 10) + 64;
    }

    /**
     * Inflates {@code message[0, length)} to {@link #bytes()}.
     *
     * @return the number of bytes, or {@link #TOO_LONG} or {@link #CORRUPT}
     */
    int inflate(byte[] message, int length) {
        if (closed) {
            return CORRUPT; // the connection is about to end
        }
        Inflater with = inflater;
        if (with == null) {
            with = new Inflater(true);
            inflater = with;
        }
        count = 0;
        endedStreams = 0;
        try {
            feed(with, message, length);
            if (count <= maxBytes) {
                feed(with, TAIL, TAIL.length);
            }
            return count > maxBytes ? TOO_LONG : with.finished() ? count : CORRUPT;
        } catch (DataFormatException e) {
            return CORRUPT;
        } finally {
            with.reset(); // lets go of the message too
        }
    }

    /** What {@link #inflate} has made, valid until the next call. */
    byte[] bytes() {
        return bytes;
    }

    /** Whether it holds memory outside the heap. */
    boolean isHolding() {
        return inflater != null;
    }

    /** Lets go of the memory. Idempotent. */
    @Override
    public void close() {
        closed = true;
        bytes = new byte[0];
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
    }

    /** Takes all of the input, unless it makes more than is allowed: then one byte more than that has been made. */
    private void feed(Inflater with, byte[] input, int length) throws DataFormatException {
        with.setInput(input, 0, length);
        while (count <= maxBytes) {
            if (with.finished()) {
                int rest = with.getRemaining();
                if (rest == 0) {
                    return;
                }
                if (++endedStreams > MAX_ENDED_STREAMS) {
                    throw new DataFormatException("too many streams in one message");
                }
                with.reset();
                with.setInput(input, length - rest, rest);
            }
            if (count == bytes.length) {
                grow();
            }
            int inflated = with.inflate(bytes, count, bytes.length - count);
            count += inflated;
            if (inflated == 0 && !with.finished()) {
                return;
            }
        }
    }

    private void grow() {
        long wanted = Math.max(FIRST_BYTES, 2L * bytes.length);
        bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, maxBytes + 1L));
    }
}
