package dev.relay.standalone.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Payload;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class JsonOutputTest {
    private static String object(Consumer<JsonOutput> members) {
        return new String(
                JsonOutput.document(out -> {
                    out.beginObject();
                    members.accept(out);
                    out.endObject();
                }),
                UTF_8);
    }

    @Test
    void application_data_that_is_json_goes_in_as_it_is() {
        byte[] verified = "[ 1.0, \"\u00e9\" ]".getBytes(UTF_8);

        assertThat(object(out -> out.payload("data", Payload.verifiedJson(verified, 0, verified.length))))
                .isEqualTo("{\"data\":[ 1.0, \"\u00e9\" ]}");
        assertThat(object(out -> out.payload("data", Payload.of(" {\"a\":1} "))))
                .isEqualTo("{\"data\": {\"a\":1} }");
    }

    @Test
    void application_data_that_is_not_goes_in_as_base64() {
        assertThat(object(out -> out.payload("data", Payload.of("{")))).isEqualTo("{\"b64data\":\"ew==\"}");
        assertThat(object(out -> out.payload("data", Payload.empty()))).isEqualTo("{\"b64data\":\"\"}");
        assertThat(object(out -> out.payload("conn_info", Payload.of(new byte[] {'"', (byte) 0xff, '"'}))))
                .isEqualTo("{\"b64conn_info\":\"Iv8i\"}");
    }

    @Test
    void application_data_cannot_break_lines() {
        assertThat(object(out -> out.payload("data", Payload.of("[1,\r\n2]\n"))))
                .isEqualTo("{\"data\":[1,2]}");
    }

    @Test
    void no_data_is_nothing() {
        assertThat(object(out -> out.payload("data", null))).isEqualTo("{}");
    }

    @Test
    void text_is_escaped_no_more_than_it_must_be() {
        assertThat(object(out -> out.text("a/\"", "/<\u00e9\ud83d\ude00\u0000\ud800")))
                .isEqualTo("{\"a/\\\"\":\"/<\u00e9\ud83d\ude00\\u0000?\"}");
    }

    @Test
    void lines_are_separated_not_ended() {
        assertThat(new String(
                        JsonOutput.lines(
                                2, (out, i) -> out.beginObject().number("i", i).endObject()),
                        UTF_8))
                .isEqualTo("{\"i\":0}\n{\"i\":1}");
    }

    @Test
    void lists_and_numbers_are_what_they_look_like() {
        assertThat(object(out -> out.list("l", List.of("a", "b"), JsonOutput::element)
                        .number("n", 9007199254740993L)
                        .number("f", 0.5)))
                .isEqualTo("{\"l\":[\"a\",\"b\"],\"n\":9007199254740993,\"f\":0.5}");
    }
}
