package dev.relay.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.transport.Command;
import dev.relay.transport.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeIT {
    private WebSocketEdge edge = WebSocketEdge.builder()
            .port(0)
            .allowedOrigins(List.of("https://*.example.org"))
            .allowLoopbackOrigins(true)
            .handshakeTimeout(Duration.ofMillis(300))
            .build();
    private final FakeShard shard = new FakeShard(edge, 0, 1, (connection, command) -> {
        if (command instanceof Command.Connect connect) {
            connection.reply(connect.id(), new Reply.Connected("c1", "relay", null, false, 0, 25, true));
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

            String head = client.head();

            assertThat(head)
                    .startsWith("HTTP/1.1 101 ")
                    .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
                    .contains("Upgrade: websocket\r\n")
                    .contains("Connection: Upgrade\r\n")
                    .doesNotContain("Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "TooTallNate");
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
    void a_command_sent_with_the_request_is_not_lost() throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            byte[] request = RawClient.request("/connection/websocket").getBytes("US-ASCII");
            byte[] frame = RawClient.frame(RawClient.TEXT, "{\"id\":1,\"connect\":{}}".getBytes("US-ASCII"));
            byte[] both = java.util.Arrays.copyOf(request, request.length + frame.length);
            System.arraycopy(frame, 0, both, request.length, frame.length);

            client.send(both);

            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.read().text()).startsWith("{\"id\":1,");
        }
    }

    @Test
    void a_request_may_come_byte_by_byte() throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            for (byte b : RawClient.request("/connection/websocket").getBytes("US-ASCII")) {
                client.send(b);
            }

            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
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
    @ValueSource(strings = {"centrifuge-json", "centrifuge-protobuf, centrifuge-json", "x,centrifuge-json"})
    void the_json_subprotocol_is_echoed(String offered) throws Exception {
        assertThat(answer(RawClient.request("/connection/websocket", "Sec-WebSocket-Protocol: " + offered)))
                .startsWith("HTTP/1.1 101 ")
                .contains("Sec-WebSocket-Protocol: centrifuge-json\r\n");
    }

    private String answer(String request) throws IOException {
        try (RawClient client = new RawClient(edge.port())) {
            client.send(request);
            return client.head();
        }
    }
}
