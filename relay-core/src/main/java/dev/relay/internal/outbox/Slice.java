package dev.relay.internal.outbox;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes that a socket has not taken yet: the rest of a copied chunk.
 *
 * @param bytes the whole chunk; shared by all connections that wait with it, never changed
 * @param frameEnds where its frames end, ascending
 * @param from the first byte that is left
 */
@SuppressWarnings("ArrayRecordComponent") // a view, compared by nobody
record Slice(byte[] bytes, int[] frameEnds, int from) {
    int remaining() {
        return bytes.length - from;
    }

    Slice from(int offset) {
        return new Slice(bytes, frameEnds, offset);
    }

    ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes, from, bytes.length - from);
    }

    /** What is left of the frame that has been sent in part; empty if none has. */
    Slice restOfFrame() {
        int start = 0;
        for (int end : frameEnds) {
            if (start == from) {
                break;
            }
            if (end > from) {
                byte[] rest = Arrays.copyOfRange(bytes, from, end);
                return new Slice(rest, new int[] {rest.length}, 0);
            }
            start = end;
        }
        return new Slice(new byte[0], new int[0], 0);
    }
}
