package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.websocket.JsonCursor.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class JsonCursorTest {
    private static final JsonFactory JACKSON = new JsonFactory();

    @Test
    void values_are_read_one_by_one() {
        JsonCursor in = at(" {\"a\":[1,-2.5e3,\"x\"] , \"b\" : {\"c\":null,\"d\":true},\"e\":false} ");

        assertThat(in.next()).isEqualTo(Token.BEGIN_OBJECT);
        assertThat(in.nextName()).isEqualTo("a");
        assertThat(in.next()).isEqualTo(Token.BEGIN_ARRAY);
        assertThat(in.next()).isEqualTo(Token.INTEGER);
        assertThat(in.integer(16)).isEqualTo(1);
        assertThat(in.next()).isEqualTo(Token.DECIMAL);
        assertThat(in.next()).isEqualTo(Token.STRING);
        assertThat(in.text()).isEqualTo("x");
        assertThat(in.next()).isEqualTo(Token.END_ARRAY);
        assertThat(in.nextName()).isEqualTo("b");
        assertThat(in.next()).isEqualTo(Token.BEGIN_OBJECT);
        in.skipChildren();
        assertThat(in.token()).isEqualTo(Token.END_OBJECT);
        assertThat(in.nextName()).isEqualTo("e");
        assertThat(in.next()).isEqualTo(Token.FALSE);
        assertThat(in.nextName()).isNull();
        assertThat(in.next()).isEqualTo(Token.END);
    }

    @Test
    void a_value_is_found_where_it_stands() {
        String text = "{\"data\" : {\"a\": [\"}\", 1 ]} ,\"z\":1}";
        JsonCursor in = at(text);
        in.next();
        in.nextName();
        in.next();
        int start = in.tokenStart();
        in.skipChildren();

        assertThat(text.substring(start, in.position())).isEqualTo("{\"a\": [\"}\", 1 ]}");
    }

    @Test
    void a_name_that_came_before_is_the_same_object() {
        JsonCursor in = new JsonCursor();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            byte[] bytes = "{\"naïve\":1}".getBytes(UTF_8);
            in.reset(bytes, 0, bytes.length);
            in.next();
            names.add(in.nextName());
        }

        assertThat(names.get(0)).isEqualTo("naïve").isSameAs(names.get(1));
    }

    @Test
    void escapes_are_read_also_those_of_lone_surrogates() {
        JsonCursor in = at("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\uD83D\\uDE00\\ud800é\"]");
        in.next();
        in.next();

        assertThat(in.text()).isEqualTo("\"\\/\b\f\n\r\tA\uD83D\uDE00\ud800é");
        assertThat(isValue("{\"\\ud800\":1}")).isTrue();
    }

    @Test
    void what_nests_too_deeply_is_malformed() {
        int depth = JsonCursor.MAX_DEPTH;
        assertThat(isValue("[".repeat(depth) + "]".repeat(depth))).isTrue();
        assertThat(isValue("[".repeat(depth + 1) + "]".repeat(depth + 1))).isFalse();
        assertThat(isValue("{\"a\":".repeat(depth + 1) + "1" + "}".repeat(depth + 1)))
                .isFalse();
    }

    @Test
    void an_integer_of_too_many_digits_is_malformed() {
        JsonCursor in = at("-12345");
        in.next();
        assertThat(in.integer(5)).isEqualTo(-12345);
        assertThatThrownBy(() -> in.integer(4)).isInstanceOf(MalformedCommand.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[",
                "]",
                "{]",
                "[}",
                "[1,]",
                "{\"a\":1,}",
                "{,}",
                "[,]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\" 1}",
                "{a:1}",
                "{1:1}",
                "[1 2]",
                "1 2",
                "nul",
                "nulll",
                "truex",
                "TRUE",
                "01",
                "-",
                "-a",
                "1.",
                ".1",
                "1e",
                "1e+",
                "+1",
                "NaN",
                "\"",
                "\"\\\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u123",
                "\"\\",
                "\"\t\"",
                "'a'",
                "[1]]",
                "{}{}",
                "//",
                "\u0000",
                "{\"a\":1 \u0000}"
            })
    void what_is_no_json_is_malformed(String text) {
        assertThat(isValue(text)).isFalse();
    }

    /** Both read texts that grew at random and were then damaged: they take the same ones, and read the same from them. */
    @RepeatedTest(20)
    void it_agrees_with_jackson(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int valid = 0;
        for (int round = 0; round < 3000; round++) {
            StringBuilder text = new StringBuilder();
            grow(text, random, 4);
            for (int damage = random.nextInt(3); damage > 0; damage--) {
                damage(text, random);
            }
            byte[] bytes = text.toString().getBytes(UTF_8);
            @Nullable List<String> expected = byJackson(bytes);
            assertThat(byCursor(bytes))
                    .as("seed %d: %s", repetition.getCurrentRepetition(), text)
                    .isEqualTo(expected);
            valid += expected == null ? 0 : 1;
        }
        assertThat(valid).isBetween(300, 2700);
    }

    private static void grow(StringBuilder text, Random random, int depth) {
        space(text, random);
        switch (random.nextInt(depth == 0 ? 6 : 8)) {
            case 0 -> text.append(random.nextBoolean());
            case 1 -> text.append("null");
            case 2 -> text.append(random.nextInt(100_000) - 50_000);
            case 3 -> text.append(random.nextDouble() * Math.pow(10, random.nextInt(40) - 20));
            case 4, 5 -> string(text, random);
            case 6 -> {
                text.append('[');
                for (int i = random.nextInt(4); i > 0; i--) {
                    grow(text, random, depth - 1);
                    text.append(i > 1 ? "," : "");
                }
                text.append(']');
            }
            default -> {
                text.append('{');
                for (int i = random.nextInt(4); i > 0; i--) {
                    space(text, random);
                    string(text, random);
                    space(text, random);
                    text.append(':');
                    grow(text, random, depth - 1);
                    text.append(i > 1 ? "," : "");
                }
                text.append('}');
            }
        }
        space(text, random);
    }

    /** Without surrogates in escapes: Jackson takes a lone one in a value, but not in a name. */
    private static void string(StringBuilder text, Random random) {
        String[] parts = {"a", "é", "€", "\uD83D\uDE00", "\\n", "\\\"", "\\u00e9", "\\u20Ac", "\\/", "}", "]", ":"};
        text.append('"');
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(parts[random.nextInt(parts.length)]);
        }
        text.append('"');
    }

    private static void space(StringBuilder text, Random random) {
        if (random.nextInt(4) == 0) {
            text.append(" \t\r\n".charAt(random.nextInt(4)));
        }
    }

    private static void damage(StringBuilder text, Random random) {
        int at = random.nextInt(text.length());
        char other = "{}[],:\"\\0123456789.eE+-tfn u".charAt(random.nextInt(28));
        if (Character.isSurrogate(text.charAt(at))) {
            return;
        }
        switch (random.nextInt(3)) {
            case 0 -> text.deleteCharAt(at);
            case 1 -> text.insert(at, other);
            default -> text.setCharAt(at, other);
        }
        if (text.isEmpty()) {
            text.append(' ');
        }
    }

    static @Nullable List<String> byCursor(byte[] bytes) {
        JsonCursor in = new JsonCursor();
        in.reset(bytes, 0, bytes.length);
        List<String> seen = new ArrayList<>();
        try {
            cursorValue(in, in.next(), seen);
            return in.next() == Token.END ? seen : null;
        } catch (MalformedCommand e) {
            return null;
        }
    }

    private static void cursorValue(JsonCursor in, Token token, List<String> seen) {
        switch (token) {
            case BEGIN_OBJECT -> {
                for (String name = in.nextName(); name != null; name = in.nextName()) {
                    seen.add("name " + name);
                    cursorValue(in, in.next(), seen);
                }
                seen.add("}");
            }
            case BEGIN_ARRAY -> {
                for (Token inner = in.next(); inner != Token.END_ARRAY; inner = in.next()) {
                    cursorValue(in, inner, seen);
                }
                seen.add("]");
            }
            case STRING -> seen.add("string " + in.text());
            case INTEGER -> seen.add("integer " + (in.position() - in.tokenStart() > 18 ? "long" : in.integer(18)));
            default -> seen.add(token.name());
        }
    }

    static @Nullable List<String> byJackson(byte[] bytes) {
        List<String> seen = new ArrayList<>();
        try (JsonParser in = JACKSON.createParser(ObjectReadContext.empty(), bytes)) {
            if (in.nextToken() == null) {
                return null;
            }
            do {
                seenByJackson(in, seen);
            } while (!in.streamReadContext().inRoot() && in.nextToken() != null);
            return in.nextToken() == null ? seen : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static void seenByJackson(JsonParser in, List<String> seen) {
        JsonToken token = in.currentToken();
        switch (token) {
            case PROPERTY_NAME -> seen.add("name " + in.currentName());
            case END_OBJECT -> seen.add("}");
            case END_ARRAY -> seen.add("]");
            case VALUE_STRING -> seen.add("string " + in.getString());
            case VALUE_NUMBER_INT -> seen.add("integer " + (in.getStringLength() > 18 ? "long" : in.getLongValue()));
            case VALUE_NUMBER_FLOAT -> seen.add("DECIMAL");
            case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> seen.add(token.name().substring("VALUE_".length()));
            default -> {}
        }
    }

    private static boolean isValue(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return JsonCheck.isValue(bytes, 0, bytes.length);
    }

    private static JsonCursor at(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        JsonCursor in = new JsonCursor();
        in.reset(bytes, 0, bytes.length);
        return in;
    }
}
