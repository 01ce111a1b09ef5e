package dev.relay.websocket;

import dev.relay.transport.OutputBuffer;

/** The header of a data frame, which depends on what follows it: room is left first, and filled in last. Stateless. */
final class DataFrame {
    /** A little under 64 KiB: with messages of a usual size the payload then fits the short header, and is not moved. */
    static final int MAX_BYTES = 60 * 1024;

    /** First byte of a whole text message. */
    static final byte TEXT = (byte) 0x81;

    /** First byte of a whole binary message. */
    static final byte BINARY = (byte) 0x82;

    /** In the first byte, RSV1: the message is deflated (RFC 7692 6). */
    static final int DEFLATED = 0x40;

    private static final int SMALLEST_HEADER = 2;
    private static final int RESERVED_HEADER = 4;
    private static final int LARGEST_HEADER = 10;

    private DataFrame() {}

    static void begin(OutputBuffer out) {
        out.position(out.position() + RESERVED_HEADER);
    }

    /** Where the payload of a frame stands that has not ended yet. */
    static int payloadStart(int frameStart) {
        return frameStart + RESERVED_HEADER;
    }

    /** Says of a frame that has ended that its payload is deflated. */
    static void markDeflated(OutputBuffer out, int frameStart) {
        byte first = out.view(frameStart, frameStart + 1).get(0);
        out.set(frameStart, (byte) (first | DEFLATED));
    }

    static void end(OutputBuffer out, int frameStart, byte first) {
        int payloadStart = payloadStart(frameStart);
        int length = out.position() - payloadStart;
        if (length <= 125) {
            out.move(payloadStart, frameStart + SMALLEST_HEADER, length);
            out.position(frameStart + SMALLEST_HEADER + length);
            out.set(frameStart + 1, (byte) length);
        } else if (length <= 0xffff) {
            out.set(frameStart + 1, (byte) 126);
            out.set(frameStart + 2, (byte) (length >>> 8));
            out.set(frameStart + 3, (byte) length);
        } else {
            out.position(frameStart + LARGEST_HEADER + length); // grows the buffer
            out.move(payloadStart, frameStart + LARGEST_HEADER, length);
            out.set(frameStart + 1, (byte) 127);
            for (int i = 0; i < Long.BYTES; i++) {
                out.set(frameStart + 2 + i, (byte) ((long) length >>> (56 - 8 * i)));
            }
        }
        out.set(frameStart, first);
    }
}
