package dev.relay.standalone.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreviewTest {
    @Test
    void a_short_text_is_shown_whole() {
        assertThat(Preview.of(Payload.of("{\"a\":\"\u00e4\"}")))
                .isEqualTo(new Preview("{\"a\":\"\u00e4\"}", null, false));
        assertThat(Preview.of(Payload.empty())).isEqualTo(new Preview("", null, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00e4", "\u20ac", "\ud83d\ude00"})
    void no_character_is_cut_through(String character) {
        int length = character.getBytes(StandardCharsets.UTF_8).length;
        for (int before = 0; before < length; before++) {
            String text = "x".repeat(before) + character.repeat(2000);
            Preview preview = Preview.of(Payload.of(text));
            assertThat(preview.truncated()).isTrue();
            assertThat(text).startsWith(preview.text());
            assertThat(String.valueOf(preview.text()).getBytes(StandardCharsets.UTF_8).length)
                    .isBetween(Preview.MAX_BYTES - 3, Preview.MAX_BYTES);
        }
    }

    @Test
    void bytes_are_shown_as_bytes() {
        byte[] bytes = new byte[5000];
        Arrays.fill(bytes, (byte) 0xff);
        Preview preview = Preview.of(Payload.of(bytes));
        assertThat(preview).isEqualTo(new Preview(null, Payload.of(bytes, 0, Preview.MAX_BYTES), true));
        assertThat(Preview.of(Payload.of(new byte[] {(byte) 0xc3})).text()).isNull();
    }

    @Test
    void tags_have_a_limit() {
        assertThat(Preview.tags(Map.of("a", "b"))).isEqualTo(Map.of("a", "b"));
        assertThat(Preview.tags(Map.of("a", "b".repeat(1000)))).isEmpty();
    }
}
