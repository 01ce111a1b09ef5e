package dev.relay.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.CloseCode;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.transport.Command;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections end, whoever ends them. The closing handshake of RFC 6455 is in {@link Rfc6455ClosingIT}. */
class ClosingIT {
    private final WebSocketEdge edge = WebSocketEdge.builder().port(0).build();
    private final FakeShard shard = new FakeShard(edge, 0, 1, (connection, command) -> {
        if (command instanceof Command.Publish publish) {
            fail(publish.channel());
        }
    });

    @AfterEach
    void stop() {
        shard.close();
    }

    @Test
    void what_waits_leaves_before_the_close_frame_even_if_input_is_left_unread() throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            Publication large = new Publication(
                    Payload.of("\"" + "x".repeat(1 << 20) + "\""), null, Map.of(), StreamPosition.NONE, 0);
            client.sendText("{}");
            assertThat(connection.commands.poll(5, SECONDS)).isNotNull();
            shard.execute(() -> {
                connection.push("c", large);
                connection.close(CloseCode.FORCE_DISCONNECT);
            });
            connection.closed.get(5, SECONDS);
            for (int i = 0; i < 100; i++) {
                client.sendText("{\"id\":1,\"rpc\":{}}");
            }

            assertThat(client.read().payload().length).isGreaterThan(1 << 20);
            RawClient.Frame close = client.expectClose(3503);
            assertThat(close.text().substring(2)).isEqualTo("force disconnect");
            assertThat(connection.gone).isNotDone();
            client.close();
            connection.gone.get(5, SECONDS);
            assertThat(connection.commands).isEmpty();
            assertThat(connection.endings).hasValue(1);
        }
    }

    @Test
    void a_peer_that_never_closes_is_dropped_after_five_seconds() throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            client.sendText("{}");
            connection.commands.poll(5, SECONDS);
            long start = System.nanoTime();
            shard.execute(() -> connection.close(CloseCode.SHUTDOWN));

            client.expectClose(3001);
            connection.gone.get(8, SECONDS);
            assertThat(System.nanoTime() - start).isBetween(SECONDS.toNanos(4), SECONDS.toNanos(8));
        }
    }

    @Test
    void a_peer_that_closes_but_keeps_its_socket_is_dropped_after_a_second() throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            client.send(RawClient.closeFrame(1000, ""));

            client.expectClose(1000);
            connection.gone.get(5, SECONDS);
            assertThat(connection.endings).hasValue(1);
        }
    }

    @Test
    void code_3000_ends_the_connection_without_a_close_frame() throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            client.sendText("{}");
            connection.commands.poll(5, SECONDS);
            shard.execute(() -> connection.close(CloseCode.CONNECTION_CLOSED));

            assertThatThrownBy(client::read).isInstanceOf(EOFException.class);
            connection.gone.get(5, SECONDS);
            assertThat(connection.endings).hasValue(1);
        }
    }

    @Test
    void a_client_that_just_goes_away_is_noticed() throws Exception {
        RawClient client = RawClient.open(edge.port());
        FakeConnection connection = shard.connected.take();
        client.close();
        connection.gone.get(5, SECONDS);
        RawClient reset = RawClient.open(edge.port());
        FakeConnection second = shard.connected.take();
        reset.socket.setSoLinger(true, 0);
        reset.close();
        second.gone.get(5, SECONDS);

        RawClient silent = new RawClient(edge.port());
        FakeConnection third = shard.connected.take();
        silent.close();
        third.gone.get(5, SECONDS);

        assertThat(connection.endings).hasValue(1);
        assertThat(second.endings).hasValue(1);
        assertThat(third.endings).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exception", "stack", "memory", "assertion"})
    void a_failure_ends_the_connection_it_belongs_to_and_no_other(String kind) throws Exception {
        try (RawClient other = RawClient.open(edge.port());
                RawClient client = RawClient.open(edge.port())) {
            FakeConnection first = shard.connected.take();
            FakeConnection second = shard.connected.take();

            client.sendText("{\"id\":1,\"publish\":{\"channel\":\"" + kind + "\",\"data\":1}}");

            second.gone.get(5, SECONDS);
            assertThat(second.endings).hasValue(1);
            assertThat(client.atEnd()).isTrue();
            other.sendText("{}");
            assertThat(first.commands.poll(5, SECONDS)).isEqualTo(new Command.Pong());
        }
    }

    @Test
    void reading_pauses_when_the_engine_says_so() throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            client.sendText("{}");
            connection.commands.poll(5, SECONDS);
            shard.execute(() -> connection.transport.wantRead(false));
            shard.execute(() -> connection.raw(ByteBuffer.wrap(new byte[] {(byte) 0x8a, 0})));
            assertThat(client.read().first()).isEqualTo(RawClient.PONG); // reading is off from here on

            client.sendText("{\"id\":5,\"refresh\":{}}");
            assertThat(connection.commands.poll(100, java.util.concurrent.TimeUnit.MILLISECONDS))
                    .isNull();
            shard.execute(() -> connection.transport.wantRead(true));

            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Refresh(5, ""));
        }
    }

    private static void fail(String kind) {
        switch (kind) {
            case "exception" -> throw new IllegalStateException("wanted by the test");
            case "stack" -> deeper(Integer.MAX_VALUE);
            case "memory" -> throw new OutOfMemoryError("wanted by the test");
            default -> throw new AssertionError("wanted by the test");
        }
    }

    private static int deeper(int left) {
        return left == 0 ? 0 : deeper(left - 1) + 1;
    }
}
