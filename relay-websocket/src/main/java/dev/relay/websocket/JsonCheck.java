package dev.relay.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Whether bytes that somebody else made are one JSON value.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class JsonCheck {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long NEW_LINES = '\n' * ONES;
    private static final long RETURNS = '\r' * ONES;

    private JsonCheck() {}

    /**
     * Takes raw line breaks out of {@code bytes}, in place, if they are exactly one JSON value in UTF-8; in such a value
     * they can only be white space.
     *
     * @return how many bytes are left at the front; −1 if it is no JSON value, and the bytes are as they were
     */
    static int normalize(byte[] bytes) {
        return isValue(bytes, 0, bytes.length) ? takeLineBreaksOut(bytes) : -1;
    }

    /** Takes all line breaks out of {@code bytes}, in place; returns how many bytes are left at the front. */
    static int takeLineBreaksOut(byte[] bytes) {
        int length = 0;
        for (byte b : bytes) {
            if (!isLineBreak(b)) {
                bytes[length++] = b;
            }
        }
        return length;
    }

    /** Whether there is a line break in {@code bytes[from, to)}; eight bytes at a time, since every command is asked. */
    static boolean hasLineBreak(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long eight = (long) LONGS.get(bytes, at);
            if ((zeros(eight ^ NEW_LINES) | zeros(eight ^ RETURNS)) != 0) {
                return true;
            }
        }
        for (; at < to; at++) {
            if (isLineBreak(bytes[at])) {
                return true;
            }
        }
        return false;
    }

    /** Not 0 if one of the eight bytes is 0. */
    private static long zeros(long eight) {
        return (eight - ONES) & ~eight & HIGH_BITS;
    }

    /** Whether {@code bytes[from, to)} are exactly one JSON value in UTF-8, maybe with white space around it. */
    static boolean isValue(byte[] bytes, int from, int to) {
        if (!Utf8.isValid(bytes, from, to)) {
            return false;
        }
        JsonCursor in = new JsonCursor();
        in.reset(bytes, from, to);
        try {
            in.next();
            in.skipChildren();
            return in.next() == JsonCursor.Token.END;
        } catch (MalformedCommand e) {
            return false;
        }
    }

    private static boolean isLineBreak(byte b) {
        return b == '\n' || b == '\r';
    }
}
