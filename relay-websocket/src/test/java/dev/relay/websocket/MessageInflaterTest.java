package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageInflaterTest {
    private static final int MAX = 65_536;

    private final MessageInflater inflater = new MessageInflater(MAX);

    @AfterEach
    void close() {
        inflater.close();
    }

    @ParameterizedTest
    @CsvSource({
        "one compressed block, f248cdc9c90700, Hello",
        "a block without compression, 000500faff48656c6c6f00, Hello",
        "a block that says it is the last, f348cdc9c9070000, Hello",
        "two blocks, f248050000 00ffffcac9c90700, Hello",
        "an empty message, 00, ''"
    })
    void the_examples_of_the_standard(String what, String hex, String text) {
        assertThat(text(hex)).as(what).isEqualTo(text);
    }

    @Test
    void a_message_that_needs_the_one_before_is_corrupt() {
        assertThat(text("f248cdc9c90700")).isEqualTo("Hello");
        assertThat(inflate("f200110000")).isEqualTo(MessageInflater.CORRUPT); // the standard's second "Hello", 7.2.3.2
        assertThat(text("f248cdc9c90700")).isEqualTo("Hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // an empty message is one byte
                "f248cdc9c9", // cut off
                "f248cdc9c907", // its last byte is missing
                "000500faff48656c", // a block of five bytes with three
                "000500fbff48656c6c6f00", // the check of its length is wrong
                "07", // there is no such kind of block
                "f348cdc9c907", // ended, and not filled up
                "f348cdc9c90700", // ended, and no empty block behind it
                "f248cdc9c9070000000000",
                "ffffffffffffffff"
            })
    void what_is_not_deflated_data_is_corrupt(String hex) {
        assertThat(inflate(hex)).isEqualTo(MessageInflater.CORRUPT);
        assertThat(text("f248cdc9c90700")).as("the next one").isEqualTo("Hello");
    }

    @Test
    void every_cut_of_a_message_is_noticed() {
        byte[] whole = deflate("{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":[1,2,3,4,5,6,7]}}".getBytes(UTF_8));
        for (int length = 1; length < whole.length; length++) {
            assertThat(inflater.inflate(whole, length)).as("cut at " + length).isEqualTo(MessageInflater.CORRUPT);
        }
    }

    @Test
    void a_message_of_the_greatest_length_is_taken_and_one_byte_more_is_not() {
        byte[] message = new byte[MAX + 1];
        new Random(1).nextBytes(message);

        byte[] longest = deflate(Arrays.copyOf(message, MAX));
        assertThat(inflater.inflate(longest, longest.length)).isEqualTo(MAX);
        assertThat(Arrays.equals(inflater.bytes(), 0, MAX, message, 0, MAX)).isTrue();
        assertThat(longest).as("as long as may be").hasSizeLessThan(MessageInflater.maxDeflatedBytes(MAX));

        byte[] more = deflate(message);
        assertThat(inflater.inflate(more, more.length)).isEqualTo(MessageInflater.TOO_LONG);
    }

    @Test
    void a_bomb_costs_one_byte_more_than_is_allowed() {
        byte[] bomb = deflate(new byte[60_000_000]);
        assertThat(bomb).hasSizeLessThan(MAX);

        assertThat(inflater.inflate(bomb, bomb.length)).isEqualTo(MessageInflater.TOO_LONG);

        assertThat(inflater.bytes()).hasSizeLessThanOrEqualTo(MAX + 1);
        assertThat(text("f248cdc9c90700")).isEqualTo("Hello");
    }

    @Test
    void several_streams_in_one_message_are_one_message_but_not_thousands() {
        assertThat(text("f348cdc9c90700".repeat(3) + "00")).isEqualTo("HelloHelloHello");
        assertThat(inflate("0300".repeat(MAX / 2))).isEqualTo(MessageInflater.CORRUPT);
    }

    @Test
    void after_its_end_it_holds_nothing_and_inflates_nothing() {
        assertThat(inflater.isHolding()).isFalse();
        text("f248cdc9c90700");
        assertThat(inflater.isHolding()).isTrue();

        inflater.close();
        inflater.close();

        assertThat(inflater.isHolding()).isFalse();
        assertThat(inflate("f248cdc9c90700")).isEqualTo(MessageInflater.CORRUPT);
    }

    private String text(String hex) {
        int length = inflate(hex);
        assertThat(length).as(hex).isNotNegative();
        return new String(inflater.bytes(), 0, length, UTF_8);
    }

    private int inflate(String hex) {
        byte[] message = HexFormat.of().parseHex(hex.replace(" ", ""));
        return inflater.inflate(message, message.length);
    }

    /** As a client would. */
    static byte[] deflate(byte[] message) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(message);
        byte[] out = new byte[message.length + message.length / 100 + 100];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(out, length - 4);
    }
}
