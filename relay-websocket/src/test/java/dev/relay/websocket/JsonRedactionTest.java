package dev.relay.websocket;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.JsonRedactor;
import dev.relay.Payload;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRedactionTest {
    private final JsonRedactor redactor =
            WebSocketEdge.builder().port(0).build().jsonRedactor();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/card/number | {'card':{'number':'4711','name':'J'}} | {'card':{'number':null,'name':'J'}}",
                "/card | {'card':{'number':'4711'},'n':1} | {'card':null,'n':1}",
                "/a /b | {'a':1, 'c':[ 2 ],  'b' : 3 } | {'a':null, 'c':[ 2 ],  'b' : null }",
                "/a /a/b | {'a':{'b':1}} | {'a':null}",
                "/items/1/x | {'items':[{'x':1},{'x':2},{'x':3}]} | {'items':[{'x':1},{'x':null},{'x':3}]}",
                "/0 | [true,false] | [null,false]",
                "/0 | {'0':1} | {'0':null}",
                "/a | {'a':1,'a':2} | {'a':null,'a':null}",
                "/a | {'\\u0061':1} | {'\\u0061':null}",
                "/a~1b /m~0n | {'a/b':1,'m~n':2} | {'a/b':null,'m~n':null}",
                "/ | {'':1,'a':2} | {'':null,'a':2}",
                "/a/ | {'a':{'':'x'}} | {'a':{'':null}}",
                "/\u00fc | {'\u00fc':'\u20ac\uD83D\uDE80','b':'\u20ac'} | {'\u00fc':null,'b':'\u20ac'}",
                "/missing/x | {'a':1} | {'a':1}",
                "/a/b | {'a':'b'} | {'a':'b'}",
                "/a | 7 | 7"
            })
    void what_is_pointed_to_becomes_null_and_the_rest_keeps_its_bytes(String pointers, String text, String expected) {
        assertThat(redact(text, pointers.split(" "))).isEqualTo(expected.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{'a':1} {'a':2}", "not json", "{'a':1,}"})
    void what_is_not_json_is_not_redacted(String text) {
        assertThat(redact(text, "/a")).isNull();
    }

    @Test
    void what_was_redacted_is_known_as_json() {
        Payload redacted = requireNonNull(redactor.redact(Payload.of("{\"a\":\n1}"), List.of("/a")));
        assertThat(redacted).matches(Payload::isJson);
        assertThat(redacted.text()).isEqualTo("{\"a\":null}");
    }

    @Test
    void no_secret_is_left_in_a_random_text() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            String text = "{\"p\":" + value(random, 4) + ",\"s\":{\"x\":" + value(random, 2) + ",\"k\":\"SECRET"
                    + random.nextInt() + "\"},\"q\":" + value(random, 4) + "}";
            String redacted = requireNonNull(redact(text, "/s/k"), text);
            assertThat(redacted).as("seed=%s", seed).doesNotContain("SECRET");
            assertThat(redacted).isEqualTo(text.replaceAll("\"SECRET-?[0-9]+\"", "null"));
        }
    }

    private static String value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> "null";
            case 1 -> "-1.5e3";
            case 2 -> "\"\\\"s:{\\\\\"";
            case 3 -> "true";
            case 4 -> "\"\"";
            case 5 -> "[" + value(random, depth - 1) + " ,\t" + value(random, depth - 1) + "]";
            default -> "{\"s\" : " + value(random, depth - 1) + ",\"k\":" + value(random, depth - 1) + "}";
        };
    }

    private @Nullable String redact(String text, String... pointers) {
        Payload redacted = redactor.redact(Payload.of(text.replace('\'', '"')), Arrays.asList(pointers));
        return redacted == null ? null : redacted.text();
    }
}
