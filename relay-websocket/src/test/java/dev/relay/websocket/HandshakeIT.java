package dev.relay.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.transport.Command;
import dev.relay.transport.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Relay makes of a request: encoding, origin, path, limits. RFC 6455 is in {@link Rfc6455HandshakeIT}. */
class HandshakeIT {
    private final WebSocketEdge edge = WebSocketEdge.builder()
            .port(0)
            .allowedOrigins(List.of("https://*.example.org"))
            .allowLoopbackOrigins(true)
            .handshakeTimeout(Duration.ofMillis(300))
            .build();
    private final FakeShard shard = new FakeShard(edge, 0, 1, (connection, command) -> {
        if (command instanceof Command.Connect connect) {
            connection.reply(connect.id(), new Reply.Connected("c1", "relay", null, false, 0, 25, true, Map.of()));
        }
    });

    @AfterEach
    void stop() {
        shard.close();
    }

    @Test
    void a_good_request_is_upgraded_and_the_first_command_answered() throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            client.send(RawClient.request("/connection/websocket?cf_protocol_version=v2"));

            assertThat(client.head()).startsWith("HTTP/1.1 101 ").doesNotContain("TooTallNate");
            client.sendText("{\"id\":1,\"connect\":{}}");
            assertThat(client.read().text())
                    .isEqualTo(
                            "{\"id\":1,\"connect\":{\"client\":\"c1\",\"version\":\"relay\",\"ping\":25,\"pong\":true}}");
            FakeConnection connection = shard.connected.take();
            assertThat(connection.opened.get(5, SECONDS).encoding()).isEqualTo("json");
            assertThat(connection.opened.get().remoteAddress()).startsWith("127.0.0.1:");
        }
    }

    @Test
    void our_draft_reads_the_frames_after_the_handshake() throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            client.sendText("{}");
            FakeConnection connection = shard.connected.take();

            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Pong());
            CompletableFuture<Object> draft = new CompletableFuture<>();
            shard.execute(() -> draft.complete(((RelayConnection) connection.transport).getDraft()));
            assertThat(draft.get(5, SECONDS)).isInstanceOf(RelayDraft.class);
        }
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', textBlock = """
        # offered                              | query                                      | answered            | encoding
        -                                      |                                            | -                   | json
        centrifuge-json                        |                                            | centrifuge-json     | json
        x,centrifuge-json                      |                                            | centrifuge-json     | json
        centrifuge-protobuf                    |                                            | centrifuge-protobuf | protobuf
        centrifuge-json, centrifuge-protobuf   |                                            | centrifuge-json     | json
        centrifuge-protobuf, centrifuge-json   |                                            | centrifuge-protobuf | protobuf
        chat,centrifuge-protobuf               |                                            | centrifuge-protobuf | protobuf
        chat                                   |                                            | -                   | json
        Centrifuge-Protobuf                    |                                            | -                   | json
        -                                      | ?format=protobuf                           | -                   | protobuf
        -                                      | ?x=1&cf_protocol=protobuf                  | -                   | protobuf
        -                                      | ?format=json                               | -                   | json
        -                                      | ?xformat=protobuf&format=protobufx         | -                   | json
        -                                      | ?cf_protocol_version=v2&format=protobuf&&= | -                   | protobuf
        centrifuge-json                        | ?format=protobuf                           | centrifuge-json     | protobuf
        centrifuge-protobuf                    | ?format=json                               | centrifuge-protobuf | protobuf
        """)
    void the_encoding_is_agreed_on(
            @Nullable String offered, @Nullable String query, @Nullable String answered, String encoding)
            throws Exception {
        String target = "/connection/websocket" + (query == null ? "" : query);
        try (RawClient client = new RawClient(edge.port())) {
            client.send(
                    offered == null
                            ? RawClient.request(target)
                            : RawClient.request(target, "Sec-WebSocket-Protocol: " + offered));

            String head = client.head();

            assertThat(head).startsWith("HTTP/1.1 101 ");
            if (answered == null) {
                assertThat(head).doesNotContain("Sec-WebSocket-Protocol");
            } else {
                assertThat(head).contains("Sec-WebSocket-Protocol: " + answered + "\r\n");
            }
            FakeConnection connection = shard.connected.take();
            assertThat(connection.opened.get(5, SECONDS).encoding()).isEqualTo(encoding);
            assertThat(connection.hasTransportPings()).isFalse();
        }
    }

    @Test
    void connections_of_one_encoding_share_it() throws Exception {
        try (RawClient one = RawClient.open(edge.port(), "Sec-WebSocket-Protocol: centrifuge-protobuf");
                RawClient other = RawClient.open(edge.port(), "Sec-WebSocket-Protocol: centrifuge-protobuf")) {
            FakeConnection first = shard.connected.take();
            FakeConnection second = shard.connected.take();
            first.opened.get(5, SECONDS);
            second.opened.get(5, SECONDS);

            assertThat(first.encoding()).isNotNull().isSameAs(second.encoding());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "cf_ws_frame_ping_pong=true, true",
        "format=protobuf&cf_ws_frame_ping_pong=true, true",
        "cf_ws_frame_ping_pong=false, false",
        "cf_ws_frame_ping_pong, false"
    })
    void pings_of_websocket_are_there_for_those_who_ask(String query, boolean asked) throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            client.send(RawClient.request("/connection/websocket?" + query));
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            FakeConnection connection = shard.connected.take();
            connection.opened.get(5, SECONDS);
            assertThat(connection.hasTransportPings()).isEqualTo(asked);

            shard.execute(() -> connection.transport.ping());
            RawClient.Frame ping = client.read();

            assertThat(ping.first()).isEqualTo(RawClient.PING);
            assertThat(ping.payload()).isEmpty();
            client.send(RawClient.frame(RawClient.PONG));
            assertThat(connection.pongs.poll(5, SECONDS)).isEqualTo("pong");
            assertThat(connection.commands).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Protocol:",
                "Sec-WebSocket-Protocol: chat",
                "Sec-WebSocket-Extensions: permessage-deflate"
            })
    void an_empty_or_unknown_offer_is_as_good_as_none(String header) throws Exception {
        assertThat(answer(RawClient.request("/connection/websocket", header)))
                .startsWith("HTTP/1.1 101 ")
                .doesNotContain("Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions");
    }

    @Test
    void a_field_that_comes_twice_is_one_list() throws Exception {
        String request = RawClient.request("/connection/websocket")
                .replace("Connection: keep-alive, Upgrade\r\n", "Connection: keep-alive\r\nConnection: Upgrade\r\n");
        assertThat(answer(request)).startsWith("HTTP/1.1 101 ");
        assertThat(answer(RawClient.request(
                        "/connection/websocket",
                        "Sec-WebSocket-Protocol: chat",
                        "Sec-WebSocket-Protocol: centrifuge-protobuf")))
                .startsWith("HTTP/1.1 101 ")
                .contains("Sec-WebSocket-Protocol: centrifuge-protobuf\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.org",
                "HTTPS://APP.Example.ORG",
                "http://localhost:3000",
                "http://127.0.0.1",
                "https://[::1]:8443"
            })
    void an_origin_that_is_allowed_connects(String origin) throws Exception {
        assertThat(answer(RawClient.request("/connection/websocket", "Origin: " + origin)))
                .startsWith("HTTP/1.1 101 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.org",
                "https://app.example.org.evil.net",
                "http://localhost.evil.net",
                "http://app.example.org",
                "null"
            })
    void any_other_origin_is_refused(String origin) throws Exception {
        refused("403 Forbidden", RawClient.request("/connection/websocket", "Origin: " + origin));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/connection/websocket/", "/connection", "/connection/sse", "/connection/websocket%20"})
    void any_other_path_is_not_found(String target) throws Exception {
        assertThat(refused("404 Not Found", RawClient.request(target))).contains("/connection/websocket");
    }

    @Test
    void where_there_is_no_room_a_good_request_is_refused_for_now() throws Exception {
        shard.hasRoom = false;
        assertThat(refused("503 Service Unavailable", RawClient.request("/connection/websocket")))
                .contains("Retry-After: 1\r\n")
                .contains("try again later");
        refused("404 Not Found", RawClient.request("/"));

        shard.hasRoom = true;
        assertThat(answer(RawClient.request("/connection/websocket"))).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void a_request_head_above_16_KiB_is_refused() throws Exception {
        refused(
                "431 Request Header Fields Too Large",
                RawClient.request("/connection/websocket", "X-Large: " + "x".repeat(EdgeOptions.MAX_HEADER_BYTES)));
        refused("400 Bad Request", RawClient.request("/connection/websocket", "a: b\r\n".repeat(200) + "c: d"));
    }

    @Test
    void a_request_that_does_not_come_in_time_is_refused() throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            client.send("GET /connection/websocket HTTP/1.1\r\nHost: x\r\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 408 ");
            FakeConnection connection = shard.connected.take();
            connection.gone.get(5, SECONDS);
            assertThat(connection.endings).hasValue(1);
            assertThat(connection.opened).isNotDone();
        }
    }

    private String refused(String status, String request) throws Exception {
        shard.connected.clear();
        try (RawClient client = new RawClient(edge.port())) {
            client.send(request);
            String response = client.rest(); // and an orderly end
            assertThat(response).startsWith("HTTP/1.1 " + status + "\r\n").contains("text/plain", "Connection: close");
            FakeConnection connection = shard.connected.take();
            client.close();
            connection.gone.get(5, SECONDS);
            assertThat(connection.endings).hasValue(1);
            assertThat(connection.opened).isNotDone();
            return response;
        }
    }

    private String answer(String request) throws IOException {
        try (RawClient client = new RawClient(edge.port())) {
            client.send(request);
            return client.head();
        }
    }
}
