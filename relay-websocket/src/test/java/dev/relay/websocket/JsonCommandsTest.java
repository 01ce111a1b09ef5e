package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Payload;
import dev.relay.StreamPosition;
import dev.relay.transport.Command;
import dev.relay.transport.Command.Resume;
import dev.relay.transport.FilterNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCommandsTest {
    private final JsonCommands commands = new JsonCommands();

    static Stream<Arguments> wellFormed() {
        return Stream.of(
                Arguments.of("{\"id\":1,\"connect\":{}}", new Command.Connect(1, "", null, "", "", Map.of(), Map.of())),
                Arguments.of(
                        "{\"id\":1,\"connect\":{\"token\":\"t\",\"data\":{\"a\":"
                                + " [1]},\"name\":\"js\",\"version\":\"1.0\","
                                + "\"subs\":{\"#42\":{\"recover\":true,\"offset\":7,\"epoch\":\"Wq9a\",\"delta\":\"fossil\","
                                + "\"token\":1},\"b\":{},\"c\":null},\"headers\":{\"x-user\":\"é\",\"\":\"\",\"n\":null},"
                                + "\"flag\":0,\"new\":[{}]}}",
                        new Command.Connect(
                                1,
                                "t",
                                json("{\"a\": [1]}"),
                                "js",
                                "1.0",
                                Map.of("x-user", "é", "", ""),
                                Map.of(
                                        "#42",
                                        new Resume(true, new StreamPosition(7, "Wq9a")),
                                        "b",
                                        new Resume(false, StreamPosition.NONE)))),
                Arguments.of(
                        "{\"id\":1,\"connect\":{\"subs\":null,\"headers\":null,\"token\":null,\"data\":null}}",
                        new Command.Connect(1, "", null, "", "", Map.of(), Map.of())),
                // the last of two equal keys wins
                Arguments.of(
                        "{\"id\":1,\"connect\":{\"subs\":{\"a\":{\"recover\":true},\"a\":{}},"
                                + "\"headers\":{\"h\":\"1\",\"h\":\"2\"}}}",
                        new Command.Connect(
                                1,
                                "",
                                null,
                                "",
                                "",
                                Map.of("h", "2"),
                                Map.of("a", new Resume(false, StreamPosition.NONE)))),
                Arguments.of(
                        "{\"connect\":{\"name\":\"a very long name of an SDK\"},\"id\":1}",
                        new Command.Connect(1, "", null, "a very long name", "", Map.of(), Map.of())),
                Arguments.of(
                        "{\"id\":2,\"subscribe\":{\"channel\":\"news\"}}",
                        new Command.Subscribe(
                                2, "news", "", null, false, StreamPosition.NONE, false, false, false, null, 0)),
                Arguments.of(
                        "{\"id\":2,\"subscribe\":{\"channel\":\"news\",\"token\":\"t\",\"recover\":true,\"offset\":7,"
                                + "\"epoch\":\"e\",\"data\":1,\"positioned\":true,\"recoverable\":true,"
                                + "\"join_leave\":true,\"flag\":3,\"delta\":\"fossil\",\"type\":0,\"tf\":null}}",
                        new Command.Subscribe(
                                2,
                                "news",
                                "t",
                                json("1"),
                                true,
                                new StreamPosition(7, "e"),
                                true,
                                true,
                                true,
                                null,
                                3)),
                Arguments.of(
                        "{\"id\":2,\"subscribe\":{\"channel\":\"c\",\"type\":1}}",
                        new Command.Unavailable(2, "subscribe")),
                Arguments.of("{\"id\":6,\"unsubscribe\":{\"channel\":\"news\"}}", new Command.Unsubscribe(6, "news")),
                Arguments.of(
                        "{\"id\":3,\"publish\":{\"channel\":\"news\",\"data\":{\"a\":1}}}",
                        new Command.Publish(3, "news", json("{\"a\":1}"))),
                Arguments.of(
                        "{\"id\":4294967295,\"publish\":{\"channel\":\"n\",\"data\":null}}",
                        new Command.Publish(-1, "n", null)),
                Arguments.of(
                        "{\"id\":3,\"publish\":{\"channel\":\"n\",\"type\":1}}", new Command.Unavailable(3, "publish")),
                Arguments.of(
                        "{\"id\":4,\"history\":{\"channel\":\"n\",\"limit\":10}}",
                        new Command.History(4, "n", 10, null, false)),
                Arguments.of(
                        "{\"id\":4,\"history\":{\"channel\":\"n\",\"limit\":-1,\"reverse\":true,"
                                + "\"since\":{\"offset\":9007199254740991,\"epoch\":\"e\"}}}",
                        new Command.History(4, "n", -1, new StreamPosition(9007199254740991L, "e"), true)),
                Arguments.of(
                        "{\"id\":4,\"history\":{\"channel\":\"n\",\"since\":{}}}",
                        new Command.History(4, "n", 0, StreamPosition.NONE, false)),
                Arguments.of("{\"id\":9,\"refresh\":{\"token\":\"t\"}}", new Command.Refresh(9, "t")),
                Arguments.of("{\"id\":9,\"refresh\":{}}", new Command.Refresh(9, "")),
                Arguments.of("{\"id\":9,\"presence\":{\"channel\":\"c\"}}", new Command.Presence(9, "c")),
                Arguments.of("{\"id\":9,\"presence_stats\":{\"channel\":\"c\"}}", new Command.PresenceStats(9, "c")),
                Arguments.of(
                        "{\"id\":9,\"rpc\":{\"method\":\"x\",\"data\":[ ]}}", new Command.Rpc(9, "x", json("[ ]"))),
                Arguments.of("{\"id\":9,\"rpc\":{}}", new Command.Rpc(9, "", null)),
                Arguments.of(
                        "{\"id\":9,\"sub_refresh\":{\"channel\":\"c\",\"token\":\"t\",\"type\":0,\"track\":[],"
                                + "\"untrack\":null}}",
                        new Command.SubRefresh(9, "c", "t")),
                Arguments.of(
                        "{\"id\":9,\"sub_refresh\":{\"channel\":\"c\",\"type\":1}}",
                        new Command.Unavailable(9, "sub_refresh")),
                Arguments.of(
                        "{\"id\":9,\"sub_refresh\":{\"track\":[{\"key\":\"k\"}],\"channel\":\"c\"}}",
                        new Command.Unavailable(9, "sub_refresh")),
                Arguments.of(
                        "{\"id\":9,\"sub_refresh\":{\"track\":{},\"channel\":\"c\"}}",
                        new Command.Unavailable(9, "sub_refresh")),
                Arguments.of(
                        "{\"id\":9,\"sub_refresh\":{\"untrack\":[\"k\"],\"channel\":\"c\"}}",
                        new Command.Unavailable(9, "sub_refresh")),
                Arguments.of("{\"send\":{\"data\":{\"typing\":true}}}", new Command.Send(json("{\"typing\":true}"))),
                Arguments.of("{\"id\":5,\"send\":{}}", new Command.Send(null)),
                Arguments.of("{}", new Command.Pong()),
                Arguments.of(" { } \r", new Command.Pong()),
                Arguments.of("{\"id\":0}", new Command.Pong()),
                Arguments.of("{\"id\":null,\"publish\":{\"channel\":\"c\"}}", new Command.Pong()),
                // the first in the order of the protocol wins, not the first in the text
                Arguments.of(
                        "{\"id\":1,\"publish\":{\"channel\":\"p\",\"data\":1},\"unsubscribe\":{\"channel\":\"u\"},"
                                + "\"history\":{\"channel\":\"h\"}}",
                        new Command.Unsubscribe(1, "u")),
                // the last of two equal keys wins
                Arguments.of(
                        "{\"id\":1,\"id\":2,\"publish\":{\"channel\":\"a\",\"channel\":\"b\",\"data\":1,\"data\":2}}",
                        new Command.Publish(2, "b", json("2"))),
                Arguments.of(
                        "{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\":1},\"publish\":{\"channel\":\"b\"}}",
                        new Command.Publish(1, "b", null)),
                // null is as good as nothing, wherever it stands
                Arguments.of(
                        "{\"id\":1,\"connect\":null,\"publish\":{\"channel\":\"a\",\"data\":1},\"publish\":null}",
                        new Command.Publish(1, "a", json("1"))),
                Arguments.of("{\"id\":0,\"send\":null}", new Command.Pong()),
                Arguments.of("{\"send\":{},\"refresh\":{\"token\":\"t\"}}", new Command.Send(null)),
                Arguments.of(
                        "{\"id\":1,\"publish\":{\"channel\":\"\\u00e9\\ud83d\\ude00ü\",\"data\":\"\\u00e9\"}}",
                        new Command.Publish(1, "é😀ü", json("\"\\u00e9\""))));
    }

    @ParameterizedTest
    @MethodSource("wellFormed")
    void a_command_is_read(String text, Command expected) {
        assertThat(decode(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1}",
                "[]",
                "[ 1 , [ 2 ] ]",
                "\"text\"",
                "\"\"",
                "0",
                "-1.5e+10",
                "1E400",
                "true",
                "false",
                "{ }",
                "\"\\u0000\\ud800\\\\\\\"\"",
                "\"ü€😀\"",
                "{\"k\":\"}\",\"k\":\"]\"}",
                "12345678901234567890123456789012345"
            })
    void data_goes_on_as_the_bytes_that_came(String data) {
        for (String space : List.of("", " ", "\t\r ")) {
            String text = "{\"id\":1,\"publish\":{\"data\":" + space + data + space + ",\"channel\":\"c\"}}";

            assertThat(decode(text)).isEqualTo(new Command.Publish(1, "c", json(data)));
            assertThat(decode(text)).isInstanceOfSatisfying(Command.Publish.class, publish -> assertThat(publish.data())
                    .matches(Payload::isJson));
        }
    }

    /** It may be white space to JSON, but a client that reads line by line would see two. */
    @Test
    void raw_carriage_returns_are_left_out_of_data() {
        assertThat(decode("{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":\r[\r1,\r\"\\r\",\r\"0123456789\"]\r}}"))
                .isEqualTo(new Command.Publish(1, "c", json("[1,\"\\r\",\"0123456789\"]")))
                .isInstanceOfSatisfying(Command.Publish.class, publish -> assertThat(publish.data())
                        .matches(Payload::isJson));
    }

    static Stream<String> malformed() {
        return Stream.of(
                "",
                " ",
                "null",
                "[]",
                "1",
                "\"x\"",
                "x",
                "{",
                "{}}",
                "{} {}",
                "{},",
                "{\"id\":1}",
                "{\"id\":1,\"ping\":{}}",
                "{\"id\":1,\"unknown\":{}}",
                "{\"id\":1,\"publish\":null}",
                "{\"connect\":{},\"send\":{}}",
                "{\"id\":-1,\"connect\":{}}",
                "{\"id\":4294967296,\"connect\":{}}",
                "{\"id\":1.0,\"connect\":{}}",
                "{\"id\":1e0,\"connect\":{}}",
                "{\"id\":\"1\",\"connect\":{}}",
                "{\"id\":true,\"connect\":{}}",
                "{\"id\":[],\"connect\":{}}",
                "{\"id\":" + "9".repeat(2000) + ",\"connect\":{}}",
                "{\"id\":01,\"connect\":{}}",
                "{\"id\":1,\"connect\":[]}",
                "{\"id\":1,\"connect\":\"x\"}",
                "{\"id\":1,\"connect\":{\"token\":1}}",
                "{\"id\":1,\"connect\":{\"name\":{}}}",
                "{\"id\":1,\"connect\":{\"headers\":[]}}",
                "{\"id\":1,\"connect\":{\"headers\":{\"h\":1}}}",
                "{\"id\":1,\"connect\":{\"subs\":[]}}",
                "{\"id\":1,\"connect\":{\"subs\":{\"c\":true}}}",
                "{\"id\":1,\"connect\":{\"subs\":{\"\":{}}}}",
                "{\"id\":1,\"connect\":{\"subs\":{\"c\":{\"recover\":\"yes\"}}}}",
                "{\"id\":1,\"connect\":{\"subs\":{\"c\":{\"offset\":9007199254740992}}}}",
                "{\"id\":1,\"connect\":{\"subs\":{\"c\":{\"epoch\":1}}}}",
                "{\"id\":1,\"connect\":{\"subs\":{\"c\":{\"delta\":\"x\"}}}}",
                "{\"id\":1,\"subscribe\":{}}",
                "{\"id\":1,\"subscribe\":{\"channel\":\"\"}}",
                "{\"id\":1,\"subscribe\":{\"channel\":null}}",
                "{\"id\":1,\"subscribe\":{\"channel\":7}}",
                "{\"id\":1,\"subscribe\":{\"channel\":\"c\",\"recover\":1}}",
                "{\"id\":1,\"subscribe\":{\"channel\":\"c\",\"join_leave\":\"yes\"}}",
                "{\"id\":1,\"subscribe\":{\"channel\":\"c\",\"delta\":\"x\"}}",
                "{\"id\":1,\"subscribe\":{\"channel\":\"c\",\"offset\":-1}}",
                "{\"id\":1,\"subscribe\":{\"channel\":\"c\",\"offset\":9007199254740992}}",
                "{\"id\":1,\"subscribe\":{\"channel\":\"c\",\"offset\":\"1\"}}",
                "{\"id\":1,\"subscribe\":{\"channel\":\"c\",\"type\":2147483648}}",
                "{\"id\":1,\"subscribe\":{\"type\":1}}",
                "{\"id\":1,\"subscribe\":{\"tf\":1}}",
                "{\"id\":1,\"subscribe\":{\"channel\":\"c\",\"tf\":{\"op\":tru}}}",
                "{\"id\":1,\"subscribe\":{\"channel\":\"c\",\"tf\":{\"nodes\":[",
                "{\"id\":1,\"subscribe\":{\"channel\":\"c\",\"tf\":{\"vals\":[\"a\"",
                "{\"id\":1,\"subscribe\":{\"channel\":\"c\",\"tf\":" + "[".repeat(60_000),
                "{\"id\":1,\"unsubscribe\":{}}",
                "{\"id\":1,\"presence\":{}}",
                "{\"id\":1,\"presence_stats\":{\"channel\":\"\"}}",
                "{\"id\":1,\"rpc\":{\"method\":1}}",
                "{\"id\":1,\"sub_refresh\":{}}",
                "{\"id\":1,\"sub_refresh\":{\"type\":1}}",
                "{\"id\":1,\"sub_refresh\":{\"channel\":\"c\",\"token\":false}}",
                "{\"id\":1,\"sub_refresh\":{\"channel\":\"c\",\"track\":1}}",
                "{\"id\":1,\"refresh\":{\"token\":[]}}",
                "{\"id\":1,\"publish\":{\"data\":1}}",
                "{\"id\":1,\"publish\":{\"channel\":\"\",\"type\":1}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":tru}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":nul}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":NaN}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":Infinity}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":+1}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":.5}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":1.}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":00}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":1e}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":0x1}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":'x'}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":\"\\x\"}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":\"\\u12g4\"}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":\"\t\"}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":\"\u0000\"}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":[1,]}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":{\"a\":1,}}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":{a:1}}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":[}]}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":1}} // x",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":/**/1}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":1",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":" + "[".repeat(600) + "]".repeat(600) + "}}",
                "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":" + "[".repeat(60_000),
                "{\"id\":1,\"x\":" + "{\"a\":".repeat(600) + "1" + "}".repeat(600) + ",\"connect\":{}}",
                "{\"id\":1,\"history\":{\"limit\":1}}",
                "{\"id\":1,\"history\":{\"channel\":\"c\",\"limit\":2147483648}}",
                "{\"id\":1,\"history\":{\"channel\":\"c\",\"limit\":1.5}}",
                "{\"id\":1,\"history\":{\"channel\":\"c\",\"since\":7}}",
                "{\"id\":1,\"history\":{\"channel\":\"c\",\"since\":{\"offset\":-1}}}",
                "\ufeff{}",
                "{\u0000}\u0000",
                "\u0000{\u0000}");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void what_is_not_the_protocol_is_malformed(String text) {
        assertThat(decode(text)).isNull();
    }

    @Test
    void a_filter_is_read_as_it_came() {
        assertThat(filter("{}")).isEqualTo(new FilterNode("", "", "", "", List.of(), List.of()));
        assertThat(
                        filter(
                                "{\"op\":\"and\",\"nodes\":[{\"key\":\"a\",\"cmp\":\"in\",\"vals\":[\"1\",\"\"],\"new\":[{}]},"
                                        + "{\"op\":\"not\",\"nodes\":[{\"key\":\"b\",\"cmp\":\"eq\",\"val\":\"ü\",\"vals\":null}]}]}"))
                .isEqualTo(new FilterNode(
                        "and",
                        "",
                        "",
                        "",
                        List.of(),
                        List.of(
                                new FilterNode("", "a", "in", "", List.of("1", ""), List.of()),
                                new FilterNode(
                                        "not",
                                        "",
                                        "",
                                        "",
                                        List.of(),
                                        List.of(new FilterNode("", "b", "eq", "ü", List.of(), List.of()))))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "[]",
                "[[[{}]]]",
                "\"eq\"",
                "false",
                "{\"op\":1}",
                "{\"op\":{\"op\":\"and\"}}",
                "{\"key\":[\"a\"]}",
                "{\"cmp\":true}",
                "{\"val\":7}",
                "{\"vals\":\"a\"}",
                "{\"vals\":{}}",
                "{\"vals\":[\"a\",1]}",
                "{\"vals\":[[\"a\"]]}",
                "{\"vals\":[null]}",
                "{\"nodes\":{}}",
                "{\"nodes\":[1]}",
                "{\"nodes\":[{}, null]}",
                "{\"nodes\":[[{}]]}",
                "{\"nodes\":[{\"nodes\":[{\"val\":{}}]}]}"
            })
    void a_filter_that_is_none_costs_the_command_only(String filter) {
        assertThat(decode("{\"id\":2,\"subscribe\":{\"tf\":" + filter + ",\"channel\":\"c\"}}"))
                .isEqualTo(new Command.Invalid(2));
    }

    @Test
    void a_filter_is_bounded_in_depth_and_size() {
        assertThat(filter(deepFilter(FilterNode.MAX_DEPTH))).isNotNull();
        assertThat(filter(deepFilter(FilterNode.MAX_DEPTH + 1))).isNull();
        assertThat(filter(deepFilter(100))).isNull();
        assertThat(filter(wideFilter(FilterNode.MAX_NODES - 1))).isNotNull();
        assertThat(filter(wideFilter(FilterNode.MAX_NODES))).isNull();
        assertThat(filter(wideFilter(20_000))).isNull();
    }

    @Test
    void the_last_of_two_filters_wins() {
        assertThat(decode("{\"id\":2,\"subscribe\":{\"channel\":\"c\",\"tf\":1,\"tf\":null}}"))
                .isInstanceOfSatisfying(Command.Subscribe.class, subscribe -> assertThat(subscribe.filter())
                        .isNull());
        assertThat(decode("{\"id\":2,\"subscribe\":{\"channel\":\"c\",\"tf\":{},\"tf\":1}}"))
                .isEqualTo(new Command.Invalid(2));
    }

    @Test
    void nothing_of_a_command_is_left_for_the_next() {
        assertThat(decode(
                        "{\"id\":1,\"subscribe\":{\"channel\":\"c\",\"join_leave\":true,\"tf\":{\"op\":\"x\"},\"data\":1,"
                                + "\"offset\":7,\"epoch\":\"e\",\"flag\":2},\"send\":{}}"))
                .isInstanceOf(Command.Subscribe.class);
        assertThat(decode("{\"id\":2,\"subscribe\":{\"channel\":\"d\"}}"))
                .isEqualTo(new Command.Subscribe(
                        2, "d", "", null, false, StreamPosition.NONE, false, false, false, null, 0));
        assertThat(decode("{\"id\":1,\"connect\":{\"headers\":{\"a\":\"b\"},\"subs\":{\"a\":{}},\"name\":\"n\"}}"))
                .isInstanceOf(Command.Connect.class);
        assertThat(decode("{\"id\":1,\"connect\":{}}"))
                .isEqualTo(new Command.Connect(1, "", null, "", "", Map.of(), Map.of()));
    }

    @Test
    void data_may_nest_deeply_but_not_without_end() {
        int most = JsonCursor.MAX_DEPTH - 2;

        assertThat(decode(nested(most))).isInstanceOf(Command.Publish.class);
        assertThat(decode(nested(most + 1))).isNull();
    }

    @Test
    void a_frame_holds_one_command_per_line() {
        assertThat(frame("{}\n{\"id\":1,\"connect\":{}}")).containsExactly("Pong", "Connect");
        assertThat(frame("{}\n")).containsExactly("Pong");
        assertThat(frame("")).containsExactly("malformed");
        assertThat(frame("\n")).containsExactly("malformed");
        assertThat(frame("{}\n\n")).containsExactly("Pong", "malformed");
        assertThat(frame("{}\n\n{}")).containsExactly("Pong", "malformed");
        assertThat(frame("{}\n[]\n{}")).containsExactly("Pong", "malformed");
        assertThat(frame("{\n}")).containsExactly("malformed");
    }

    @Test
    void nothing_is_read_behind_a_command_that_ends_the_connection() {
        List<Command> read = new ArrayList<>();
        byte[] bytes = "{}\nnonsense".getBytes(UTF_8);

        boolean wellFormed = commands.decodeFrame(bytes, 0, bytes.length, command -> {
            read.add(command);
            return false;
        });

        assertThat(wellFormed).isTrue();
        assertThat(read).hasSize(1);
    }

    @Test
    void a_command_is_read_from_the_middle_of_an_array() {
        byte[] bytes = "xx{\"id\":3,\"publish\":{\"channel\":\"n\",\"data\":[1, 2]}}yy".getBytes(UTF_8);

        assertThat(commands.decode(bytes, 2, bytes.length - 2)).isEqualTo(new Command.Publish(3, "n", json("[1, 2]")));
    }

    @Test
    void mutilated_commands_are_read_or_malformed_and_nothing_else_happens() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<byte[]> templates = wellFormed()
                .map(arguments -> ((String) arguments.get()[0]).getBytes(UTF_8))
                .toList();
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = templates.get(random.nextInt(templates.size())).clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = random.nextBoolean()
                        ? (byte) "{}[]\",:\\u0e-.\n\t ".charAt(random.nextInt(16))
                        : (byte) random.nextInt(256);
            }
            if (Utf8.isValid(bytes, 0, bytes.length)) {
                Command command = commands.decode(bytes, 0, bytes.length);
                if (command instanceof Command.Publish publish && publish.data() != null) {
                    assertThat(JsonCheck.normalize(publish.data().toByteArray()))
                            .as("seed %s: data of %s", seed, new String(bytes, UTF_8))
                            .isGreaterThan(0);
                }
            }
        }
    }

    private static String nested(int depth) {
        return "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":" + "[".repeat(depth) + "]".repeat(depth) + "}}";
    }

    private static String deepFilter(int depth) {
        return "{\"nodes\":[".repeat(depth - 1) + "{}" + "]}".repeat(depth - 1);
    }

    private static String wideFilter(int leaves) {
        return "{\"nodes\":[{}" + ",{}".repeat(leaves - 1) + "]}";
    }

    private @Nullable FilterNode filter(String text) {
        Command command = decode("{\"id\":2,\"subscribe\":{\"channel\":\"c\",\"tf\":" + text + "}}");
        if (command instanceof Command.Subscribe subscribe) {
            return subscribe.filter();
        }
        assertThat(command).isEqualTo(new Command.Invalid(2));
        return null;
    }

    private List<String> frame(String text) {
        List<String> seen = new ArrayList<>();
        byte[] bytes = text.getBytes(UTF_8);
        if (!commands.decodeFrame(bytes, 0, bytes.length, command -> {
            seen.add(command.getClass().getSimpleName());
            return true;
        })) {
            seen.add("malformed");
        }
        return seen;
    }

    private @Nullable Command decode(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return commands.decode(bytes, 0, bytes.length);
    }

    private static Payload json(String text) {
        return Payload.of(text);
    }
}
