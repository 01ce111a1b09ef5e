package dev.relay.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Payload;
import dev.relay.transport.Encoding;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.Push;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeflatedEncodingTest {
    private static final int MIN = 256;

    private final MessageDeflater deflater = new MessageDeflater(MIN);
    private final MessageInflater inflater = new MessageInflater(1 << 20);
    private final OutputBuffer out = new OutputBuffer(16);
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @AfterEach
    void close() {
        deflater.close();
        inflater.close();
    }

    @Test
    void random_frames_are_the_same_once_inflated_and_never_longer() {
        Samples json = new Samples(random, true);
        Samples any = new Samples(random, false);
        for (int i = 0; i < 3000; i++) {
            boolean text = random.nextBoolean();
            Encoding plain = text ? new JsonEncoding() : new ProtobufEncoding();
            Encoding deflated = new DeflatedEncoding(plain, deflater);
            Push[] pushes = new Push[1 + random.nextInt(40)];
            for (int j = 0; j < pushes.length; j++) {
                pushes[j] = text ? json.push() : any.push();
            }
            int start = random.nextInt(500);

            byte[] before = frame(plain, start, pushes);
            byte[] after = frame(deflated, start, pushes);

            assertSameMessage(before, after);
        }
        assertThat(deflater.messages()).as("seed " + seed).isPositive();
    }

    @Test
    void frames_of_every_length_of_header_are_deflated() {
        for (int length : new int[] {MIN, 1000, 60_000, 65_535, 65_536, 200_000, MessageDeflater.MAX_BYTES - 100}) {
            byte[] before = messageOf("ab".repeat(length / 2), new JsonEncoding());
            byte[] after = messageOf("ab".repeat(length / 2), deflated());

            assertThat(after[0]).isEqualTo((byte) 0xc1);
            assertThat(after).hasSizeLessThan(before.length / 5);
            assertSameMessage(before, after);
        }
    }

    @Test
    void a_frame_that_stays_long_has_a_long_header() {
        StringBuilder text = new StringBuilder();
        while (text.length() < 250_000) {
            text.append(Long.toHexString(random.nextLong()));
        }
        byte[] after = messageOf(text.toString(), deflated());

        assertThat(after).hasSizeGreaterThan(100_000);
        assertThat(after[0]).isEqualTo((byte) 0xc1);
        assertThat(after[1]).isEqualTo((byte) 127);
        assertSameMessage(messageOf(text.toString(), new JsonEncoding()), after);
    }

    @Test
    void short_and_very_long_messages_are_sent_as_they_are() {
        for (int length : new int[] {1, MIN - 50, MessageDeflater.MAX_BYTES + 1, 2_000_000}) {
            assertThat(messageOf("a".repeat(length), deflated()))
                    .isEqualTo(messageOf("a".repeat(length), new JsonEncoding()));
        }
        out.position(0);
        Encoding encoding = deflated();
        encoding.beginFrame(out);
        encoding.beginMessage(out, true);
        encoding.ping(out);
        encoding.endFrame(out, 0);
        assertThat(bytes(0)).containsExactly(0x81, 2, '{', '}');
        assertThat(deflater.messages()).isZero();
        assertThat(deflater.isHolding()).isFalse();
    }

    @Test
    void what_does_not_become_shorter_is_sent_as_it_is() {
        byte[] noise = new byte[10_000];
        random.nextBytes(noise);
        Push push = new Push.Message(Payload.of(noise));
        Encoding plain = new ProtobufEncoding();

        assertThat(frame(new DeflatedEncoding(plain, deflater), 7, push)).isEqualTo(frame(plain, 7, push));
        assertThat(deflater.messages()).isZero();
    }

    @Test
    void no_message_needs_another() {
        byte[] first = messageOf("once upon a time ".repeat(50), deflated());
        byte[] second = messageOf("once upon a time ".repeat(50), deflated());

        assertThat(second).isEqualTo(first);
    }

    @Test
    void after_its_end_it_holds_nothing_and_messages_are_sent_as_they_are() {
        messageOf("a".repeat(1000), deflated());
        assertThat(deflater.isHolding()).isTrue();

        deflater.close();
        deflater.close();

        assertThat(deflater.isHolding()).isFalse();
        assertThat(messageOf("a".repeat(1000), deflated())).isEqualTo(messageOf("a".repeat(1000), new JsonEncoding()));
        assertThat(deflater.isHolding()).isFalse();
    }

    private Encoding deflated() {
        return new DeflatedEncoding(new JsonEncoding(), deflater);
    }

    private byte[] messageOf(String text, Encoding encoding) {
        return frame(encoding, 3, new Push.Message(Payload.of("\"" + text + "\"")));
    }

    /** One frame with these messages, behind {@code start} other bytes, which stay as they are. */
    private byte[] frame(Encoding encoding, int start, Push... pushes) {
        byte[] others = new byte[start];
        random.nextBytes(others);
        out.position(0);
        out.put(others);
        encoding.beginFrame(out);
        for (int i = 0; i < pushes.length; i++) {
            encoding.beginMessage(out, i == 0);
            encoding.push(out, "channel", pushes[i]);
        }
        encoding.endFrame(out, start);
        byte[] all = bytes(0);
        assertThat(ByteBuffer.wrap(all, 0, start)).isEqualTo(ByteBuffer.wrap(others));
        return bytes(start);
    }

    private byte[] bytes(int from) {
        byte[] bytes = new byte[out.position() - from];
        out.view(from, out.position()).get(bytes);
        return bytes;
    }

    private void assertSameMessage(byte[] before, byte[] after) {
        assertThat(after.length).as("seed " + seed).isLessThanOrEqualTo(before.length);
        if ((after[0] & DataFrame.DEFLATED) == 0) {
            assertThat(after).isEqualTo(before);
            return;
        }
        assertThat(after[0] & ~DataFrame.DEFLATED).isEqualTo(before[0]);
        byte[] deflated = payload(after);
        int length = inflater.inflate(deflated, deflated.length);
        assertThat(length).as("seed " + seed).isNotNegative();
        assertThat(ByteBuffer.wrap(inflater.bytes(), 0, length))
                .as("seed " + seed)
                .isEqualTo(ByteBuffer.wrap(payload(before)));
    }

    /** What the one frame carries; its header says how long that is. */
    private static byte[] payload(byte[] frame) {
        ByteBuffer bytes = ByteBuffer.wrap(frame, 2, frame.length - 2);
        int length = frame[1];
        if (length == 126) {
            length = bytes.getShort() & 0xffff;
        } else if (length == 127) {
            length = Math.toIntExact(bytes.getLong());
        }
        assertThat(bytes.remaining()).isEqualTo(length);
        byte[] payload = new byte[length];
        bytes.get(payload);
        return payload;
    }
}
