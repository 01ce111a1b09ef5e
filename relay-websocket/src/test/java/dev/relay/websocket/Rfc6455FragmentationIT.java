package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Payload;
import dev.relay.transport.Command;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, section 5.4: messages in fragments. */
class Rfc6455FragmentationIT {
    private static final byte[] TEXT = "{\"id\":1,\"rpc\":{\"data\":\"ä€😀\"}}".getBytes(UTF_8);
    private static final Command EXPECTED = new Command.Rpc(1, "", Payload.of("\"ä€😀\""));
    private static final byte[] OPEN = {'{'};
    private static final byte[] SHUT = {'}'};

    @RegisterExtension
    final RawEdge edge = new RawEdge();

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x02})
    void a_message_may_be_split_anywhere(int first) throws Exception {
        for (int split = 0; split <= TEXT.length; split++) {
            edge.reads(EXPECTED, fragments(first, split, TEXT.length));
        }
    }

    @Test
    void fragments_may_have_a_single_byte() throws Exception {
        int[] ends = new int[TEXT.length];
        Arrays.setAll(ends, i -> i + 1);
        edge.reads(EXPECTED, fragments(0x01, ends));
    }

    @Test
    void fragments_may_be_empty() throws Exception {
        edge.reads(EXPECTED, fragments(0x01, 0, 0, 5, 5, 5, TEXT.length, TEXT.length));
        edge.fails(3501, RawClient.frame(0x01), RawClient.frame(0x00), RawClient.frame(0x80));
    }

    @Test
    void fragmented_messages_and_whole_ones_may_follow_each_other() throws Exception {
        Command pong = new Command.Pong();
        byte[] whole = RawClient.frame(RawClient.TEXT, (byte) '{', (byte) '}');
        edge.reads(
                new Command[] {pong, EXPECTED, EXPECTED, pong},
                RawEdge.join(
                        whole,
                        RawEdge.join(fragments(0x01, 3, TEXT.length)),
                        RawEdge.join(fragments(0x02, 9, 12, TEXT.length)),
                        whole));
    }

    @Test
    void control_frames_may_stand_between_fragments() throws Exception {
        List<byte[]> frames = new ArrayList<>();
        List<byte[]> pongs = new ArrayList<>();
        for (byte[] fragment : fragments(0x01, 0, 7, 23, 24, 27, TEXT.length)) {
            byte[] payload = ("ping " + frames.size()).getBytes(UTF_8);
            frames.add(RawClient.frame(RawClient.PONG, payload));
            frames.add(RawClient.frame(RawClient.PING, payload));
            frames.add(fragment);
            pongs.add(payload);
        }
        edge.readsAndAnswers(EXPECTED, pongs.toArray(byte[][]::new), frames.toArray(byte[][]::new));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x80})
    void a_continuation_needs_a_beginning(int continuation) throws Exception {
        edge.fails(1002, RawClient.frame(continuation, OPEN));
        edge.fails(1002, RawClient.frame(continuation));
        edge.fails(1002, RawClient.frame(continuation, OPEN), RawClient.frame(0x81, (byte) '{', (byte) '}'));
        edge.fails(1002, RawClient.frame(RawClient.PONG), RawClient.frame(continuation, OPEN));
    }

    @Test
    void a_continuation_needs_a_beginning_of_its_own() throws Exception {
        for (int continuation : new int[] {0x00, 0x80}) {
            try (RawClient client = edge.open()) {
                FakeConnection connection = edge.connection();
                client.send(RawEdge.join(fragments(0x01, 5, TEXT.length)));
                client.send(RawClient.frame(continuation, OPEN));
                client.expectClose(1002);
                assertThat(connection.commands).containsExactly(EXPECTED);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x81, 0x82, 0x01, 0x02})
    void another_message_must_not_begin_inside_one(int first) throws Exception {
        edge.fails(1002, RawClient.frame(0x01, OPEN), RawClient.frame(first, SHUT));
        edge.fails(1002, RawClient.frame(0x02, OPEN), RawClient.frame(0x00), RawClient.frame(first));
        edge.fails(1002, RawClient.frame(0x01, OPEN), RawClient.frame(RawClient.PONG), RawClient.frame(first, SHUT));
    }

    /** Text that is not UTF-8 breaks RFC 6455; bytes that are not break what the connection speaks. */
    @Test
    void the_first_fragment_says_what_kind_of_message_it_is() throws Exception {
        edge.fails(1007, RawClient.frame(0x01, (byte) '"'), RawClient.frame(0x80, (byte) 0xff));
        edge.fails(3501, RawClient.frame(0x02, (byte) '"'), RawClient.frame(0x80, (byte) 0xff));
    }

    @Test
    void a_connection_may_be_closed_inside_a_message() throws Exception {
        try (RawClient client = edge.open()) {
            client.send(RawClient.frame(0x01, OPEN));
            client.send(RawClient.closeFrame(1001, "going"));
            client.send(RawClient.frame(0x80, SHUT));
            client.expectClose(1001);
        }
    }

    /** The message as frames that end at these bytes of it. */
    private static byte[][] fragments(int first, int... ends) {
        byte[][] frames = new byte[ends.length][];
        int at = 0;
        for (int i = 0; i < ends.length; i++) {
            int head = (i == 0 ? first : 0) | (i == ends.length - 1 ? 0x80 : 0);
            frames[i] = RawClient.frame(head, Arrays.copyOfRange(TEXT, at, ends[i]));
            at = ends[i];
        }
        return frames;
    }
}
