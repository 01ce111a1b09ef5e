package dev.relay.websocket;

import dev.relay.transport.OutputBuffer;
import java.nio.charset.StandardCharsets;

/** Strings in JSON. Stateless. */
final class JsonText {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private JsonText() {}

    /** Writes {@code text} in quotes, as UTF-8; a surrogate without its other half becomes U+FFFD. */
    static void put(OutputBuffer out, String text) {
        out.put((byte) '"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                ascii(out, c);
            } else {
                i += Utf8.putBeyondAscii(out, text, i);
            }
        }
        out.put((byte) '"');
    }

    /** Bytes of what is written as it stands: names, braces. */
    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void ascii(OutputBuffer out, char c) {
        if (c >= ' ' && c != '"' && c != '\\') {
            out.put((byte) c);
            return;
        }
        out.put((byte) '\\');
        switch (c) {
            case '"', '\\' -> out.put((byte) c);
            case '\n' -> out.put((byte) 'n');
            case '\r' -> out.put((byte) 'r');
            case '\t' -> out.put((byte) 't');
            default ->
                out.put((byte) 'u')
                        .put((byte) '0')
                        .put((byte) '0')
                        .put(HEX[c >> 4])
                        .put(HEX[c & 0xf]);
        }
    }
}
