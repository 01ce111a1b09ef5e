package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.JsonVerifier;
import dev.relay.Payload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPayloadsTest {
    private final JsonVerifier verifier =
            WebSocketEdge.builder().port(0).build().jsonVerifier();

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[1, {\"a\":\"ü€😀\"}]", "\"\"", "0", "-1.5e+10", "true", "null", " 7\t"})
    void a_json_value_is_known_as_such_afterwards(String text) {
        assertThat(verifier.verify(Payload.of(text)))
                .isEqualTo(Payload.of(text))
                .matches(Payload::isJson);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{} {}", "tru", "'x'", "01", "\"a\nb\"", "\ufeff{}", "{\u0000}\u0000"})
    void anything_else_is_refused(String text) {
        assertThat(verifier.verify(Payload.of(text))).isNull();
        assertThat(JsonPayloads.of(text.getBytes(UTF_8), 0, text.getBytes(UTF_8).length))
                .isNull();
    }

    @Test
    void bytes_that_are_not_utf_8_are_refused() {
        assertThat(verifier.verify(Payload.of(new byte[] {'"', (byte) 0xff, '"'})))
                .isNull();
    }

    @Test
    void what_is_known_to_be_json_is_not_looked_at_again() {
        Payload known = requireNonNull(verifier.verify(Payload.of("{\"a\":1}")));

        assertThat(verifier.verify(known)).isSameAs(known);
    }

    @Test
    void raw_line_breaks_are_left_out_and_escaped_ones_stay() {
        assertThat(verifier.verify(Payload.of("{\r\n  \"a\":\n\"\\n\"\r\n}\n")))
                .isEqualTo(Payload.of("{  \"a\":\"\\n\"}"));
    }

    @Test
    void a_part_of_an_array_is_copied() {
        byte[] source = "xx{\"a\":\n1}yy".getBytes(UTF_8);

        Payload payload = JsonPayloads.of(source, 2, source.length - 2);
        Payload single = JsonPayloads.of(source, 8, 9);

        assertThat(payload).isEqualTo(Payload.of("{\"a\":1}")).matches(Payload::isJson);
        assertThat(single).isEqualTo(Payload.of("1"));
        assertThat(source).isEqualTo("xx{\"a\":\n1}yy".getBytes(UTF_8));
        source[8] = '2';
        assertThat(single).isEqualTo(Payload.of("1"));
        assertThat(JsonPayloads.of(source, 1, source.length)).isNull();
        assertThatThrownBy(() -> JsonPayloads.of(source, 3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> JsonPayloads.of(source, 0, 100)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
