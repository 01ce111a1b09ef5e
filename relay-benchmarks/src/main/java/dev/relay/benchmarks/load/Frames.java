package dev.relay.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Frames of RFC 6455 as a client writes them, masked. */
public final class Frames {
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    /** Longest header of a client's frame. */
    public static final int MAX_HEADER_BYTES = 14;

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;

    private Frames() {}

    /** Appends a whole message. */
    public static void put(ByteBuffer out, int opcode, byte[] payload, int length, SplittableRandom random) {
        put(out, FIN | opcode, payload, length, length, random);
    }

    /** Appends a frame of a message that goes on. */
    static void putUnfinished(ByteBuffer out, int opcode, byte[] payload, int length, SplittableRandom random) {
        put(out, opcode, payload, length, length, random);
    }

    /** Appends a frame that claims to be longer than it is. */
    static void putClaiming(ByteBuffer out, int opcode, byte[] payload, long claimed, SplittableRandom random) {
        put(out, FIN | opcode, payload, payload.length, claimed, random);
    }

    private static void put(
            ByteBuffer out, int first, byte[] payload, int length, long claimed, SplittableRandom random) {
        out.put((byte) first);
        if (claimed < 126) {
            out.put((byte) (MASKED | claimed));
        } else if (claimed < 1 << 16) {
            out.put((byte) (MASKED | 126)).putShort((short) claimed);
        } else {
            out.put((byte) (MASKED | 127)).putLong(claimed);
        }
        int mask = random.nextInt();
        out.putInt(mask);
        for (int i = 0; i < length; i++) {
            out.put((byte) (payload[i] ^ mask >> (24 - 8 * (i & 3))));
        }
    }
}
