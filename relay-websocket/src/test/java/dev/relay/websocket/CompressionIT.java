package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Payload;
import dev.relay.transport.Command;
import dev.relay.transport.Push;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.handshake.ServerHandshake;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compression (RFC 7692) between real sockets, byte by byte. */
class CompressionIT {
    private static final int MAX_MESSAGE = 65_536;
    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";
    private static final String AGREED = "\r\nSec-WebSocket-Extensions: "
            + "permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n";
    private static final int DEFLATED_TEXT = 0xc1;
    private static final int FIRST_DEFLATED = 0x41;

    private final WebSocketEdge edge =
            WebSocketEdge.builder().port(0).compression(true).build();
    private final FakeShard shard = new FakeShard(edge, 0, 1, (connection, command) -> {
        if (command instanceof Command.Publish publish && publish.data() != null) {
            connection.push(publish.channel(), new Push.Message(publish.data()));
        }
    });
    private final MessageInflater inflater = new MessageInflater(1 << 20);

    @AfterEach
    void stop() {
        shard.close();
        inflater.close();
    }

    @Test
    void it_is_agreed_on_with_those_who_offer_it() throws Exception {
        assertThat(answer(OFFER)).startsWith("HTTP/1.1 101 ").contains(AGREED);
        assertThat(answer("Sec-WebSocket-Protocol: centrifuge-protobuf", OFFER))
                .contains(AGREED)
                .contains("Sec-WebSocket-Protocol: centrifuge-protobuf\r\n");
        assertThat(answer("Sec-WebSocket-Extensions: foo; bar", OFFER)).contains(AGREED);
    }

    @Test
    void it_is_not_agreed_on_with_others() throws Exception {
        assertThat(answer()).startsWith("HTTP/1.1 101 ").doesNotContain("Extensions");
        assertThat(answer("Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9"))
                .startsWith("HTTP/1.1 101 ")
                .doesNotContain("Extensions");
    }

    @Test
    void an_offer_that_cannot_be_read_is_refused() throws Exception {
        assertThat(answer("Sec-WebSocket-Extensions: permessage-deflate; =")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void it_is_off_unless_it_was_switched_on() throws Exception {
        WebSocketEdge other = WebSocketEdge.builder().port(0).build();
        try (FakeShard ignored = FakeShard.of(other);
                RawClient client = new RawClient(other.port())) {
            client.send(RawClient.request("/connection/websocket", OFFER));
            assertThat(client.head()).startsWith("HTTP/1.1 101 ").doesNotContain("Extensions");

            client.send(deflated(DEFLATED_TEXT, "{}"));

            client.expectClose(1002);
        }
    }

    @Test
    void messages_pass_deflated_in_both_directions() throws Exception {
        String data = "\"" + "all work and no play ".repeat(1000) + "ä€\"";
        try (RawClient client = open()) {
            FakeConnection connection = shard.connected.take();
            client.send(deflated(DEFLATED_TEXT, publish(1, data)));

            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Publish(1, "c", Payload.of(data)));
            RawClient.Frame push = client.read();
            assertThat(push.first()).isEqualTo(DEFLATED_TEXT);
            assertThat(push.payload()).hasSizeLessThan(1000);
            assertThat(inflated(push)).isEqualTo("{\"push\":{\"message\":{\"data\":" + data + "}}}");
            assertThat(connection.opened.get(5, SECONDS).encoding()).isEqualTo("json");
        }
    }

    @Test
    void short_messages_are_sent_and_plain_ones_taken_as_they_are() throws Exception {
        try (RawClient client = open()) {
            client.sendText(publish(1, "7"));

            RawClient.Frame push = client.read();

            assertThat(push.first()).isEqualTo(RawClient.TEXT);
            assertThat(push.text()).isEqualTo("{\"push\":{\"message\":{\"data\":7}}}");
        }
    }

    @Test
    void protobuf_is_deflated_too() throws Exception {
        byte[] data = "all work and no play ".repeat(100).getBytes(UTF_8);
        try (RawClient client = open("Sec-WebSocket-Protocol: centrifuge-protobuf")) {
            FakeConnection connection = shard.connected.take();
            client.send(RawClient.frame(0xc2, MessageInflaterTest.deflate(new byte[] {0})));
            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Pong());

            shard.execute(() -> connection.push("", new Push.Message(Payload.of(data))));

            RawClient.Frame push = client.read();
            assertThat(push.first()).isEqualTo(0xc2);
            assertThat(push.payload()).hasSizeLessThan(200);
            assertThat(inflated(push)).endsWith(new String(data, UTF_8));
        }
    }

