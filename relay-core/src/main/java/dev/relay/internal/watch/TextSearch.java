package dev.relay.internal.watch;

import dev.relay.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Looks for a text in payloads, upper and lower case of ASCII letters alike. Knuth, Morris and Pratt: every byte is looked
 * at once, whatever the text and the payload are, since a stranger may have chosen the payload.
 *
 * <p><b>Threading.</b> Immutable; any thread.
 */
final class TextSearch {
    private final byte[] text;
    private final int[]
            fallback; // how much of the text is still found when the byte behind so much of it is another one

    TextSearch(String text) {
        this.text = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < this.text.length; i++) {
            this.text[i] = lower(this.text[i]);
        }
        this.fallback = new int[this.text.length];
        for (int i = 1, found = 0; i < this.text.length; i++) {
            while (found > 0 && this.text[i] != this.text[found]) {
                found = fallback[found - 1];
            }
            if (this.text[i] == this.text[found]) {
                found++;
            }
            fallback[i] = found;
        }
    }

    /** Whether every payload contains it. */
    boolean isTrivial() {
        return text.length == 0;
    }

    boolean isIn(Payload payload) {
        ByteBuffer bytes = payload.asByteBuffer();
        int found = 0;
        for (int i = 0; i < bytes.limit() && found < text.length; i++) {
            byte next = lower(bytes.get(i));
            while (found > 0 && next != text[found]) {
                found = fallback[found - 1];
            }
            if (next == text[found]) {
                found++;
            }
        }
        return found == text.length;
    }

    private static byte lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? (byte) (letter + ('a' - 'A')) : letter;
    }
}
