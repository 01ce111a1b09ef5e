package dev.relay.websocket;

import com.google.protobuf.WireFormat;
import dev.relay.Payload;
import dev.relay.transport.OutputBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Fields on the wire. Each kind of field has two methods of one name: what it takes, and, with a buffer, the writing of it. A
 * field with its zero value takes nothing and is not written; a message always is, if only as an empty one.
 *
 * <p>Stateless.
 */
final class ProtobufWire {
    private ProtobufWire() {}

    // ---- sizes in bytes

    static int varint(long value) {
        return (640 - 9 * Long.numberOfLeadingZeros(value)) / 64; // seven bits to a byte, at least one byte
    }

    static int number(int field, long value) {
        return value == 0 ? 0 : tag(field) + varint(value);
    }

    static int flag(int field, boolean value) {
        return value ? tag(field) + 1 : 0;
    }

    static int text(int field, String value) {
        return value.isEmpty() ? 0 : message(field, Utf8.size(value));
    }

    static int bytes(int field, @Nullable Payload value) {
        return value == null || value.size() == 0 ? 0 : message(field, value.size());
    }

    /** A message whose content takes {@code size}. */
    static int message(int field, int size) {
        return tag(field) + varint(size) + size;
    }

    private static int tag(int field) {
        return varint((long) field << 3);
    }

    // ---- writing

    static void varint(OutputBuffer out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    static void number(OutputBuffer out, int field, long value) {
        if (value != 0) {
            tag(out, field, WireFormat.WIRETYPE_VARINT);
            varint(out, value);
        }
    }

    static void flag(OutputBuffer out, int field, boolean value) {
        number(out, field, value ? 1 : 0);
    }

    static void text(OutputBuffer out, int field, String value) {
        if (!value.isEmpty()) {
            message(out, field, Utf8.size(value));
            Utf8.put(out, value);
        }
    }

    static void bytes(OutputBuffer out, int field, @Nullable Payload value) {
        if (value != null && value.size() > 0) {
            message(out, field, value.size());
            out.put(value);
        }
    }

    /** Announces a message whose content takes {@code size}. */
    static void message(OutputBuffer out, int field, int size) {
        tag(out, field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        varint(out, size);
    }

    private static void tag(OutputBuffer out, int field, int wireType) {
        varint(out, (long) field << 3 | wireType);
    }
}
