package dev.relay.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * What a message says about itself, in printable characters that need no escape in JSON: {@code ~}, when it was to be sent
 * (nanoseconds), its channel, its number in that channel; then filler up to the size of the payload, and {@code !} as its
 * last byte, so that a message cut short is noticed.
 */
final class Marker {
    /** Shortest payload that holds one. */
    static final int MIN_BYTES = 20;

    private static final byte START = '~';
    private static final byte END = '!';
    private static final int TIME_DIGITS = 9;
    private static final int CHANNEL_DIGITS = 3;
    private static final int SEQUENCE_DIGITS = 6;
    private static final byte[] DIGITS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(US_ASCII);
    private static final byte[] VALUES = new byte[128];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < DIGITS.length; i++) {
            VALUES[DIGITS[i]] = (byte) i;
        }
    }

    private Marker() {}

    /** Fills {@code payload}; {@code nanos} is not negative and below 2^54. */
    static void write(byte[] payload, long nanos, int channel, long sequence) {
        payload[0] = START;
        int at = digits(payload, 1, TIME_DIGITS, nanos);
        at = digits(payload, at, CHANNEL_DIGITS, channel);
        at = digits(payload, at, SEQUENCE_DIGITS, sequence);
        Arrays.fill(payload, at, payload.length - 1, (byte) 'x');
        payload[payload.length - 1] = END;
    }

    /** Whether one may begin here; no envelope holds this character. */
    static boolean startsAt(byte[] bytes, int at) {
        return bytes[at] == START;
    }

    /** Whether the payload that begins at {@code at} is whole. */
    static boolean isWhole(byte[] bytes, int at, int payloadBytes) {
        return bytes[at + payloadBytes - 1] == END && digitsOnly(bytes, at + 1, MIN_BYTES - 2);
    }

    static long nanos(byte[] bytes, int at) {
        return number(bytes, at + 1, TIME_DIGITS);
    }

    static int channel(byte[] bytes, int at) {
        return (int) number(bytes, at + 1 + TIME_DIGITS, CHANNEL_DIGITS);
    }

    static long sequence(byte[] bytes, int at) {
        return number(bytes, at + 1 + TIME_DIGITS + CHANNEL_DIGITS, SEQUENCE_DIGITS);
    }

    private static int digits(byte[] to, int at, int count, long value) {
        long rest = value;
        for (int i = at + count - 1; i >= at; i--) {
            to[i] = DIGITS[(int) rest & 63];
            rest >>>= 6;
        }
        return at + count;
    }

    private static boolean digitsOnly(byte[] bytes, int at, int count) {
        int faults = 0;
        for (int i = at; i < at + count; i++) {
            faults |= VALUES[bytes[i] & 127] | bytes[i];
        }
        return faults >= 0;
    }

    private static long number(byte[] bytes, int at, int count) {
        long value = 0;
        for (int i = at; i < at + count; i++) {
            value = value << 6 | VALUES[bytes[i]];
        }
        return value;
    }
}
