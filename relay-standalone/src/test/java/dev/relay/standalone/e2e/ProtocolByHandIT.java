package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lines of the protocol's worked examples typed by hand, and the refusals that must not close a connection. */
final class ProtocolByHandIT {
    private static RelayProcess relay;
    private static Bystander bystander;

    @BeforeAll
    static void start(@TempDir Path directory) {
        relay = RelayProcess.ready(RelaySettings.in(directory)
                .with("RELAY_NAMESPACES", "[{\"name\":\"plain\"}]")
                .with("RELAY_PING_INTERVAL", "25s"));
        bystander = Bystander.on(relay, "bystander");
    }

    @AfterEach
    void everybody_else_is_unharmed() {
        bystander.stillReceives();
    }

    @AfterAll
    static void end() {
        relay.close();
    }

    @Test
    void connect_subscribe_publish_history_unsubscribe() {
        try (Dialogue dialogue = Dialogue.with(relay)) {
            dialogue.runs("""
                    > {"id":1,"connect":{}}
                    < {"id":1,"connect":{"client":"<client>","version":"<version>","ping":25,"pong":true}}
                    > {"id":2,"subscribe":{"channel":"news"}}
                    < {"id":2,"subscribe":{"recoverable":true,"epoch":"<epoch>","positioned":true}}
                    > {"id":3,"publish":{"channel":"news","data":{"a":1}}}
                    < {"push":{"channel":"news","pub":{"data":{"a":1},"info":{"user":"","client":"<client>"},"offset":1,"epoch":"<epoch>"}}}
                    < {"id":3,"publish":{}}
                    > {"id":4,"history":{"channel":"news","limit":10}}
                    < {"id":4,"history":{"publications":[{"data":{"a":1},"info":{"user":"","client":"<client>"},"offset":1}],"epoch":"<epoch>","offset":1}}
                    > {"id":5,"history":{"channel":"news"}}
                    < {"id":5,"history":{"publications":[],"epoch":"<epoch>","offset":1}}
                    > {"id":6,"publish":{"channel":"news","data":{"a":2}}}
                    < {"push":{"channel":"news","pub":{"data":{"a":2},"info":{"user":"","client":"<client>"},"offset":2}}}
                    < {"id":6,"publish":{}}
                    > {"id":7,"unsubscribe":{"channel":"news"}}
                    < {"id":7,"unsubscribe":{}}
                    > {"id":8,"publish":{"channel":"news","data":{"a":3}}}
                    < {"id":8,"publish":{}}
                    > {"id":9,"history":{"channel":"news"}}
                    < {"id":9,"history":{"publications":[],"epoch":"<epoch>","offset":3}}
                    """);
            assertThat(dialogue.value("client")).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
            assertThat(dialogue.value("epoch")).matches("[A-Za-z0-9]{4,16}");
            assertThat(dialogue.value("version")).startsWith("relay");
        }
    }

    @Test
    void one_frame_carries_connect_and_two_subscribes() {
        try (Dialogue dialogue = Dialogue.with(relay)) {
            dialogue.runs("""
                    > {"id":1,"connect":{"name":"js"}}
                      {"id":2,"subscribe":{"channel":"plain:1","flag":1}}
                      {"id":3,"subscribe":{"channel":"nowhere:2","flag":1}}
                    < {"id":1,"connect":{"client":"<client>","version":"<version>","ping":25,"pong":true}}
                      {"id":2,"subscribe":{}}
                      {"id":3,"error":{"code":102,"message":"unknown channel"}}
                    """);
        }
    }