    @Test
    void a_deflated_message_may_come_in_fragments_with_control_frames_between() throws Exception {
        byte[] message = MessageInflaterTest.deflate(publish(1, "\"ä€\"").getBytes(UTF_8));
        try (RawClient client = open()) {
            FakeConnection connection = shard.connected.take();
            for (int cut = 0; cut <= message.length; cut += 5) {
                client.send(RawClient.frame(FIRST_DEFLATED, Arrays.copyOf(message, cut)));
                client.send(RawClient.frame(RawClient.PING, (byte) 7));
                client.send(RawClient.frame(0x00));
                client.send(RawClient.frame(0x80, Arrays.copyOfRange(message, cut, message.length)));
                assertThat(connection.commands.poll(5, SECONDS))
                        .isEqualTo(new Command.Publish(1, "c", Payload.of("\"ä€\"")));
            }
        }
    }

    @Test
    void the_bit_may_stand_on_the_first_frame_of_a_message_only() throws Exception {
        expect(1002, RawClient.frame(FIRST_DEFLATED, (byte) 1), RawClient.frame(0xc0, (byte) 0));
        expect(1002, RawClient.frame(FIRST_DEFLATED, (byte) 1), RawClient.frame(0x40, (byte) 0));
        expect(1002, RawClient.frame(0x01, (byte) '{'), RawClient.frame(0xc0, (byte) '}'));
    }

    @ParameterizedTest
    @ValueSource(ints = {0xc8, 0xc9, 0xca, 0xc0, 0xc3, 0xcb, 0xa1, 0x91, 0xe1, 0xd1, 0xf1})
    void it_may_not_stand_elsewhere_and_the_others_nowhere(int first) throws Exception {
        expect(1002, RawClient.frame(first, MessageInflaterTest.deflate("{}".getBytes(UTF_8))));
    }

    @Test
    void what_cannot_be_inflated_or_is_not_utf_8_is_refused() throws Exception {
        byte[] noText = {'"', (byte) 0xc0, (byte) 0x80, '"'};
        expect(1007, RawClient.frame(DEFLATED_TEXT, (byte) 0xff, (byte) 0xff));
        expect(1007, RawClient.frame(DEFLATED_TEXT, "{}".getBytes(UTF_8)));
        expect(1007, RawClient.frame(DEFLATED_TEXT, MessageInflaterTest.deflate(noText)));
        expect(3501, RawClient.frame(0xc2, MessageInflaterTest.deflate(noText)));
        expect(3501, deflated(DEFLATED_TEXT, ""));
        expect(1007, RawClient.frame(DEFLATED_TEXT));
    }

