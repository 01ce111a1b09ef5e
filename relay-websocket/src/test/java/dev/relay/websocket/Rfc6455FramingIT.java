package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.transport.Command;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, sections 5.1 to 5.3, 5.6, 5.8 and 6: single frames. */
class Rfc6455FramingIT {
    @RegisterExtension
    final RawEdge edge = new RawEdge();

    // ---- 5.1, 5.3: masks

    @ParameterizedTest
    @ValueSource(ints = {0x81, 0x82, 0x88, 0x89, 0x8a, 0x01, 0x02})
    void a_frame_without_a_mask_is_refused(int first) throws Exception {
        edge.fails(1002, new byte[] {(byte) first, 2, '{', '}'});
        edge.fails(1002, new byte[] {(byte) first, 0});
    }

    @Test
    void a_frame_without_a_mask_is_refused_behind_good_ones() throws Exception {
        edge.fails(1002, RawClient.frame(RawClient.PONG), new byte[] {(byte) 0x81, 126, 0, (byte) 200});
        edge.fails(1002, RawClient.frame(0x01, (byte) '{'), new byte[] {(byte) 0x80, 1, '}'});
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 0x01020304, 0x80000000, 0xff, 0x12fe3547})
    void any_mask_is_taken_off(int mask) throws Exception {
        for (int padding : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100}) {
            byte[] text = rpc(padding).getBytes(UTF_8);
            edge.reads(expected(padding), masked(0x81, mask, text));
        }
    }

    @Test
    void each_frame_has_a_mask_of_its_own() throws Exception {
        byte[] text = rpc(5).getBytes(UTF_8);
        edge.reads(
                expected(5),
                masked(0x01, 0x11223344, Arrays.copyOf(text, 7)),
                masked(0x00, 0, Arrays.copyOfRange(text, 7, 12)),
                masked(0x80, -1, Arrays.copyOfRange(text, 12, text.length)));
    }

    @Test
    void the_server_masks_nothing_and_uses_the_shortest_length() throws Exception {
        try (RawClient client = edge.open()) {
            FakeConnection connection = edge.connection();
            connection.opened.get(5, SECONDS);
            int around = "{\"push\":{\"channel\":\"c\",\"pub\":{\"data\":}}}".length();
            for (int length : new int[] {around + 2, 125, 126, 127, 65_535, 65_536, 65_537, 100_000}) {
                Payload data = Payload.of("\"" + "x".repeat(length - around - 2) + "\"");
                edge.shard()
                        .execute(() ->
                                connection.push("c", new Publication(data, null, Map.of(), StreamPosition.NONE, 0)));

                byte[] header = client.header();

                assertThat(header)
                        .isEqualTo(
                                length <= 125
                                        ? new byte[] {(byte) 0x81, (byte) length}
                                        : length <= 65_535
                                                ? ByteBuffer.allocate(4)
                                                        .put((byte) 0x81)
                                                        .put((byte) 126)
                                                        .putShort((short) length)
                                                        .array()
                                                : ByteBuffer.allocate(10)
                                                        .put((byte) 0x81)
                                                        .put((byte) 127)
                                                        .putLong(length)
                                                        .array());
                assertThat(client.payload(length)).startsWith('{', '"').endsWith('}', '}');
            }
        }
    }

    // ---- 5.2: header

    @ParameterizedTest
    @ValueSource(ints = {0x40, 0x20, 0x10, 0x70, 0x60, 0x50})
    void reserved_bits_are_refused(int bits) throws Exception {
        for (int first : new int[] {0x81, 0x82, 0x01, 0x88, 0x89, 0x8a}) {
            edge.fails(1002, RawClient.frame(first | bits, (byte) '{', (byte) '}'));
        }
        edge.fails(1002, RawClient.frame(0x01, (byte) '{'), RawClient.frame(0x80 | bits, (byte) '}'));
    }

    static IntStream reservedOpcodes() {
        return IntStream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15);
    }

    @ParameterizedTest
    @MethodSource("reservedOpcodes")
    void reserved_opcodes_are_refused(int opcode) throws Exception {
        edge.fails(1002, RawClient.frame(0x80 | opcode));
        edge.fails(1002, RawClient.frame(opcode, (byte) '{', (byte) '}'));
        edge.fails(1002, RawClient.frame(RawClient.PONG), RawClient.frame(0x80 | opcode, new byte[126]));
        edge.fails(1002, RawClient.frame(0x01, (byte) '{'), RawClient.frame(0x80 | opcode));
    }

    @ParameterizedTest
    @ValueSource(ints = {26, 27, 124, 125, 126, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536})
    void a_payload_may_have_any_length(int length) throws Exception {
        int padding = length - rpc(0).length();
        assertThat(rpc(padding)).hasSize(length);
        edge.reads(
                expected(padding), RawClient.frame(RawClient.TEXT, rpc(padding).getBytes(UTF_8)));
        edge.reads(
                expected(padding),
                RawClient.frame(RawClient.BINARY, rpc(padding).getBytes(UTF_8)));
    }

    /** The frame is good; that nothing is no command is another matter, and another code. */
    @Test
    void a_payload_may_be_empty() throws Exception {
        edge.fails(3501, RawClient.frame(RawClient.TEXT));
        edge.fails(3501, RawClient.frame(RawClient.BINARY));
    }

    @Test
    void a_length_must_be_in_its_shortest_form() throws Exception {
        for (int length : new int[] {0, 1, 125}) {
            edge.fails(1002, longer(0x81, 126, length));
            edge.fails(1002, longer(0x82, 127, length));
        }
        edge.fails(1002, longer(0x81, 127, 126));
        edge.fails(1002, longer(0x81, 127, 65_535));
        edge.fails(1002, RawClient.frame(0x01, (byte) '{'), longer(0x80, 126, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MIN_VALUE + 2})
    void the_highest_bit_of_a_length_must_be_zero(long length) throws Exception {
        edge.fails(1002, header(0x81, length));
        edge.fails(1002, RawClient.frame(0x02, (byte) '{'), header(0x80, length));
    }

    // ---- 5.6: data frames

    @Test
    void binary_frames_are_taken_like_text() throws Exception {
        edge.reads(new Command.Pong(), RawClient.frame(RawClient.BINARY, (byte) '{', (byte) '}'));
        edge.fails(3501, RawClient.frame(RawClient.BINARY, (byte) '"', (byte) 0xff));
    }

    // ---- 6.2: receiving

    @Test
    void frames_may_come_in_any_pieces() throws Exception {
        try (RawClient client = edge.open()) {
            FakeConnection connection = edge.connection();
            byte[] frame = RawClient.frame(RawClient.TEXT, rpc(300).getBytes(UTF_8));
            for (int piece : new int[] {1, 2, 3, 5, 7, 100, frame.length - 1, frame.length}) {
                for (int at = 0; at < frame.length; at += piece) {
                    client.send(Arrays.copyOfRange(frame, at, Math.min(frame.length, at + piece)));
                }
                assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(expected(300));
            }
        }
    }

    @Test
    void many_frames_in_one_piece_are_all_read() throws Exception {
        try (RawClient client = edge.open()) {
            FakeConnection connection = edge.connection();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 1; i <= 5000; i++) {
                all.writeBytes(RawClient.frame(RawClient.TEXT, ("{\"id\":" + i + ",\"refresh\":{}}").getBytes(UTF_8)));
            }
            client.send(all.toByteArray());

            for (int i = 1; i <= 5000; i++) {
                assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Refresh(i, ""));
            }
            RawEdge.goesOn(client, connection);
        }
    }

    /** A command whose data has this many characters. */
    private static String rpc(int padding) {
        return "{\"id\":7,\"rpc\":{\"data\":\"" + "x".repeat(padding) + "\"}}";
    }

    private static Command expected(int padding) {
        return new Command.Rpc(7, "", Payload.of("\"" + "x".repeat(padding) + "\""));
    }

    private static byte[] masked(int first, int mask, byte[] payload) {
        assertThat(payload.length).isLessThan(256);
        ByteBuffer frame = ByteBuffer.allocate(8 + payload.length).put((byte) first);
        if (payload.length <= 125) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        frame.putInt(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ (mask >>> (24 - 8 * (i % 4)))));
        }
        return Arrays.copyOf(frame.array(), frame.position());
    }

    /** A frame of blanks whose length takes more bytes than it must. */
    private static byte[] longer(int first, int form, int length) {
        ByteBuffer frame = ByteBuffer.allocate(14 + length).put((byte) first).put((byte) (0x80 | form));
        if (form == 126) {
            frame.putShort((short) length);
        } else {
            frame.putLong(length);
        }
        frame.putInt(0x20202020); // blanks, since the payload is all zeros
        return Arrays.copyOf(frame.array(), frame.position() + length);
    }

    private static byte[] header(int first, long length) {
        return ByteBuffer.allocate(14)
                .put((byte) first)
                .put((byte) 0xff)
                .putLong(length)
                .putInt(0x01020304)
                .array();
    }
}