    @Test
    void answers_that_are_ready_together_share_frames() {
        String[] commands = IntStream.rangeClosed(2, 201)
                .mapToObj(id -> "{\"id\":" + id + ",\"presence\":{\"channel\":\"plain:1\"}}")
                .toArray(String[]::new);
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            RawWebSocket socket = dialogue.socket();
            int before = socket.framesRead();
            socket.send(commands);
            Set<String> answered = new HashSet<>();
            while (answered.size() < commands.length) {
                answered.add(String.valueOf(Json.object(socket.line()).get("id")));
            }
            assertThat(socket.framesRead() - before).isLessThan(commands.length);
        }
    }

    @Test
    void a_trailing_newline_unknown_fields_and_null_are_no_fault() {
        try (Dialogue dialogue = Dialogue.with(relay)) {
            dialogue.socket().send("{\"id\":1,\"connect\":{\"unknown\":[1,{}],\"token\":null},\"more\":{}}", "");
            dialogue.runs("""
                    < {"id":1,"connect":{"client":"<client>","version":"<version>","ping":25,"pong":true}}
                    > {"id":2,"subscribe":{"channel":"plain:lenient","offset":null,"epoch":null,"positioned":false}}
                    < {"id":2,"subscribe":{}}
                    """);
        }
    }

    @Test
    void a_payload_is_passed_on_as_it_is() {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            dialogue.runs("""
                    > {"id":2,"subscribe":{"channel":"plain:payload"}}
                    < {"id":2,"subscribe":{}}
                    > {"id":3,"publish":{"channel":"plain:payload","data":[1.50,"ä\\n\\u0000","x",null,{"b":1,"a":2}]}}
                    < {"push":{"channel":"plain:payload","pub":{"data":[1.50,"ä\\n\\u0000","x",null,{"b":1,"a":2}],"info":{"user":"","client":"<client>"}}}}
                    < {"id":3,"publish":{}}
                    """);
        }
    }

    @Test
    void unsubscribing_without_a_subscription_succeeds() {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            dialogue.runs("""
                    > {"id":2,"unsubscribe":{"channel":"never"}}
                    < {"id":2,"unsubscribe":{}}
                    """);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'subscribe':{'channel':'nowhere:x'}                | 102 | unknown channel",
                "'publish':{'channel':'nowhere:x','data':1}         | 102 | unknown channel",
                "'history':{'channel':'nowhere:x'}                  | 102 | unknown channel",
                "'subscribe':{'channel':'$private'}                 | 103 | permission denied",
                "'publish':{'channel':'plain:x'}                    | 107 | bad request",
                "'subscribe':{'channel':'plain:x','tf':{'op':'x'}}  | 107 | bad request",
                "'subscribe':{'channel':'plain:x','type':1}         | 108 | not available",
                "'publish':{'channel':'plain:x','data':1,'type':1}  | 108 | not available",
                "'presence':{'channel':'news'}                      | 108 | not available",
                "'presence_stats':{'channel':'news'}                | 108 | not available",
                "'history':{'channel':'plain:x'}                    | 108 | not available",
                "'rpc':{'method':'nope'}                            | 108 | not available",
                "'sub_refresh':{'channel':'plain:x','type':1}       | 108 | not available",
            })
    void a_refused_command_is_answered_with_an_error_and_the_connection_stays(
            String command, int code, String message) {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            dialogue.runs("""
                    > {"id":2,%s}
                    < {"id":2,"error":{"code":%d,"message":"%s"}}
                    > {"id":3,"subscribe":{"channel":"plain:after"}}
                    < {"id":3,"subscribe":{}}
                    """.formatted(command.replace('\'', '"'), code, message));
        }
    }

    @Test
    void a_channel_is_subscribed_once() {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            dialogue.runs("""
                    > {"id":2,"subscribe":{"channel":"plain:twice"}}
                    < {"id":2,"subscribe":{}}
                    > {"id":3,"subscribe":{"channel":"plain:twice"}}
                    < {"id":3,"error":{"code":105,"message":"already subscribed"}}
                    > {"id":4,"unsubscribe":{"channel":"plain:twice"}}
                    < {"id":4,"unsubscribe":{}}
                    > {"id":5,"subscribe":{"channel":"plain:twice"}}
                    < {"id":5,"subscribe":{}}
                    """);
        }
    }

    @Test
    void a_client_has_at_most_128_channels() {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            for (int id = 2; id < 130; id++) {
                dialogue.runs("""
                        > {"id":%1$d,"subscribe":{"channel":"plain:%1$d"}}
                        < {"id":%1$d,"subscribe":{}}
                        """.formatted(id));
            }
            dialogue.runs("""
                    > {"id":130,"subscribe":{"channel":"plain:one-too-many"}}
                    < {"id":130,"error":{"code":106,"message":"limit exceeded"}}
                    > {"id":131,"unsubscribe":{"channel":"plain:2"}}
                    < {"id":131,"unsubscribe":{}}
                    > {"id":132,"subscribe":{"channel":"plain:one-too-many"}}
                    < {"id":132,"subscribe":{}}
                    """);
        }
    }

    @Test
    void a_channel_name_has_at_most_255_bytes() {
        String longest = "plain:" + "x".repeat(249);
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            dialogue.runs("""
                    > {"id":2,"subscribe":{"channel":"%1$s"}}
                    < {"id":2,"subscribe":{}}
                    > {"id":3,"subscribe":{"channel":"%1$sx"}}
                    < {"id":3,"error":{"code":107,"message":"bad request"}}
                    > {"id":4,"publish":{"channel":"%1$sx","data":1}}
                    < {"id":4,"error":{"code":107,"message":"bad request"}}
                    """.formatted(longest));
        }
    }

    @Test
    void a_known_subprotocol_is_echoed_an_empty_one_counts_as_none() {
        try (RawWebSocket named =
                        RawWebSocket.open(relay.port(), "Sec-WebSocket-Protocol: other, centrifuge-json\r\n");
                RawWebSocket empty = RawWebSocket.open(relay.port(), "Sec-WebSocket-Protocol: \r\n")) {
            assertThat(named.header("Sec-WebSocket-Protocol")).isEqualTo("centrifuge-json");
            assertThat(empty.header("Sec-WebSocket-Protocol")).isNull();
            for (RawWebSocket socket : new RawWebSocket[] {named, empty}) {
                Dialogue.over(socket).runs("""
                                > {"id":1,"connect":{}}
                                < {"id":1,"connect":{"client":"<client>","version":"<version>","ping":25,"pong":true}}
                                """);
            }
        }
    }
}
