package dev.relay.websocket;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.relay.Payload;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads fields of Protobuf messages where they stand. A field of another wire type than the expected one is an unknown one,
 * as the format demands: it is skipped, and what was known before stays. What no message can be throws.
 *
 * <p><b>Threading.</b> Not thread-safe.
 */
final class ProtobufInput {
    private final byte[] source;
    private final int from;
    private final CodedInputStream in;

    /** Reads {@code source[from, from + length)}. */
    ProtobufInput(byte[] source, int from, int length) {
        this.source = source;
        this.from = from;
        this.in = CodedInputStream.newInstance(source, from, length);
    }

    boolean isAtEnd() throws IOException {
        return in.isAtEnd();
    }

    /** Begins a message of the frame, which stands behind its length; what it returns is for {@link #end}. */
    int beginOfFrame() throws IOException {
        long size = in.readRawVarint64();
        if (size < 0 || size > Integer.MAX_VALUE) {
            throw MalformedCommand.INSTANCE;
        }
        return in.pushLimit((int) size);
    }

    /** The same inside another message, where the format takes the low 32 bits for the length, however long the number is. */
    int begin() throws IOException {
        return in.pushLimit(in.readRawVarint32());
    }

    /** The next tag of the message begun last; 0 at its end. */
    int nextTag() throws IOException {
        return in.readTag();
    }

    /** Ends the message begun last, of which nothing is left. */
    void end(int begun) {
        in.popLimit(begun);
    }

    /** Skips what is left of the message begun last, and ends it. */
    void skipToEnd(int begun) throws IOException {
        in.skipRawBytes(in.getBytesUntilLimit());
        end(begun);
    }

    void skip(int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw MalformedCommand.INSTANCE; // the end of a group that did not begin
        }
    }

    /** Whether the field is of the format of texts, bytes and messages; skips it if not. */
    boolean isDelimited(int tag) throws IOException {
        return is(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    }

    String text(int tag, String otherwise) throws IOException {
        return isDelimited(tag) ? in.readStringRequireUtf8() : otherwise;
    }

    /** Bytes, copied once; {@code null} for none, which the format does not tell from absent ones. */
    @Nullable
    Payload payload(int tag, @Nullable Payload otherwise) throws IOException {
        if (!isDelimited(tag)) {
            return otherwise;
        }
        int begun = begin();
        int size = in.getBytesUntilLimit();
        int start = from + in.getTotalBytesRead();
        skipToEnd(begun);
        return size == 0 ? null : Payload.of(source, start, size);
    }

    boolean flag(int tag, boolean otherwise) throws IOException {
        return isVarint(tag) ? in.readBool() : otherwise;
    }

    /** A number of 32 bits, signed or not. */
    int number(int tag, int otherwise) throws IOException {
        return isVarint(tag) ? in.readRawVarint32() : otherwise;
    }

    long number(int tag, long otherwise) throws IOException {
        return isVarint(tag) ? in.readRawVarint64() : otherwise;
    }

    long offset(int tag, long otherwise) throws IOException {
        long offset = number(tag, otherwise);
        if (offset < 0 || offset > Request.MAX_OFFSET) {
            throw MalformedCommand.INSTANCE;
        }
        return offset;
    }

    private boolean isVarint(int tag) throws IOException {
        return is(tag, WireFormat.WIRETYPE_VARINT);
    }

    private boolean is(int tag, int wireType) throws IOException {
        if (WireFormat.getTagWireType(tag) == wireType) {
            return true;
        }
        skip(tag);
        return false;
    }
}
