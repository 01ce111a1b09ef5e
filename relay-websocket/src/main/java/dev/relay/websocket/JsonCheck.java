package dev.relay.websocket;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Whether bytes that somebody else made are one JSON value.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class JsonCheck {
    private final JsonFactory json = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(JsonCommands.MAX_DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /**
     * Takes raw line breaks out of {@code bytes}, in place, if they are exactly one JSON value in UTF-8; in such a value
     * they can only be white space.
     *
     * @return how many bytes are left at the front; −1 if it is no JSON value, and the bytes are as they were
     */
    int normalize(byte[] bytes) {
        return isValue(bytes, 0, bytes.length) ? takeLineBreaksOut(bytes) : -1;
    }

    /** Takes all line breaks out of {@code bytes}, in place; returns how many bytes are left at the front. */
    static int takeLineBreaksOut(byte[] bytes) {
        int length = 0;
        for (byte b : bytes) {
            if (!isLineBreak(b)) {
                bytes[length++] = b;
            }
        }
        return length;
    }

    static boolean hasLineBreak(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (isLineBreak(bytes[i])) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code bytes[from, to)} are exactly one JSON value in UTF-8, maybe with white space around it. */
    boolean isValue(byte[] bytes, int from, int to) {
        int start = from;
        while (start < to && isSpace(bytes[start])) {
            start++;
        }
        // no value begins with a byte above ASCII, or has a zero next: Jackson would guess at UTF-16 or a byte order
        // mark
        if (start == to
                || bytes[start] <= 0
                || (start + 1 < to && bytes[start + 1] == 0)
                || !Utf8.isValid(bytes, start, to)) {
            return false;
        }
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), bytes, start, to - start)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }

    private static boolean isLineBreak(byte b) {
        return b == '\n' || b == '\r';
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r';
    }
}
