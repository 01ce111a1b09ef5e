package dev.relay.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. Stateless. */
final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

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