    @Test
    void a_bomb_is_refused_whole_or_in_pieces_and_harms_nobody() throws Exception {
        byte[] bomb = MessageInflaterTest.deflate(new byte[60_000_000]);
        assertThat(bomb).hasSizeLessThan(MAX_MESSAGE);
        try (RawClient bystander = open()) {
            FakeConnection connection = shard.connected.take();
            expect(1009, RawClient.frame(DEFLATED_TEXT, bomb));
            expect(
                    1009,
                    RawClient.frame(FIRST_DEFLATED, Arrays.copyOf(bomb, 30_000)),
                    RawClient.frame(0x80, Arrays.copyOfRange(bomb, 30_000, bomb.length)));

            bystander.send(deflated(DEFLATED_TEXT, "{}"));
            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Pong());
            assertThat(((SelectorPoller) shard.poller).io.inflater.bytes()).hasSizeLessThanOrEqualTo(MAX_MESSAGE + 1);
        }
    }

    @Test
    void the_limit_of_a_message_counts_what_it_becomes() throws Exception {
        String shell = publish(1, "\"\"");
        String longest = publish(1, "\"" + "x".repeat(MAX_MESSAGE - shell.length()) + "\"");
        assertThat(longest).hasSize(MAX_MESSAGE);
        try (RawClient client = open()) {
            FakeConnection connection = shard.connected.take();
            client.send(deflated(DEFLATED_TEXT, longest));
            assertThat(connection.commands.poll(5, SECONDS)).isInstanceOf(Command.Publish.class);
        }
        expect(1009, deflated(DEFLATED_TEXT, longest + " "));
        byte[] header = ByteBuffer.allocate(14)
                .put((byte) DEFLATED_TEXT)
                .put((byte) 0xff)
                .putLong(MAX_MESSAGE + 1000)
                .putInt(7)
                .array();
        expect(1009, header);
    }

    /** In one read there can be a thousand times more than was read. */
    @Test
    void what_the_engine_does_not_want_yet_is_not_inflated_yet() throws Exception {
        int count = 200;
        Payload data = Payload.of("\"" + "x".repeat(60_000) + "\"");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int id = 1; id <= count; id++) {
            all.writeBytes(deflated(DEFLATED_TEXT, publish(id, data.text())));
        }
        assertThat(all.size()).as("fits into one read").isLessThan(60_000);
        try (RawClient client = open()) {
            FakeConnection connection = shard.connected.take();
            CompletableFuture<Void> later = new CompletableFuture<>();
            connection.onCommand = command -> {
                connection.transport.wantRead(false);
                shard.schedule(SECONDS.toNanos(1) / 4, () -> later.complete(null));
                connection.onCommand = another -> {};
            };
            client.send(all.toByteArray());

            assertThat(((Command.Publish) connection.commands.poll(5, SECONDS)).id())
                    .isEqualTo(1);
            later.get(5, SECONDS);
            assertThat(connection.commands).isEmpty();

            shard.execute(() -> connection.transport.wantRead(true));
            for (int id = 2; id <= count; id++) {
                assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Publish(id, "c", data));
            }
            client.send(deflated(DEFLATED_TEXT, "{}"));
            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Pong());
        }
    }

    @Test
    void one_that_sends_much_in_little_leaves_the_others_their_turn() throws Exception {
        ByteArrayOutputStream much = new ByteArrayOutputStream();
        for (int id = 1; id <= 400; id++) {
            much.writeBytes(deflated(DEFLATED_TEXT, publish(id, "\"" + "x".repeat(60_000) + "\"")));
        }
        try (RawClient greedy = open();
                RawClient modest = open()) {
            FakeConnection first = shard.connected.take();
            FakeConnection second = shard.connected.take();
            BlockingQueue<Integer> before = new LinkedBlockingQueue<>();
            second.onCommand = command -> before.add(first.commands.size());
            first.onCommand = command -> {
                if (first.commands.size() == 1) { // from now on it has something to wait for
                    try {
                        modest.sendText("{}");
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
            };
            greedy.send(much.toByteArray());

            assertThat(before.poll(30, SECONDS))
                    .as("messages handled before it")
                    .isLessThan(100);
        }
    }

    @Test
    void the_client_of_the_library() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        PerMessageDeflateExtension extension = new PerMessageDeflateExtension();
        extension.setThreshold(0);
        URI uri = URI.create("ws://127.0.0.1:" + edge.port() + "/connection/websocket");
        WebSocketClient client = new WebSocketClient(uri, new Draft_6455(extension)) {
            @Override
            public void onOpen(ServerHandshake handshake) {
                seen.add(handshake.getFieldValue("Sec-WebSocket-Extensions"));
            }

            @Override
            public void onMessage(String message) {
                seen.add(message);
            }

            @Override
            public void onClose(int code, String reason, boolean remote) {
                seen.add(code + " " + remote);
            }

            @Override
            public void onError(Exception failure) {
                seen.add(failure.toString());
            }
        };
        assertThat(client.connectBlocking(5, SECONDS)).isTrue();
        assertThat(seen.poll(5, SECONDS)).startsWith("permessage-deflate; server_no_context_takeover");
        MessageDeflater deflater = ((SelectorPoller) shard.poller).io.deflater;
        for (int length = 1; length < 60_000; length = 3 * length) {
            String data = "\"" + "é€ ".repeat(length / 8) + "\"";
            client.send(publish(1, data));
            assertThat(seen.poll(5, SECONDS)).isEqualTo("{\"push\":{\"message\":{\"data\":" + data + "}}}");
        }

        client.close(1000, "done");

        assertThat(seen.poll(5, SECONDS)).startsWith("1000 ");
        shard.close();
        assertThat(deflater.messages()).isPositive();
    }

    @Test
    void many_connections_share_what_is_not_on_the_heap_and_it_ends_with_the_shard() throws Exception {
        ShardIo io = ((SelectorPoller) shard.poller).io;
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                RawClient client = open();
                clients.add(client);
                client.send(deflated(DEFLATED_TEXT, publish(i + 1, "\"" + "y".repeat(500) + "\"")));
            }
            for (RawClient client : clients) {
                assertThat(client.read().first()).isEqualTo(DEFLATED_TEXT);
            }
            assertThat(shard.connected)
                    .extracting(FakeConnection::encoding)
                    .hasSize(100)
                    .containsOnly(shard.connected.peek().encoding());
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        assertThat(io.deflater.isHolding()).isTrue();
        assertThat(io.inflater.isHolding()).isTrue();

        shard.close();

        assertThat(io.deflater.isHolding()).isFalse();
        assertThat(io.inflater.isHolding()).isFalse();
        assertThat(io.deflater.messages()).isEqualTo(100);
    }

    private RawClient open(String... more) throws Exception {
        String[] headers = Arrays.copyOf(more, more.length + 1);
        headers[more.length] = OFFER;
        return RawClient.open(edge.port(), headers);
    }

    private String answer(String... headers) throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            client.send(RawClient.request("/connection/websocket", headers));
            return client.head();
        }
    }

    private void expect(int code, byte[]... frames) throws Exception {
        try (RawClient client = open()) {
            for (byte[] frame : frames) {
                client.send(frame);
            }
            client.expectClose(code);
        }
    }

    private static byte[] deflated(int first, String text) {
        return RawClient.frame(first, MessageInflaterTest.deflate(text.getBytes(UTF_8)));
    }

    private String inflated(RawClient.Frame frame) {
        int length = inflater.inflate(frame.payload(), frame.payload().length);
        assertThat(length).isNotNegative();
        return new String(inflater.bytes(), 0, length, UTF_8);
    }

    private static String publish(int id, String data) {
        return "{\"id\":" + id + ",\"publish\":{\"channel\":\"c\",\"data\":" + data + "}}";
    }
}
