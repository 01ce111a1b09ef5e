package dev.relay.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * How far a search has come: everything up to this row has been looked at. For those who implement {@link Journal#find}; others
 * keep its text.
 *
 * @param byTime whether the search is in the order of time, stream and offset; else in that of one stream's offsets
 * @param newestFirst the direction
 * @param timeMicros of the row; 0 unless {@code byTime}
 * @param streamId of the row
 * @param offset of the row
 */
public record JournalCursor(boolean byTime, boolean newestFirst, long timeMicros, long streamId, long offset)
        implements Comparable<JournalCursor> {
    private static final int VERSION = 1;
    private static final int BYTES = 1 + 3 * Long.BYTES + Integer.BYTES;
    private static final int BY_TIME = 0x10;
    private static final int NEWEST_FIRST = 0x20;

    /** The cursor as text without anything that needs quoting in JSON, a URL or a shell. */
    public String text() {
        int flags = VERSION | (byTime ? BY_TIME : 0) | (newestFirst ? NEWEST_FIRST : 0);
        ByteBuffer bytes = ByteBuffer.allocate(BYTES)
                .put((byte) flags)
                .putLong(timeMicros)
                .putLong(streamId)
                .putLong(offset);
        bytes.putInt(checksum(bytes));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /**
     * Reads a cursor.
     *
     * @throws IllegalArgumentException if the text is not one
     */
    public static JournalCursor parse(String text) {
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.getBytes(US_ASCII)));
        } catch (IllegalArgumentException e) {
            throw unknown(text);
        }
        if (bytes.limit() != BYTES) {
            throw unknown(text);
        }
        int flags = bytes.get();
        JournalCursor cursor = new JournalCursor(
                (flags & BY_TIME) != 0, (flags & NEWEST_FIRST) != 0, bytes.getLong(), bytes.getLong(), bytes.getLong());
        if ((flags & 0xF) != VERSION || bytes.getInt() != checksum(bytes)) {
            throw unknown(text);
        }
        return cursor;
    }

    private static IllegalArgumentException unknown(String text) {
        String shown = text.length() <= 80 ? text : text.substring(0, 80) + "…";
        return new IllegalArgumentException("\"" + shown + "\" is not a cursor that a search has returned");
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.array(), 0, BYTES - Integer.BYTES);
        return (int) checksum.getValue();
    }

    /** By time, then stream, then offset; the direction does not matter. */
    @Override
    public int compareTo(JournalCursor other) {
        int order = Long.compare(timeMicros, other.timeMicros);
        if (order == 0) {
            order = Long.compare(streamId, other.streamId);
        }
        return order != 0 ? order : Long.compare(offset, other.offset);
    }
}
