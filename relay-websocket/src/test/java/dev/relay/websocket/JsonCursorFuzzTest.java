package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Locale;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes instead of JSON, read by our parser and by Jackson. */
class JsonCursorFuzzTest {
    /** Jackson limits numbers and nesting; what is this short reaches neither limit. */
    private static final int MAX_BYTES = 450;

    @MethodSource("dev.relay.websocket.Seeds#payloads")
    @FuzzTest
    void it_agrees_with_jackson(byte[] bytes) {
        if (bytes.length <= MAX_BYTES && Utf8.isValid(bytes, 0, bytes.length) && isPlain(bytes)) {
            assertThat(JsonCursorTest.byCursor(bytes)).isEqualTo(JsonCursorTest.byJackson(bytes));
        }
    }

    /** Jackson guesses at other encodings by the first four bytes, and takes half a surrogate in a value but not in a name. */
    private static boolean isPlain(byte[] bytes) {
        for (int i = 0; i < Math.min(4, bytes.length); i++) {
            if (bytes[i] <= 0) {
                return false;
            }
        }
        return !new String(bytes, UTF_8).toLowerCase(Locale.ROOT).contains("\\ud");
    }
}
