package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.transport.Command;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, section 5.5: pings, pongs, and what holds for all control frames. */
class Rfc6455ControlFramesIT {
    private static final byte[][] NONE = {};

    @RegisterExtension
    final RawEdge edge = new RawEdge();

    @ParameterizedTest
    @ValueSource(ints = {RawClient.PING, RawClient.PONG, RawClient.CLOSE})
    void a_control_frame_has_at_most_125_bytes(int first) throws Exception {
        edge.fails(1002, RawClient.frame(first, new byte[126]));
        edge.fails(1002, RawClient.frame(first, new byte[70_000]));
        edge.fails(1002, new byte[] {(byte) first, (byte) 0xfe, 0, 2, 1, 2, 3, 4, 5, 6});
    }

    @ParameterizedTest
    @ValueSource(ints = {RawClient.PING, RawClient.PONG, RawClient.CLOSE})
    void a_control_frame_must_not_be_fragmented(int first) throws Exception {
        byte[] begin = RawClient.frame(first & 0x7f, (byte) 3, (byte) 0xe8);
        edge.fails(1002, begin);
        edge.fails(1002, begin, RawClient.frame(0x80, (byte) 'x'));
        edge.fails(1002, RawClient.frame(0x01, (byte) '{'), begin);
    }

    @Test
    void a_ping_is_answered_with_its_payload_whatever_its_length() throws Exception {
        try (RawClient client = edge.open()) {
            FakeConnection connection = edge.connection();
            Random random = new Random(1);
            for (int length = 0; length <= 125; length++) {
                byte[] payload = new byte[length];
                random.nextBytes(payload);
                client.send(RawClient.frame(RawClient.PING, payload));

                RawClient.Frame pong = client.read();

                assertThat(pong.first()).isEqualTo(RawClient.PONG);
                assertThat(pong.payload()).isEqualTo(payload);
            }
            RawEdge.goesOn(client, connection);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 124, 125})
    void a_ping_may_come_in_any_pieces(int length) throws Exception {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        edge.answers(new byte[][] {payload}, RawClient.frame(RawClient.PING, payload));
    }

    @Test
    void pings_are_answered_in_order() throws Exception {
        byte[][] payloads = new byte[10][];
        byte[][] frames = new byte[10][];
        for (int i = 0; i < 10; i++) {
            payloads[i] = ("number " + i).getBytes(UTF_8);
            frames[i] = RawClient.frame(RawClient.PING, payloads[i]);
        }
        edge.answers(payloads, frames);
    }

    @Test
    void a_pong_that_nobody_asked_for_is_not_answered() throws Exception {
        edge.answers(NONE, RawClient.frame(RawClient.PONG));
        edge.answers(NONE, RawClient.frame(RawClient.PONG, new byte[125]));
        edge.answers(
                new byte[][] {{1, 2}},
                RawClient.frame(RawClient.PONG, (byte) 7),
                RawClient.frame(RawClient.PING, (byte) 1, (byte) 2),
                RawClient.frame(RawClient.PONG, (byte) 1, (byte) 2));
    }

    @Test
    void commands_and_control_frames_are_handled_in_the_order_received() throws Exception {
        try (RawClient client = edge.open()) {
            FakeConnection connection = edge.connection();
            client.send(RawEdge.join(
                    RawClient.frame(RawClient.TEXT, "{\"id\":1,\"refresh\":{}}\n{}".getBytes(UTF_8)),
                    RawClient.frame(RawClient.PING, new byte[] {1, 2, 3}),
                    RawClient.frame(RawClient.TEXT, "{\"id\":2,\"refresh\":{}}".getBytes(UTF_8)),
                    RawClient.frame(RawClient.PING, new byte[] {4})));

            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Refresh(1, ""));
            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Pong());
            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Refresh(2, ""));
            assertThat(client.read().payload()).containsExactly(1, 2, 3);
            assertThat(client.read().payload()).containsExactly(4);
        }
    }

    @Test
    void a_ping_behind_a_close_frame_is_not_answered() throws Exception {
        try (RawClient client = edge.open()) {
            client.send(RawEdge.join(
                    RawClient.frame(RawClient.PING, (byte) 1),
                    RawClient.closeFrame(1000, ""),
                    RawClient.frame(RawClient.PING, (byte) 2)));

            assertThat(client.read().payload()).containsExactly(1);
            client.expectClose(1000);
        }
    }
}
