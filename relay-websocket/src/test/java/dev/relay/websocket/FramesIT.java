package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.relay.Payload;
import dev.relay.transport.Command;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What a client may and may not do with frames, byte by byte. */
class FramesIT {
    private static final int MAX_MESSAGE = 65_536;

    private final WebSocketEdge edge = WebSocketEdge.builder()
            .port(0)
            .messageTimeout(Duration.ofMillis(300))
            .build();
    private final FakeShard shard = FakeShard.of(edge);

    private final ListAppender<ILoggingEvent> libraryLog = new ListAppender<>();

    @BeforeEach
    void listen() {
        libraryLog.start();
        ((Logger) LoggerFactory.getLogger("org.java_websocket")).addAppender(libraryLog);
    }

    /** The library would log each protocol fault with a trace, and a stranger could fill the disk. */
    @AfterEach
    void the_library_has_logged_nothing() {
        shard.close();
        ((Logger) LoggerFactory.getLogger("org.java_websocket")).detachAppender(libraryLog);
        assertThat(libraryLog.list).isEmpty();
    }

    @Test
    void pings_without_end_close_the_connection() throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            ByteArrayOutputStream pings = new ByteArrayOutputStream();
            for (int i = 0; i < 3 * ControlRate.BURST; i++) {
                pings.writeBytes(RawClient.frame(RawClient.PING, new byte[125]));
            }
            client.send(pings.toByteArray());

