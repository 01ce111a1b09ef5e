package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.relay.transport.Command;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The bounds of messages, and what is no command. What RFC 6455 says of frames is in {@link Rfc6455FramingIT} and its like. */
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
        expect(1009, RawClient.frame(0x01, (byte) '{'), header(0x80, Long.MAX_VALUE));
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
}
