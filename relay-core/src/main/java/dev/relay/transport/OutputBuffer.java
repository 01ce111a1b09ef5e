package dev.relay.transport;

import dev.relay.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A growing direct buffer that an {@link Encoding} writes to.
 *
 * <p><b>Threading.</b> Not thread-safe: owned by one shard.
 */
public final class OutputBuffer {
    private static final int MAX_CAPACITY = 1 << 30;

    private ByteBuffer bytes;

    public OutputBuffer(int initialCapacity) {
        bytes = ByteBuffer.allocateDirect(initialCapacity);
    }

    /** Where the next byte goes. */
    public int position() {
        return bytes.position();
    }

    /** Goes back to an earlier position, forgetting what stood after it, or forward over reserved bytes. */
    public void position(int position) {
        if (position > bytes.capacity()) {
            ensure(position - bytes.position());
        }
        bytes.position(position);
    }

    /** Bytes it can hold before it grows. */
    public int capacity() {
        return bytes.capacity();
    }

    public OutputBuffer put(byte value) {
        ensure(1);
        bytes.put(value);
        return this;
    }

    public OutputBuffer put(byte[] source) {
        ensure(source.length);
        bytes.put(source);
        return this;
    }

    public OutputBuffer put(byte[] source, int offset, int length) {
        ensure(length);
        bytes.put(source, offset, length);
        return this;
    }

    public OutputBuffer put(ByteBuffer source) {
        ensure(source.remaining());
        bytes.put(source);
        return this;
    }

    public OutputBuffer put(Payload payload) {
        ensure(payload.size());
        payload.copyTo(bytes);
        return this;
    }

    /** Writes text in UTF-8. */
    public OutputBuffer putUtf8(String text) {
        return put(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a number in decimal ASCII digits. */
    public OutputBuffer putDecimal(long value) {
        ensure(20);
        if (value < 0) {
            bytes.put((byte) '-');
            if (value == Long.MIN_VALUE) {
                return putUtf8("9223372036854775808");
            }
            value = -value;
        }
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        int end = bytes.position() + digits;
        for (int at = end - 1; at >= end - digits; at--) {
            bytes.put(at, (byte) ('0' + value % 10));
            value /= 10;
        }
        bytes.position(end);
        return this;
    }

    /** Overwrites one byte before the position. */
    public void set(int index, byte value) {
        bytes.put(index, value);
    }

    /** Moves {@code length} bytes from {@code from} to {@code to}; the position stays. */
    public void move(int from, int to, int length) {
        bytes.put(to, bytes, from, length);
    }

    /** A view of {@code [from, to)}, valid until the next write. */
    public ByteBuffer view(int from, int to) {
        return bytes.slice(from, to - from);
    }

    /** Makes room for {@code more} bytes. */
    private void ensure(int more) {
        if (bytes.remaining() < more) {
            grow(more);
        }
    }

    private void grow(int more) {
        long needed = (long) bytes.position() + more;
        if (needed > MAX_CAPACITY) {
            throw new IllegalStateException("output buffer would exceed " + MAX_CAPACITY + " bytes: " + needed);
        }
        long capacity = bytes.capacity();
        while (capacity < needed) {
            capacity *= 2;
        }
        ByteBuffer larger = ByteBuffer.allocateDirect((int) Math.min(capacity, MAX_CAPACITY));
        bytes.flip();
        larger.put(bytes);
        bytes = larger;
    }
}
