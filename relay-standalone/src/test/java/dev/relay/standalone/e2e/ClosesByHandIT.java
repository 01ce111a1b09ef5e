package dev.relay.standalone.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ends a connection, with which code and reason; pings, pongs and timers among it. */
final class ClosesByHandIT {
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "malformed                 | {\"id\":2,",
                "malformed                 | {\"id\":2,\"publish\":{\"channel\":\"plain:x\",\"data\":}}",
                "no object                 | [1]",
                "no object                 | 7",
                "of a wrong type           | {\"id\":\"x\",\"publish\":{}}",
                "of a wrong type           | {\"id\":2,\"subscribe\":{\"channel\":5}}",
                "of unknown kind           | {\"id\":2,\"dance\":{}}",
                "of no kind                | {\"id\":2}",
                "an obsolete ping          | {\"id\":2,\"ping\":{}}",
                "a second connect          | {\"id\":2,\"connect\":{}}",
                "subscribe without channel | {\"id\":2,\"subscribe\":{}}",
                "publish without channel   | {\"id\":2,\"publish\":{\"data\":1}}",
                "unsubscribe from nothing  | {\"id\":2,\"unsubscribe\":{}}",
                "of an unknown delta       | {\"id\":2,\"subscribe\":{\"channel\":\"plain:x\",\"delta\":\"x\"}}",
                "refresh without a token   | {\"id\":2,\"refresh\":{}}",
                "a pong nobody asked for   | {}",
                "a pong with more to it    | {\"publish\":{\"channel\":\"plain:x\",\"data\":1}}",
                "followed by a blank line  | {\"id\":2,\"history\":{\"channel\":\"plain:x\"}}\\n\\n",
                "an empty frame            | \\0",
            })
    void a_bad_request_is_closed_with_3501(String what, String message) {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            String sent = message.equals("\\0") ? "" : message.replace("\\n", "\n");
            dialogue.socket().frame(0x80 | RawWebSocket.TEXT, sent.getBytes(UTF_8));
            assertThat(dialogue.socket().awaitClose()).as(what).hasToString("close 3501 bad request");
        }
    }

    @Test
    void a_command_before_connect_is_closed_with_3501() {
        try (Dialogue dialogue = Dialogue.with(relay)) {
            dialogue.runs("""
                    > {"id":1,"subscribe":{"channel":"plain:x"}}
                    < close 3501 bad request
                    """);
        }
    }

    @Test
    void commands_before_a_bad_one_in_the_same_frame_are_carried_out() {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            dialogue.runs("""
                    > {"id":2,"publish":{"channel":"news","data":1}}
                      {"id":3,"dance":{}}
                    < close 3501 bad request
                    """);
        }
        Await.until(
                "the publication is in the history",
                Duration.ofSeconds(10),
                () -> top("news").equals("1"),
                () -> top("news"));
    }

    @Test
    void a_send_nobody_takes_is_closed_with_3508() {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            dialogue.runs("""
                    > {"send":{"data":1}}
                    < close 3508 not available
                    """);
        }
    }

    @Test
    void a_bad_token_is_closed_with_3500() {
        try (Dialogue dialogue = Dialogue.with(relay)) {
            dialogue.runs("""
                    > {"id":1,"connect":{"token":"e30.e30.e30"}}
                    < close 3500 invalid token
                    """);
        }
    }

    @Test
    void a_message_of_64_kib_is_taken_and_a_longer_one_closed_with_1009() {
        String head = "{\"id\":2,\"publish\":{\"channel\":\"plain:x\",\"data\":\"";
        String tail = "\"}}";
        String longest = head + "x".repeat(65_536 - head.length() - tail.length()) + tail;
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            dialogue.runs("> " + longest + "\n< {\"id\":2,\"publish\":{}}");
            dialogue.socket().send(longest + " ");
            RawWebSocket.Closed closed = dialogue.socket().awaitClose();
            assertThat(closed.code()).isEqualTo(1009);
        }
    }

    @Test
    void a_connection_that_never_connects_is_closed_as_stale() {
        long before = System.nanoTime();
        try (RawWebSocket socket = RawWebSocket.open(relay.port())) {
            assertThat(socket.awaitClose()).hasToString("close 3502 stale");
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(15));
        }
    }

    @Test
    void a_ping_that_is_not_answered_is_closed_with_3012_and_one_answered_twice_with_3501(@TempDir Path other) {
        RelaySettings settings =
                RelaySettings.in(other).with("RELAY_PING_INTERVAL", "2s").with("RELAY_PONG_TIMEOUT", "1s");
        try (RelayProcess pinging = RelayProcess.ready(settings);
                Bystander answering = Bystander.on(pinging, "bystander");
                Dialogue silent = Dialogue.with(pinging);
                Dialogue eager = Dialogue.with(pinging)) {
            String connect = """
                    > {"id":1,"connect":{}}
                    < {"id":1,"connect":{"client":"<client>","version":"<version>","ping":2,"pong":true}}
                    """;
            silent.runs(connect
                    + "< {}\n> {\"id\":2,\"unsubscribe\":{\"channel\":\"x\"}}\n< {\"id\":2,\"unsubscribe\":{}}\n"
                    + "< close 3012 no pong");
            eager.runs(connect + "< {}\n> {}\n> {}\n< close 3501 bad request");
            try (Dialogue polite = Dialogue.with(pinging)) {
                polite.runs(connect + """
                        < {}
                        > {}
                        < {}
                        > {}
                        < {}
                        > {}
                        > {"id":2,"unsubscribe":{"channel":"x"}}
                        < {"id":2,"unsubscribe":{}}
                        """);
            }
            answering.stillReceives();
        }
    }

    @Test
    void a_stop_tells_every_client_3001_and_ends_with_exit_code_0(@TempDir Path other) {
        RelaySettings settings = RelaySettings.in(other);
        try (RelayProcess stopping = RelayProcess.ready(settings);
                Dialogue first = Dialogue.connected(stopping);
                Dialogue second = Dialogue.connected(stopping);
                RawWebSocket unconnected = RawWebSocket.open(stopping.port())) {
            first.runs("""
                    > {"id":2,"publish":{"channel":"kept","data":{"id":1}}}
                    < {"id":2,"publish":{}}
                    """);
            stopping.terminate();
            first.runs("< close 3001 shutdown");
            second.runs("< close 3001 shutdown");
            unconnected.awaitEnd();
            assertThat(stopping.exitCode()).as(stopping.toString()).isZero();
        }
        try (RelayProcess again = RelayProcess.ready(settings);
                Dialogue dialogue = Dialogue.connected(again)) {
            dialogue.runs("""
                    > {"id":2,"history":{"channel":"kept"}}
                    < {"id":2,"history":{"publications":[],"epoch":"<epoch>","offset":1}}
                    """);
        }
    }

    private static String top(String channel) {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            Map<String, Object> reply = dialogue.ask(2, "\"history\":{\"channel\":\"" + channel + "\"}");
            return reply.get("history") instanceof Map<?, ?> history
                    ? String.valueOf(history.get("offset"))
                    : reply.toString();
        }
    }
}
