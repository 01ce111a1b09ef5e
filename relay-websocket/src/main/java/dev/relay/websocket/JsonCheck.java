package dev.relay.websocket;

/**
 * Whether bytes that somebody else made are one JSON value.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class JsonCheck {
    private JsonCheck() {}

    /**
     * Takes raw line breaks out of {@code bytes}, in place, if they are exactly one JSON value in UTF-8; in such a value
     * they can only be white space.
     *
     * @return how many bytes are left at the front; −1 if it is no JSON value, and the bytes are as they were
     */
    static int normalize(byte[] bytes) {
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
    static boolean isValue(byte[] bytes, int from, int to) {
        if (!Utf8.isValid(bytes, from, to)) {
            return false;
        }
        JsonCursor in = new JsonCursor();
        in.reset(bytes, from, to);
        try {
            in.next();
            in.skipChildren();
            return in.next() == JsonCursor.Token.END;
        } catch (MalformedCommand e) {
            return false;
        }
    }

    private static boolean isLineBreak(byte b) {
        return b == '\n' || b == '\r';
    }
}
