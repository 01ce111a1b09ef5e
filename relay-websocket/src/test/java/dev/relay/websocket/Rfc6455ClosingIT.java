package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.CloseCode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, sections 5.5.1 and 7: the closing handshake and its codes. */
class Rfc6455ClosingIT {
    private static final int LONGEST_REASON = 123;

    @RegisterExtension
    final RawEdge edge = new RawEdge();

    // ---- the peer closes

    @ParameterizedTest
    @ValueSource(
            ints = {
                1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3008, 3501, 3999, 4000,
                4999
            })
    void a_close_frame_is_answered_with_its_code(int code) throws Exception {
        for (RawEdge.Delivery delivery : RawEdge.Delivery.values()) {
            try (RawClient client = edge.open()) {
                FakeConnection connection = edge.connection();
                RawEdge.deliver(client, delivery, RawClient.closeFrame(code, "bye"));

                client.expectClose(code);
                assertThat(connection.closed.get(5, SECONDS).code()).isEqualTo(code < 3000 ? code : 1000);
                client.close();
                connection.gone.get(5, SECONDS);
                assertThat(connection.endings).hasValue(1);
            }
        }
    }

    @Test
    void a_close_frame_without_a_code_is_answered() throws Exception {
        try (RawClient client = edge.open()) {
            client.send(RawClient.frame(RawClient.CLOSE));
            client.expectClose(1000);
        }
    }

    @Test
    void a_close_frame_may_give_a_reason_of_123_bytes() throws Exception {
        for (String reason : new String[] {"x".repeat(LONGEST_REASON), "€".repeat(LONGEST_REASON / 3), ""}) {
            try (RawClient client = edge.open()) {
                client.send(RawClient.closeFrame(1000, reason));
                client.expectClose(1000);
            }
        }
        edge.fails(1002, RawClient.closeFrame(1000, "x".repeat(LONGEST_REASON + 1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 32_768, 65_535})
    void a_code_that_must_not_be_sent_is_a_protocol_error(int code) throws Exception {
        edge.fails(1002, RawClient.closeFrame(code, ""));
        edge.fails(1002, RawClient.closeFrame(code, "a reason"));
    }

    @Test
    void a_close_frame_of_one_byte_is_a_protocol_error() throws Exception {
        edge.fails(1002, RawClient.frame(RawClient.CLOSE, (byte) 3));
        edge.fails(1002, RawClient.frame(RawClient.CLOSE, (byte) 0));
    }

    @Test
    void a_reason_must_be_utf_8() throws Exception {
        edge.fails(1007, RawClient.frame(RawClient.CLOSE, (byte) 3, (byte) 0xe8, (byte) 0xff));
        edge.fails(1007, RawClient.frame(RawClient.CLOSE, (byte) 3, (byte) 0xe8, (byte) 'x', (byte) 0xe2, (byte) 0x82));
        edge.fails(
                1007, RawClient.frame(RawClient.CLOSE, (byte) 0xf, (byte) 0xa0, (byte) 0xed, (byte) 0xa0, (byte) 0x80));
    }

    @Test
    void what_follows_a_close_frame_is_ignored() throws Exception {
        for (byte[] more : new byte[][] {
            RawClient.frame(RawClient.TEXT, "{\"id\":1,\"connect\":{}}".getBytes(UTF_8)),
            RawClient.frame(RawClient.PING, (byte) 1),
            RawClient.closeFrame(1001, "again"),
            RawClient.frame(0x80, (byte) '}'),
            new byte[] {(byte) 0xff, 0, 0, 0},
            new byte[100_000]
        }) {
            for (RawEdge.Delivery delivery : RawEdge.Delivery.values()) {
                try (RawClient client = edge.open()) {
                    FakeConnection connection = edge.connection();
                    RawEdge.deliver(client, delivery, RawClient.closeFrame(1000, ""), more);

                    client.expectClose(1000);
                    assertThat(connection.commands).isEmpty();
                }
            }
        }
    }

    @Test
    void a_peer_that_shuts_its_output_after_its_close_frame_still_gets_the_answer() throws Exception {
        try (RawClient client = edge.open()) {
            FakeConnection connection = edge.connection();
            client.send(RawClient.closeFrame(1000, ""));
            client.socket.shutdownOutput();

            client.expectClose(1000);
            connection.gone.get(5, SECONDS);
            assertThat(connection.endings).hasValue(1);
        }
    }

    // ---- the server closes

    @Test
    void the_server_closes_with_a_code_and_a_reason_and_then_the_socket() throws Exception {
        try (RawClient client = edge.open()) {
            FakeConnection connection = opened();
            edge.shard().execute(() -> connection.close(CloseCode.FORCE_DISCONNECT));

            RawClient.Frame close = client.expectClose(3503);
            assertThat(close.text().substring(2)).isEqualTo("force disconnect");
            client.send(RawClient.closeFrame(3503, ""));
            client.close();
            connection.gone.get(5, SECONDS);
        }
    }

    @Test
    void the_server_reads_nothing_more_once_it_closes() throws Exception {
        try (RawClient client = edge.open()) {
            FakeConnection connection = opened();
            edge.shard().execute(() -> connection.close(CloseCode.FORCE_DISCONNECT));
            client.expectClose(3503);

            client.sendText("{\"id\":1,\"connect\":{}}");
            client.send(RawClient.frame(RawClient.PING, (byte) 1));
            client.send(RawClient.closeFrame(3503, ""));

            client.socket.shutdownOutput();
            connection.gone.get(5, SECONDS);
            assertThat(connection.commands).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1004, 1005, 1006, 1015, 1016, 2999})
    void the_server_never_sends_a_code_that_must_not_be_sent(int code) throws Exception {
        try (RawClient client = edge.open()) {
            FakeConnection connection = opened();
            edge.shard().execute(() -> connection.close(new CloseCode(code, "not for the wire")));

            client.expectClose(1011);
        }
    }

    // ---- the connection fails

    @Test
    void after_a_fault_nothing_more_is_read_and_one_close_frame_is_sent() throws Exception {
        byte[] fault = RawClient.frame(0x83, (byte) 'x');
        for (byte[] more : new byte[][] {
            RawClient.frame(RawClient.TEXT, "{}".getBytes(UTF_8)),
            RawClient.frame(RawClient.PING, (byte) 1),
            RawClient.closeFrame(1000, ""),
            fault
        }) {
            edge.fails(1002, fault, more);
        }
        byte[][] many = new byte[100][];
        Arrays.fill(many, fault);
        edge.fails(1002, many);
    }

    private FakeConnection opened() throws Exception {
        FakeConnection connection = edge.connection();
        connection.opened.get(5, SECONDS);
        return connection;
    }
}
