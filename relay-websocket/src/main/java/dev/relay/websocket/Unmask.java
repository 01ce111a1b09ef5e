package dev.relay.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Takes the mask off a client's payload, eight bytes at a time, while it is copied. Stateless. */
final class Unmask {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Unmask() {}

    /** Moves {@code length} bytes from the position of {@code in}, which is big-endian, to {@code target[at]} on. */
    static void unmask(ByteBuffer in, int mask, byte[] target, int at, int length) {
        long wide = ((long) mask << 32) | (mask & 0xffff_ffffL);
        int from = in.position();
        int done = 0;
        for (; done <= length - Long.BYTES; done += Long.BYTES) {
            LONGS.set(target, at + done, in.getLong(from + done) ^ wide);
        }
        for (int shift = 24; done < length; done++, shift = shift == 0 ? 24 : shift - 8) {
            target[at + done] = (byte) (in.get(from + done) ^ (mask >>> shift));
        }
        in.position(from + length);
    }
}
