package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.transport.Command;
import dev.relay.transport.Reply;
import dev.relay.websocket.proto.ClientProtocol;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Protobuf connections over real sockets. */
class ProtobufIT {
    private final WebSocketEdge edge = WebSocketEdge.builder().port(0).build();
    private final FakeShard shard = new FakeShard(edge, 0, 1, (connection, command) -> {
        if (command instanceof Command.Publish publish && publish.data() != null) {
            connection.push(
                    publish.channel(),
                    new Publication(publish.data(), null, Map.of(), new StreamPosition(7, "k3Zq"), 0));
            connection.reply(publish.id(), Reply.Published.INSTANCE);
        }
    });

    @AfterEach
    void stop() {
        shard.close();
    }

    @Test
    void bytes_that_no_json_client_could_get_pass_unchanged() throws Exception {
        byte[] all = new byte[60_000];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) (i * 31);
        }
        try (RawClient client = open()) {
            client.send(RawClient.frame(RawClient.BINARY, delimited(publish(1, all))));
            client.send(RawClient.frame(RawClient.BINARY, delimited(publish(2, all))));

            for (int id = 1; id <= 2; id++) {
                ClientProtocol.Reply push = reply(client.read());
                assertThat(push.getPush().getChannel()).isEqualTo("c");
                assertThat(push.getPush().getPub().getData().toByteArray()).isEqualTo(all);
                assertThat(push.getPush().getPub().getOffset()).isEqualTo(7);
                ClientProtocol.Reply reply = reply(client.read());
                assertThat(reply.getId()).isEqualTo(id);
                assertThat(reply.hasPublish()).isTrue();
            }
        }
    }

    @Test
    void several_messages_may_come_in_one_frame_and_in_fragments() throws Exception {
        byte[] frame = delimited(publish(1, new byte[] {(byte) 0xff}), publish(2, new byte[] {(byte) 0xfe}));
        try (RawClient client = open()) {
            FakeConnection connection = shard.connected.take();
            client.send(RawClient.frame(0x02, Arrays.copyOf(frame, 3)));
            client.send(RawClient.frame(0x00, Arrays.copyOfRange(frame, 3, 9)));
            client.send(RawClient.frame(0x80, Arrays.copyOfRange(frame, 9, frame.length)));

            assertThat(connection.commands.poll(5, SECONDS))
                    .isEqualTo(new Command.Publish(1, "c", Payload.of(new byte[] {(byte) 0xff})));
            assertThat(connection.commands.poll(5, SECONDS))
                    .isEqualTo(new Command.Publish(2, "c", Payload.of(new byte[] {(byte) 0xfe})));
        }
    }

    @Test
    void a_ping_is_a_message_without_content_and_so_is_the_answer() throws Exception {
        try (RawClient client = open()) {
            FakeConnection connection = shard.connected.take();
            connection.opened.get(5, SECONDS);
            shard.execute(connection::ping);

            RawClient.Frame ping = client.read();

            assertThat(ping.first()).isEqualTo(RawClient.BINARY);
            assertThat(ping.payload()).containsExactly(0);
            client.send(RawClient.frame(RawClient.BINARY, (byte) 0));
            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Pong());
        }
    }

    @Test
    void text_frames_are_taken_too_if_they_are_text() throws Exception {
        try (RawClient client = open()) {
            FakeConnection connection = shard.connected.take();
            client.send(RawClient.frame(RawClient.TEXT, delimited(publish(1, "ü".getBytes(UTF_8)))));
            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Publish(1, "c", Payload.of("ü")));
            assertThat(reply(client.read()).hasPush()).isTrue();
            assertThat(reply(client.read()).getId()).isEqualTo(1);

            client.send(RawClient.frame(RawClient.TEXT, delimited(publish(2, new byte[] {(byte) 0xff}))));

            client.expectClose(1007);
        }
    }

    @Test
    void what_is_not_the_protocol_is_a_bad_request() throws Exception {
        expectBadRequest();
        expectBadRequest((byte) 1);
        expectBadRequest((byte) 2, (byte) 8, (byte) 1);
        expectBadRequest("{}".getBytes(UTF_8));
        expectBadRequest(delimited(ClientProtocol.Command.newBuilder()
                .setId(1)
                .setPing(ClientProtocol.PingRequest.getDefaultInstance())
                .build()));
    }

    @Test
    void commands_before_a_bad_one_count_and_those_after_do_not() throws Exception {
        try (RawClient client = open()) {
            FakeConnection connection = shard.connected.take();
            client.send(RawClient.frame(RawClient.BINARY, (byte) 0, (byte) 1, (byte) 1, (byte) 0));
            client.send(RawClient.frame(RawClient.BINARY, (byte) 0));

            client.expectClose(3501);
            assertThat(connection.commands).containsExactly(new Command.Pong());
        }
    }

    private void expectBadRequest(byte... payload) throws Exception {
        try (RawClient client = open()) {
            client.send(RawClient.frame(RawClient.BINARY, payload));
            client.expectClose(3501);
        }
    }

    private RawClient open() throws IOException {
        return RawClient.open(edge.port(), "Sec-WebSocket-Protocol: centrifuge-protobuf");
    }

    private static ClientProtocol.Command publish(int id, byte[] data) {
        ClientProtocol.Command.Builder command =
                ClientProtocol.Command.newBuilder().setId(id);
        command.getPublishBuilder().setChannel("c").setData(ByteString.copyFrom(data));
        return command.build();
    }

    private static byte[] delimited(MessageLite... messages) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (MessageLite message : messages) {
            message.writeDelimitedTo(out);
        }
        return out.toByteArray();
    }

    /** The only message of a binary frame. */
    private static ClientProtocol.Reply reply(RawClient.Frame frame) throws IOException {
        assertThat(frame.first()).isEqualTo(RawClient.BINARY);
        ByteArrayInputStream in = new ByteArrayInputStream(frame.payload());
        ClientProtocol.Reply reply = ClientProtocol.Reply.parseDelimitedFrom(in);
        assertThat(in.available()).isZero();
        return reply;
    }
}
