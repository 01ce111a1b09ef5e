package dev.relay.websocket;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects the head of a request, up to its empty line, in a buffer that grows with what arrives. Each byte is looked at
 * once: the library would read the head again from its start with every piece.
 */
final class RequestHead {
    private byte[] bytes = new byte[0];
    private int length;

    /** Takes bytes off {@code in} up to the end of the head, or all; whether the head is complete. */
    boolean take(ByteBuffer in) {
        int taken = Math.min(in.remaining(), EdgeOptions.MAX_HEADER_BYTES - length);
        if (bytes.length < length + taken) {
            int room = Math.max(length + taken, Math.min(2 * bytes.length, EdgeOptions.MAX_HEADER_BYTES));
            bytes = Arrays.copyOf(bytes, room);
        }
        in.get(bytes, length, taken);
        int known = length;
        length += taken;
        for (int i = Math.max(3, known); i < length; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                in.position(in.position() - (length - i - 1));
                length = i + 1;
                return true;
            }
        }
        return false;
    }

    /** Whether the head has its greatest length and still no end. */
    boolean isFull() {
        return length == EdgeOptions.MAX_HEADER_BYTES;
    }

    /** What it is, if it is complete and one of HTTP/1.1. */
    @Nullable
    Handshake parse() {
        return Handshake.parse(bytes, length);
    }
}
