package dev.relay.standalone.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.Payload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectTest {
    private static JsonObject parse(String body) {
        return JsonInput.object(body.getBytes(UTF_8));
    }

    @Test
    void what_is_not_there_is_empty() {
        for (JsonObject object : List.of(parse("{}"), parse("{\"a\":null}"), JsonObject.EMPTY)) {
            assertThat(object.has("a")).isFalse();
            assertThat(object.names()).isEmpty();
            assertThat(object.text("a")).isEmpty();
            assertThat(object.flag("a")).isFalse();
            assertThat(object.number("a", 5, 7)).isZero();
            assertThat(object.unsigned("a")).isZero();
            assertThat(object.object("a")).isNull();
            assertThat(object.texts("a")).isEmpty();
            assertThat(object.textList("a")).isEmpty();
            assertThat(object.objectList("a")).isEmpty();
            assertThat(object.json("a")).isNull();
            assertThat(object.payload("a")).isNull();
        }
    }

    @Test
    void every_type_is_read_as_what_it_is() {
        JsonObject object = parse("""
                 {"text" : "x\\n\\u00e9é\\ud83d\\ude00", "yes":true,"no":false , "n":-17, "big":9223372036854775807,
                  "o":{"o":{"a":"b"}}, "m":{"k":"v","gone":null,"":""}, "l":["a",null,"\\""], "ol":[{},{"a":"1"}] } """);

        assertThat(object.text("text")).isEqualTo("x\né\u00e9\ud83d\ude00");
        assertThat(object.flag("yes")).isTrue();
        assertThat(object.flag("no")).isFalse();
        assertThat(object.number("n", -17, 0)).isEqualTo(-17);
        assertThat(object.unsigned("big")).isEqualTo(Long.MAX_VALUE);
        assertThat(requireNonNull(requireNonNull(object.object("o")).object("o"))
                        .text("a"))
                .isEqualTo("b");
        assertThat(object.texts("m")).isEqualTo(Map.of("k", "v", "", ""));
        assertThat(object.textList("l")).containsExactly("a", "", "\"");
        assertThat(object.objectList("ol")).hasSize(2);
        assertThat(object.objectList("ol").get(1).text("a")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "true", "\"x\"", "[]", "{}", "1.5"})
    void every_other_type_is_malformed(String value) {
        JsonObject object = parse("{\"a\":" + value + "}");

        if (!value.startsWith("\"")) {
            assertThatThrownBy(() -> object.text("a")).isInstanceOf(MalformedRequestException.class);
        }
        if (!value.equals("true")) {
            assertThatThrownBy(() -> object.flag("a")).isInstanceOf(MalformedRequestException.class);
        }
        if (!value.equals("1")) {
            assertThatThrownBy(() -> object.unsigned("a")).isInstanceOf(MalformedRequestException.class);
        }
        if (!value.equals("{}")) {
            assertThatThrownBy(() -> object.object("a")).isInstanceOf(MalformedRequestException.class);
            assertThatThrownBy(() -> object.texts("a")).isInstanceOf(MalformedRequestException.class);
        }
        if (!value.equals("[]")) {
            assertThatThrownBy(() -> object.textList("a")).isInstanceOf(MalformedRequestException.class);
            assertThatThrownBy(() -> object.objectList("a")).isInstanceOf(MalformedRequestException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "4",
                "1.0",
                "1e0",
                "0.5",
                "9223372036854775808",
                "18446744073709551616",
                "36893488147419103233",
                "100000000000000000000000000000000000000000000000001"
            })
    void a_number_out_of_range_is_malformed_and_says_what_is_legal(String number) {
        JsonObject object = parse("{\"a\":" + number + "}");

        assertThatThrownBy(() -> object.number("a", 0, 3))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessage("a must be a whole number from 0 to 3");
    }

    @Test
    void the_least_number_there_is_can_be_read() {
        assertThat(parse("{\"a\":-9223372036854775808}").number("a", Long.MIN_VALUE, 0))
                .isEqualTo(Long.MIN_VALUE);
        assertThat(parse("{\"a\":-0}").number("a", 0, 0)).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 | 1",
                "\"x\" | \"x\"",
                "[1,  2] | [1,  2]",
                "{ \"a\":[{}] } | { \"a\":[{}] }",
                "1.50E+3 | 1.50E+3"
            })
    void data_is_what_stands_in_the_body(String value, String data) {
        JsonObject nested =
                parse("{\"o\":[{\"data\" :  " + value + "  }]}").objectList("o").get(0);

        assertThat(nested.json("data")).isEqualTo(Payload.of(data));
        assertThat(requireNonNull(nested.payload("data")).isJson()).isTrue();
    }

    @Test
    void data_has_no_line_breaks() {
        assertThat(parse("{\"data\":[\r\n1,\n\"\\n\"\n]\n}").json("data")).isEqualTo(Payload.of("[1,\"\\n\"]"));
    }

    @Test
    void bytes_in_base64_win_over_data() {
        JsonObject object = parse("{\"data\":1,\"b64data\":\"AP8=\"}");

        assertThat(object.payload("data")).isEqualTo(Payload.of(new byte[] {0, (byte) 0xff}));
        assertThat(requireNonNull(object.payload("data")).isJson()).isFalse();
        assertThat(parse("{\"data\":1,\"b64data\":\"\"}").payload("data")).isEqualTo(Payload.of("1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "AP8=x", "A P8=", "-_8=", "====", "é"})
    void what_is_not_base64_is_refused(String text) {
        JsonObject object = parse("{\"data\":1,\"b64data\":\"" + text + "\"}");

        assertThatThrownBy(() -> object.payload("data")).isInstanceOf(RefusedRequestException.class);
    }

    @Test
    void objects_may_stand_behind_each_other() {
        assertThat(JsonInput.objects("{\"a\":\"1\"}{\"a\":\"2\"}\n\n {\"a\":\"3\"}\n".getBytes(UTF_8)))
                .extracting(object -> object.text("a"))
                .containsExactly("1", "2", "3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{} []", "{},{}", "{}{", "1", "{} 1"})
    void nothing_else_may_stand_there(String body) {
        assertThatThrownBy(() -> JsonInput.objects(body.getBytes(UTF_8))).isInstanceOf(MalformedRequestException.class);
    }
}
