package dev.relay.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private final ProxyHeader header = new ProxyHeader();

    @ParameterizedTest
    @CsvSource({
        "203.0.113.9, 0, /203.0.113.9:4711",
        "203.0.113.9, 300, /203.0.113.9:4711",
        "2001:db8::9, 0, /[2001:db8:0:0:0:0:0:9]:4711",
        "2001:db8::9, 7, /[2001:db8:0:0:0:0:0:9]:4711"
    })
    void the_client_is_read_and_what_follows_the_header_is_left(String client, int extra, String shown)
            throws Exception {
        byte[] bytes = ProxyHeaders.of(client, 4711, extra);
        Source source = new Source(Arrays.copyOf(bytes, bytes.length + 5), Integer.MAX_VALUE);

        assertThat(header.read(source)).isEqualTo(ProxyHeader.Outcome.COMPLETE);

        assertThat(Objects.requireNonNull(header.client())).hasToString(shown);
        assertThat(source.left()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 11, 12, 15, 16, 17, 27})
    void it_may_come_in_any_pieces(int piece) throws Exception {
        Source source = new Source(ProxyHeaders.of("203.0.113.9", 4711, 100), piece);
        ProxyHeader.Outcome outcome = header.read(source);
        while (outcome == ProxyHeader.Outcome.INCOMPLETE && source.left() > 0) {
            outcome = header.read(source);
        }

        assertThat(outcome).isEqualTo(ProxyHeader.Outcome.COMPLETE);
        assertThat(Objects.requireNonNull(header.client()).getPort()).isEqualTo(4711);
    }

    @ParameterizedTest
    @CsvSource({
        "0x20, 0x00, 0", // what HAProxy sends for its own health checks
        "0x20, 0x11, 12",
        "0x20, 0x21, 500",
        "0x21, 0x00, 0",
        "0x21, 0x00, 90",
        "0x21, 0x12, 12",
        "0x21, 0x31, 216",
        "0x21, 0x32, 216"
    })
    void one_for_nobody_is_taken_and_says_nothing(String command, String family, int rest) throws Exception {
        Source source = new Source(
                ProxyHeaders.raw(Integer.decode(command), Integer.decode(family), new byte[rest]), Integer.MAX_VALUE);

        assertThat(header.read(source)).isEqualTo(ProxyHeader.Outcome.COMPLETE);
        assertThat(header.client()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "0x11, 0x11, 12, version 1",
        "0x31, 0x11, 12, version 3",
        "0x22, 0x11, 12, an unknown command",
        "0x2f, 0x11, 12, an unknown command",
        "0x21, 0x41, 12, an unknown family",
        "0x21, 0x13, 12, an unknown protocol",
        "0x21, 0x11, 11, too short for IPv4",
        "0x21, 0x21, 35, too short for IPv6",
        "0x21, 0x11, 0, without addresses"
    })
    void what_is_against_the_rules_is_malformed(String command, String family, int rest, String what) throws Exception {
        Source source = new Source(
                ProxyHeaders.raw(Integer.decode(command), Integer.decode(family), new byte[rest]), Integer.MAX_VALUE);

        assertThat(header.read(source)).as(what).isEqualTo(ProxyHeader.Outcome.MALFORMED);
    }

    @Test
    void a_long_one_is_refused_from_its_first_bytes_and_the_longest_is_taken() throws Exception {
        int longest = ProxyHeader.MAX_BYTES - 16;
        Source announced =
                new Source(ProxyHeaders.raw(ProxyHeaders.LOCAL, 0, longest + 1, new byte[0]), Integer.MAX_VALUE);
        assertThat(header.read(announced)).isEqualTo(ProxyHeader.Outcome.MALFORMED);

        Source whole = new Source(ProxyHeaders.raw(ProxyHeaders.LOCAL, 0, new byte[longest]), 100);
        ProxyHeader other = new ProxyHeader();
        ProxyHeader.Outcome outcome = other.read(whole);
        while (outcome == ProxyHeader.Outcome.INCOMPLETE && whole.left() > 0) {
            outcome = other.read(whole);
        }
        assertThat(outcome).isEqualTo(ProxyHeader.Outcome.COMPLETE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", "GET / HTTP/1.1\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n", "\r\n\r\nx"})
    void anything_else_is_noticed_with_its_first_wrong_byte(String text) throws Exception {
        assertThat(header.read(new Source(text.getBytes("US-ASCII"), 1)))
                .isIn(ProxyHeader.Outcome.MALFORMED, ProxyHeader.Outcome.INCOMPLETE);
        Source all = new Source(text.getBytes("US-ASCII"), Integer.MAX_VALUE);
        assertThat(new ProxyHeader().read(all)).isEqualTo(ProxyHeader.Outcome.MALFORMED);
    }

    @Test
    void a_peer_that_ends_has_not_broken_anything() throws Exception {
        byte[] bytes = ProxyHeaders.of("203.0.113.9", 1, 0);
        Source source = new Source(Arrays.copyOf(bytes, 20), Integer.MAX_VALUE);
        source.ends = true;

        assertThat(header.read(source)).isEqualTo(ProxyHeader.Outcome.INCOMPLETE);
        assertThat(header.read(source)).isEqualTo(ProxyHeader.Outcome.ENDED);
    }

    @Test
    void random_bytes_do_no_harm() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = ProxyHeaders.of("203.0.113.9", 1, random.nextInt(40));
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[12 + random.nextInt(bytes.length - 12)] = (byte) random.nextInt();
            }
            Source source = new Source(bytes, 1 + random.nextInt(60));
            ProxyHeader any = new ProxyHeader();
            ProxyHeader.Outcome outcome = any.read(source);
            while (outcome == ProxyHeader.Outcome.INCOMPLETE && source.left() > 0) {
                outcome = any.read(source);
            }
            assertThat(outcome).as("seed %d round %d", seed, round).isNotEqualTo(ProxyHeader.Outcome.ENDED);
        }
    }

    /** A socket that has some bytes, and gives them in pieces. */
    private static final class Source implements ReadableByteChannel {
        private final ByteBuffer bytes;
        private final int piece;
        boolean ends;

        Source(byte[] bytes, int piece) {
            this.bytes = ByteBuffer.wrap(bytes);
            this.piece = piece;
        }

        int left() {
            return bytes.remaining();
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            if (!bytes.hasRemaining() && ends && into.hasRemaining()) {
                return -1;
            }
            int count = Math.min(piece, Math.min(bytes.remaining(), into.remaining()));
            into.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
