package dev.relay.standalone.console;

import dev.relay.Payload;
import dev.relay.standalone.api.JsonOutput;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a payload, for people.
 *
 * @param text what it says; {@code null} if it is none
 * @param bytes the same where it is none
 * @param truncated whether there is more
 */
record Preview(@Nullable String text, @Nullable Payload bytes, boolean truncated) {
    /** Longest preview, bytes. */
    static final int MAX_BYTES = 2 << 10;

    private static final int MAX_TAG_BYTES = 512;
    private static final int MAX_UTF8 = 4;

    static Preview of(Payload payload) {
        ByteBuffer all = payload.asByteBuffer();
        boolean truncated = all.remaining() > MAX_BYTES;
        byte[] begin = new byte[Math.min(all.remaining(), MAX_BYTES)];
        all.get(begin);
        // a character may have been cut through: it is left out, and what is before it may still be text
        for (int cut = 0; cut < (truncated ? MAX_UTF8 : 1) && cut <= begin.length; cut++) {
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(begin, 0, begin.length - cut))
                        .toString();
                return new Preview(text, null, truncated);
            } catch (CharacterCodingException e) {
                continue; // one byte less, or no text
            }
        }
        return new Preview(null, Payload.of(begin), truncated);
    }

    void write(JsonOutput out) {
        if (text != null) {
            out.text("text", text);
        } else if (bytes != null) {
            out.bytes("b64", bytes);
        }
        out.flag("truncated", truncated);
    }

    /** As many tags as have room. */
    static Map<String, String> tags(Map<String, String> tags) {
        int left = MAX_TAG_BYTES;
        Map<String, String> some = new LinkedHashMap<>();
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            left -= tag.getKey().length() + tag.getValue().length();
            if (left < 0) {
                return some;
            }
            some.put(tag.getKey(), tag.getValue());
        }
        return some;
    }
}