            for (int i = 0; i < ControlRate.BURST; i++) {
                assertThat(client.read().payload()).hasSize(125); // a pong
            }
            client.expectClose(1008);
        }
    }

    @Test
    void commands_and_control_frames_are_handled_in_the_order_received() throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(text("{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":1}}\n{}"));
            all.writeBytes(RawClient.frame(RawClient.PING, new byte[] {1, 2, 3}));
            all.writeBytes(text("{\"id\":2,\"publish\":{\"channel\":\"c\",\"data\":2}}"));
            client.send(all.toByteArray());

            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(publish(1, "1"));
            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Pong());
            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(publish(2, "2"));
            RawClient.Frame pong = client.read();
            assertThat(pong.first()).isEqualTo(RawClient.PONG);
            assertThat(pong.payload()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void frames_may_come_in_any_pieces() throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            String data = "\"" + "äö".repeat(100) + "\"";
            byte[] frame = text("{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":" + data + "}}");
            for (int piece : new int[] {1, 2, 3, 5, 7, 100, frame.length - 1, frame.length}) {
                for (int at = 0; at < frame.length; at += piece) {
                    client.send(Arrays.copyOfRange(frame, at, Math.min(frame.length, at + piece)));
                }
                assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(publish(1, data));
            }
        }
    }

    @Test
    void many_frames_in_one_piece_are_all_read() throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 1; i <= 5000; i++) {
                all.writeBytes(text("{\"id\":" + i + ",\"publish\":{\"channel\":\"c\",\"data\":" + i + "}}"));
            }
            client.send(all.toByteArray());

            for (int i = 1; i <= 5000; i++) {
                assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(publish(i, "" + i));
            }
        }
    }

    @Test
    void the_longest_message_is_taken_and_one_byte_more_is_not() throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            String frame = "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":\"%s\"}}";
            String longest = frame.formatted("x".repeat(MAX_MESSAGE - frame.length() + 2));
            assertThat(longest).hasSize(MAX_MESSAGE);
            client.sendText(longest);
            assertThat(connection.commands.poll(5, SECONDS)).isInstanceOf(Command.Publish.class);

            client.sendText(longest + " ");

            client.expectClose(1009);
        }
    }

    @Test
    void a_message_may_come_in_fragments_with_control_frames_between() throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            byte[] message = "{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":\"ä€\"}}".getBytes(UTF_8);
            client.send(RawClient.frame(0x01, Arrays.copyOf(message, 42))); // inside a character
            client.send(RawClient.frame(RawClient.PING, (byte) 7));
            assertThat(client.read().payload()).containsExactly(7);
            client.send(RawClient.frame(0x00));
            client.send(RawClient.frame(0x80, Arrays.copyOfRange(message, 42, message.length)));

            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(publish(1, "\"ä€\""));
            client.sendText("{}");
            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Pong());
        }
    }

    @Test
    void binary_frames_are_taken_like_text() throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();

            client.send(RawClient.frame(0x82, "{}".getBytes(UTF_8)));

            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Pong());
            client.send(RawClient.frame(0x82, (byte) '"', (byte) 0xff));
            client.expectClose(3501);
        }
    }

    @Test
    void fragments_together_are_bounded_like_one_message() throws Exception {
        expect(1009, RawClient.frame(0x01, new byte[40_000]), RawClient.frame(0x00, new byte[40_000]));
    }

    @Test
    void the_number_of_fragments_is_bounded() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(RawClient.frame(0x01, (byte) '{'));
        for (int i = 0; i < EdgeOptions.MAX_FRAGMENTS; i++) {
            all.writeBytes(RawClient.frame(0x00, (byte) ' '));
        }
        expect(1008, all.toByteArray());
    }

    @Test
    void a_message_that_is_not_finished_in_time_ends_the_connection() throws Exception {
        expect(1008, RawClient.frame(0x01, (byte) '{'));
        expect(1008, Arrays.copyOf(text("{\"id\":1}"), 9));
        expect(1008, (byte) 0x81);
    }

    @Test
    void time_in_which_the_server_does_not_read_is_not_held_against_the_message() throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            byte[] frame = text("{}");
            ByteArrayOutputStream both = new ByteArrayOutputStream();
            both.writeBytes(RawClient.frame(RawClient.PING));
            both.write(frame, 0, 3);
            client.send(both.toByteArray());
            client.read(); // the pong: what came with the ping has been read
            CompletableFuture<Void> waited = new CompletableFuture<>();
            shard.execute(() -> {
                connection.transport.wantRead(false);
                shard.schedule(Duration.ofMillis(700).toNanos(), () -> {
                    connection.transport.wantRead(true);
                    waited.complete(null);
                });
            });
            waited.get(5, SECONDS);
            client.send(Arrays.copyOfRange(frame, 3, frame.length));

            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Pong());
        }
    }

    @Test
    void a_length_of_two_gigabytes_is_refused_from_the_header_alone() throws Exception {
        for (long length : new long[] {Integer.MAX_VALUE, 1L << 31, 1L << 40, Long.MAX_VALUE, MAX_MESSAGE + 1}) {
            expect(1009, header(0x81, length));
            expect(1009, header(0x82, length));
        }
        expect(1002, header(0x81, -1));
        expect(1002, header(0x81, Long.MIN_VALUE));
        expect(1009, RawClient.frame(0x01, (byte) '{'), header(0x80, Long.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x81, 0x89, 0x88})
    void frames_without_a_mask_are_refused(int first) throws Exception {
        expect(1002, (byte) first, (byte) 2, (byte) '{', (byte) '}');
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0xc1, 0xa1, 0x91, 0xf1, 0xc9, 0x83, 0x84, 0x85, 0x86, 0x87, 0x8b, 0x8f, 0x08, 0x09, 0x0a, 0x80, 0x00
            })
    void reserved_bits_unknown_opcodes_and_misplaced_frames_are_refused(int first) throws Exception {
        expect(1002, RawClient.frame(first, (byte) '{', (byte) '}'));
    }

    @Test
    void long_control_frames_are_refused() throws Exception {
        expect(1002, RawClient.frame(RawClient.PING, new byte[126]));
    }

    @Test
    void a_new_message_inside_another_is_refused() throws Exception {
        expect(1002, RawClient.frame(0x01, (byte) '{'), RawClient.frame(0x81, (byte) '}'));
    }

    @Test
    void text_that_is_not_utf_8_is_refused() throws Exception {
        expect(1007, RawClient.frame(RawClient.TEXT, (byte) '"', (byte) 0xc0, (byte) 0x80, (byte) '"'));
        expect(1007, RawClient.frame(0x01, (byte) 0xe2), RawClient.frame(0x80, (byte) 0x82));
    }

    @Test
    void what_is_not_the_protocol_is_a_bad_request() throws Exception {
        expect(3501, text(""));
        expect(3501, text("hello"));
        expect(3501, text("{}\n\n"));
    }

    @Test
    void commands_before_a_bad_one_count_and_those_after_do_not() throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            client.sendText("{}\nbad\n{\"id\":7,\"connect\":{}}");
            client.sendText("{\"id\":8,\"connect\":{}}");

            client.expectClose(3501);
            assertThat(connection.commands).containsExactly(new Command.Pong());
        }
    }

    private void expect(int code, byte[]... frames) throws Exception {
        try (RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            for (byte[] frame : frames) {
                client.send(frame);
            }
            RawClient.Frame close = client.expectClose(code);
            assertThat(close.payload().length).as("a reason").isGreaterThan(2);
            client.close();
            connection.gone.get(5, SECONDS);
            assertThat(connection.endings).hasValue(1);
        }
    }

    private void expect(int code, byte... frame) throws Exception {
        expect(code, new byte[][] {frame});
    }

    private static byte[] header(int first, long length) {
        return ByteBuffer.allocate(14)
                .put((byte) first)
                .put((byte) 0xff)
                .putLong(length)
                .putInt(0x01020304)
                .array();
    }

    private static byte[] text(String text) {
        return RawClient.frame(RawClient.TEXT, text.getBytes(UTF_8));
    }

    private static Command.Publish publish(int id, String data) {
        return new Command.Publish(id, "c", Payload.of(data));
    }
}
