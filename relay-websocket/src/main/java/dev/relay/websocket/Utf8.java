package dev.relay.websocket;

import dev.relay.transport.OutputBuffer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. A surrogate without its other half
 * is written as U+FFFD. Stateless.
 */
final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final char REPLACEMENT = '\ufffd';

    private Utf8() {}

    /** How many bytes {@link #put} writes. */
    static int size(String text) {
        int size = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                size += c < 0x800 ? 1 : 2;
                if (isPair(text, i)) {
                    i++; // four bytes for two chars: two more than what the length counts
                }
            }
        }
        return size;
    }

    static void put(OutputBuffer out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                out.put((byte) c);
            } else {
                i += putBeyondAscii(out, text, i);
            }
        }
    }

    /** Writes the character at {@code index}, which is not ASCII; returns how many more chars than one that took. */
    static int putBeyondAscii(OutputBuffer out, String text, int index) {
        char c = text.charAt(index);
        if (isPair(text, index)) {
            int codePoint = Character.toCodePoint(c, text.charAt(index + 1));
            out.put((byte) (0xf0 | (codePoint >> 18)))
                    .put((byte) (0x80 | ((codePoint >> 12) & 0x3f)))
                    .put((byte) (0x80 | ((codePoint >> 6) & 0x3f)))
                    .put((byte) (0x80 | (codePoint & 0x3f)));
            return 1;
        }
        char basic = Character.isSurrogate(c) ? REPLACEMENT : c;
        if (basic < 0x800) {
            out.put((byte) (0xc0 | (basic >> 6)));
        } else {
            out.put((byte) (0xe0 | (basic >> 12))).put((byte) (0x80 | ((basic >> 6) & 0x3f)));
        }
        out.put((byte) (0x80 | (basic & 0x3f)));
        return 0;
    }

    private static boolean isPair(String text, int index) {
        return Character.isHighSurrogate(text.charAt(index))
                && index + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(index + 1));
    }

    /** Whether {@code bytes[from, to)} is well-formed. */
    static boolean isValid(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            while (at <= to - Long.BYTES && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
                at += Long.BYTES;
            }
            if (at == to) {
                return true;
            }
            if (bytes[at] >= 0) {
                at++;
                continue;
            }
            int length = sequence(bytes, at, to);
            if (length == 0) {
                return false;
            }
            at += length;
        }
        return true;
    }

    /** Length of the well-formed sequence of two to four bytes at {@code at}; 0 if there is none. */
    private static int sequence(byte[] bytes, int at, int to) {
        int lead = bytes[at] & 0xff;
        if (lead < 0xc2) {
            return 0;
        }
        if (lead < 0xe0) {
            return continues(bytes, at + 1, to, 0x80, 0xbf) ? 2 : 0;
        }
        if (lead < 0xf0) {
            return continues(bytes, at + 1, to, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf)
                            && continues(bytes, at + 2, to, 0x80, 0xbf)
                    ? 3
                    : 0;
        }
        return lead < 0xf5
                        && continues(bytes, at + 1, to, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf)
                        && continues(bytes, at + 2, to, 0x80, 0xbf)
                        && continues(bytes, at + 3, to, 0x80, 0xbf)
                ? 4
                : 0;
    }

    private static boolean continues(byte[] bytes, int at, int to, int low, int high) {
        if (at >= to) {
            return false;
        }
        int value = bytes[at] & 0xff;
        return value >= low && value <= high;
    }
}
