package dev.relay.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class TagsJsonTest {
    @Test
    void names_are_sorted_and_text_is_readable() {
        assertThat(TagsJson.write(Map.of("b", "2", "a", "\u00FC\"\n")))
                .isEqualTo("{\"a\":\"\u00FC\\\"\\u000a\",\"b\":\"2\"}");
        assertThat(TagsJson.write(Map.of())).isNull();
    }

    @Test
    void what_a_person_wrote_is_read_as_well() {
        assertThat(TagsJson.read(" { \"a\" : \"x\\/\\u00fc\\t\" , \"b\":\"\" } "))
                .isEqualTo(Map.of("a", "x/\u00FC\t", "b", ""));
        assertThat(TagsJson.read("{}")).isEmpty();
        assertThat(TagsJson.read(null)).isEmpty();
    }

    @Test
    void half_a_surrogate_pair_survives() {
        Map<String, String> tags = Map.of("\uD800", "\uDC00x");
        assertThat(TagsJson.read(TagsJson.write(tags))).isEqualTo(tags);
    }

    @Test
    void anything_else_is_refused() {
        for (String json : new String[] {"[", "{\"a\":1}", "{\"a\":\"b\"", "{\"a\"}", "{\"a\":\"\\u00g0\"}"}) {
            assertThatThrownBy(() -> TagsJson.read(json)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
