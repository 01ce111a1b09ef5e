package dev.relay;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Immutable bytes that Relay carries and does not look into.
 *
 * <p>Relay remembers whether somebody has already proved that the bytes are one JSON value without raw line breaks: a
 * {@linkplain #isJson() JSON payload} can be written to a JSON client as it is, any other is checked first, once per
 * publication and encoding.
 *
 * <p><b>Threading.</b> Immutable; any thread.
 */
public final class Payload {
    private static final Payload EMPTY = new Payload(new byte[0], false);
    private static final Payload WITHHELD = new Payload(new byte[0], false);

    private final byte[] bytes;
    private final boolean json;

    private Payload(byte[] bytes, boolean json) {
        this.bytes = bytes;
        this.json = json;
    }

    /** A payload of these bytes, copied; whether they are JSON is found out when a JSON client needs to know. */
    public static Payload of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Payload(bytes.clone(), false);
    }

    /** A payload of {@code bytes[offset, offset + length)}, copied; else as {@link #of(byte[])}. */
    public static Payload of(byte[] bytes, int offset, int length) {
        return length == 0 ? EMPTY : new Payload(Arrays.copyOfRange(bytes, offset, offset + length), false);
    }

    /** A payload of this text in UTF-8; usually a JSON document, which is checked when a JSON client needs it. */
    public static Payload of(String text) {
        requireNonNull(text, "text");
        return text.isEmpty() ? EMPTY : new Payload(text.getBytes(StandardCharsets.UTF_8), false);
    }

    /**
     * A payload of {@code bytes[offset, offset + length)}, copied, which the caller has verified to be exactly one JSON
     * value without raw line breaks. For codecs: a wrong claim sends broken frames to every JSON subscriber.
     */
    public static Payload verifiedJson(byte[] bytes, int offset, int length) {
        return new Payload(Arrays.copyOfRange(bytes, offset, offset + length), true);
    }

    /** The payload without bytes. */
    public static Payload empty() {
        return EMPTY;
    }

    /** In place of a payload that is not kept; no client is ever sent it. */
    public static Payload withheld() {
        return WITHHELD;
    }

    /** Whether this stands in place of a payload that was not kept. */
    public boolean isWithheld() {
        return this == WITHHELD;
    }

    /** Whether the bytes are known to be exactly one JSON value without raw line breaks; {@code false} means unknown. */
    public boolean isJson() {
        return json;
    }

    /** Number of bytes. */
    public int size() {
        return bytes.length;
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** A read-only view of the bytes, without copying. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** Puts all bytes into {@code target} at its position. */
    public void copyTo(ByteBuffer target) {
        target.put(bytes);
    }

    /** The bytes read as UTF-8; malformed input becomes U+FFFD. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Equal bytes make equal payloads, whatever is known about them. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The size only: payloads do not belong in logs. */
    @Override
    public String toString() {
        return "Payload[" + bytes.length + " bytes]";
    }
}
