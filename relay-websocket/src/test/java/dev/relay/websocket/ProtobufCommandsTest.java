package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.relay.Payload;
import dev.relay.StreamPosition;
import dev.relay.transport.Command;
import dev.relay.transport.Command.Resume;
import dev.relay.transport.FilterNode;
import dev.relay.websocket.proto.ClientProtocol;
import dev.relay.websocket.proto.ClientProtocol.SubscribeRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProtobufCommandsTest {
    private static final int DELIMITED = WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int GROUP = WireFormat.WIRETYPE_START_GROUP;
    private static final int END_GROUP = WireFormat.WIRETYPE_END_GROUP;

    private final ProtobufCommands commands = new ProtobufCommands();

    @Test
    void what_a_client_writes_is_read() {
        long seed = System.nanoTime();
        Samples samples = new Samples(new Random(seed), false);
        for (int i = 0; i < 5000; i++) {
            Command command = samples.command();

            assertThat(decode(ProtobufMirror.write(command)))
                    .as("seed %s, message %s", seed, i)
                    .isEqualTo(command);
        }
    }

    @Test
    void a_frame_holds_messages_behind_their_lengths() throws IOException {
        byte[] pong = {0};
        byte[] publish = ProtobufMirror.delimited(publish("c", "1"));

        assertThat(frame(pong)).containsExactly("Pong");
        assertThat(frame(concat(pong, publish, pong, publish))).containsExactly("Pong", "Publish", "Pong", "Publish");
        assertThat(frame()).containsExactly("malformed");
        assertThat(frame(concat(publish, new byte[] {1}))).containsExactly("Publish", "malformed");
        assertThat(frame(concat(publish, new byte[] {(byte) 0x80}))).containsExactly("Publish", "malformed");
    }

    @Test
    void nothing_is_read_behind_a_command_that_ends_the_connection() {
        List<Command> read = new ArrayList<>();
        byte[] bytes = {0, 1, 1};

        boolean wellFormed = commands.decodeFrame(bytes, 0, bytes.length, command -> {
            read.add(command);
            return false;
        });

        assertThat(wellFormed).isTrue();
        assertThat(read).containsExactly(new Command.Pong());
    }

    @Test
    void a_command_is_read_from_the_middle_of_an_array() throws IOException {
        byte[] bytes = concat(new byte[] {9, 9}, ProtobufMirror.delimited(publish("c", "data")), new byte[] {9});
        List<Command> read = new ArrayList<>();

        assertThat(commands.decodeFrame(bytes, 2, bytes.length - 3, read::add)).isTrue();

        assertThat(read).containsExactly(new Command.Publish(1, "c", Payload.of("data")));
    }

    @Test
    void every_part_of_a_message_alone_is_malformed() throws IOException {
        long seed = System.nanoTime();
        Samples samples = new Samples(new Random(seed), false);
        for (int i = 0; i < 200; i++) {
            byte[] whole = ProtobufMirror.delimited(ProtobufMirror.write(samples.command()));
            for (int length = 0; length < Math.min(whole.length, 300); length++) {
                assertThat(frame(Arrays.copyOf(whole, length)))
                        .as("seed %s, message %s, %s of %s bytes", seed, i, length, whole.length)
                        .containsExactly("malformed");
            }
        }
    }

    @Test
    void lengths_that_cannot_be_are_malformed() {
        for (long length : new long[] {3, 100, Integer.MAX_VALUE, 1L << 31, 1L << 32, 1L << 62, -1, Long.MIN_VALUE}) {
            assertThat(frame(raw(out -> out.writeUInt64NoTag(length)), 0, 0)).containsExactly("malformed");
            assertThat(decode(raw(out -> {
                        out.writeTag(7, DELIMITED);
                        out.writeUInt64NoTag(length);
                        out.writeRawBytes(new byte[2]);
                    })))
                    .isNull();
            assertThat(decode(request(7, out -> {
                        out.writeTag(1, DELIMITED);
                        out.writeUInt64NoTag(length);
                        out.writeRawBytes(new byte[2]);
                    })))
                    .isNull();
        }
        assertThat(frame(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)).containsExactly("malformed");
    }

    @Test
    void what_is_not_the_protocol_is_malformed() {
        assertThat(decode(out -> out.setId(1))).as("no request").isNull();
        assertThat(decode(out -> out.setId(1).getPingBuilder())).as("obsolete").isNull();
        assertThat(decode(out -> out.setId(1).getSubscribeBuilder())).isNull();
        assertThat(decode(out -> out.setId(1).getUnsubscribeBuilder())).isNull();
        assertThat(decode(out -> out.setId(1).getPublishBuilder().setType(1))).isNull();
        assertThat(decode(out -> out.setId(1).getPresenceBuilder())).isNull();
        assertThat(decode(out -> out.setId(1).getPresenceStatsBuilder())).isNull();
        assertThat(decode(out -> out.setId(1).getHistoryBuilder())).isNull();
        assertThat(decode(out -> out.setId(1).getSubRefreshBuilder())).isNull();
        assertThat(decode(out ->
                        out.setId(1).getSubscribeBuilder().setChannel("c").setDelta("x")))
                .isNull();
        assertThat(decode(out -> out.setId(1).getConnectBuilder().putSubs("", SubscribeRequest.getDefaultInstance())))
                .isNull();
        assertThat(decode(out -> out.setId(1)
                        .getConnectBuilder()
                        .putSubs(
                                "c", SubscribeRequest.newBuilder().setDelta("x").build())))
                .isNull();
        assertThat(decode(out -> {
                    out.getConnectBuilder();
                    out.getSendBuilder();
                }))
                .as("connect without an id")
                .isNull();
    }

    @Test
    void offsets_beyond_what_a_double_holds_are_malformed() {
        for (long offset : new long[] {1L << 53, 1L << 60, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            assertThat(decode(out ->
                            out.setId(1).getSubscribeBuilder().setChannel("c").setOffset(offset)))
                    .isNull();
            assertThat(decode(out -> out.setId(1)
                            .getHistoryBuilder()
                            .setChannel("c")
                            .getSinceBuilder()
                            .setOffset(offset)))
                    .isNull();
            assertThat(decode(out -> out.setId(1)
                            .getConnectBuilder()
                            .putSubs(
                                    "c",
                                    SubscribeRequest.newBuilder()
                                            .setOffset(offset)
                                            .build())))
                    .isNull();
        }
    }

    @Test
    void text_that_is_not_utf_8_is_malformed() {
        for (int field : new int[] {1, 2, 6, 12}) {
            assertThat(decode(request(5, out -> {
                        out.writeString(1, "c");
                        out.writeByteArray(field, new byte[] {(byte) 0xc0, (byte) 0x80});
                    })))
                    .as("field %s", field)
                    .isNull();
        }
        assertThat(decode(request(5, out -> {
                    out.writeString(1, "c");
                    out.writeTag(13, DELIMITED);
                    out.writeUInt32NoTag(3);
                    out.writeByteArray(2, new byte[] {(byte) 0xff});
                })))
                .isNull();
        assertThat(decode(request(4, out -> {
                    out.writeTag(6, DELIMITED);
                    out.writeUInt32NoTag(3);
                    out.writeByteArray(2, new byte[] {(byte) 0xff});
                })))
                .isNull();
    }

    @Test
    void tags_that_cannot_be_are_malformed() {
        for (int tag :
                new int[] {0, 2, 6, 7, 0x3e, 0x3f, 0x0c, GROUP | 20 << 3, END_GROUP | 20 << 3, END_GROUP | 7 << 3}) {
            assertThat(decode(raw(out -> {
                        out.writeUInt32NoTag(tag);
                        out.writeUInt32NoTag(0);
                    })))
                    .as("tag %s", tag)
                    .isNull();
            assertThat(decode(request(7, out -> {
                        out.writeString(1, "c");
                        out.writeUInt32NoTag(tag);
                        out.writeUInt32NoTag(0);
                    })))
                    .as("tag %s", tag)
                    .isNull();
        }
    }

    @Test
    void groups_in_groups_do_not_overflow_the_stack() {
        byte[] groups = new byte[60_000];
        Arrays.fill(groups, (byte) (GROUP | 3 << 3));
        byte[] closed = Arrays.copyOf(groups, 60_000);
        Arrays.fill(closed, 30_000, 60_000, (byte) (END_GROUP | 3 << 3));

        assertThat(decode(raw(out -> out.writeRawBytes(groups)))).isNull();
        assertThat(decode(raw(out -> out.writeRawBytes(closed)))).isNull();
        assertThat(decode(request(7, out -> {
                    out.writeString(1, "c");
                    out.writeRawBytes(closed);
                })))
                .isNull();
    }

    @Test
    void unknown_fields_and_known_ones_of_another_type_are_ignored() {
        Consumer<CodedOutputStream> unknown = writing(out -> {
            out.writeUInt64(20, -1);
            out.writeFixed32(21, 7);
            out.writeFixed64(22, 7);
            out.writeByteArray(23, new byte[] {(byte) 0xff});
            out.writeTag(24, GROUP);
            out.writeUInt32(1, 1);
            out.writeTag(24, END_GROUP);
            out.writeFixed32(1, 3); // known ones, with another wire type
            out.writeFixed64(2, 3);
        });

        assertThat(decode(raw(out -> {
                    out.writeUInt32(1, 5);
                    unknown.accept(out);
                    out.writeUInt32(7, 9);
                    out.writeByteArray(7, body(inner -> {
                        inner.writeString(1, "c");
                        unknown.accept(inner);
                        inner.writeByteArray(2, "1".getBytes(UTF_8));
                        inner.writeByteArray(3, new byte[0]);
                        inner.writeFixed64(2, 3);
                    }));
                })))
                .isEqualTo(new Command.Publish(5, "c", Payload.of("1")));
    }

    @Test
    void the_first_request_in_the_order_of_the_protocol_counts() {
        assertThat(decode(raw(out -> {
                    out.writeUInt32(1, 1);
                    out.writeByteArray(7, body(inner -> inner.writeString(1, "p")));
                    out.writeByteArray(10, body(inner -> inner.writeString(1, "h")));
                    out.writeByteArray(6, body(inner -> inner.writeString(1, "u")));
                    out.writeByteArray(15, body(inner -> inner.writeString(1, "s")));
                })))
                .isEqualTo(new Command.Unsubscribe(1, "u"));
        assertThat(decode(raw(out -> {
                    out.writeByteArray(14, body(inner -> inner.writeString(1, "token")));
                    out.writeByteArray(12, new byte[0]);
                })))
                .isEqualTo(new Command.Send(null));
    }

    @Test
    void the_same_request_given_twice_is_merged() {
        assertThat(decode(raw(out -> {
                    out.writeUInt32(1, 1);
                    out.writeByteArray(7, body(inner -> inner.writeString(1, "a")));
                    out.writeUInt32(1, 2);
                    out.writeByteArray(7, body(inner -> inner.writeString(2, "1")));
                    out.writeByteArray(7, body(inner -> inner.writeString(1, "b")));
                })))
                .isEqualTo(new Command.Publish(2, "b", Payload.of("1")));
    }

    @Test
    void a_message_without_an_id_that_wants_no_answer_is_a_pong() {
        assertThat(decode(out -> out.getPublishBuilder().setChannel("c"))).isEqualTo(new Command.Pong());
        assertThat(decode(out -> out.getPingBuilder())).isEqualTo(new Command.Pong());
        assertThat(decode(out -> out.setId(0))).isEqualTo(new Command.Pong());
    }

    @Test
    void features_that_are_not_offered_are_declined() {
        assertThat(decode(out ->
                        out.setId(2).getSubscribeBuilder().setChannel("c").setType(-1)))
                .isEqualTo(new Command.Unavailable(2, "subscribe"));
        assertThat(decode(
                        out -> out.setId(2).getPublishBuilder().setChannel("c").setType(1)))
                .isEqualTo(new Command.Unavailable(2, "publish"));
        assertThat(decode(out ->
                        out.setId(2).getSubRefreshBuilder().setChannel("c").setType(2)))
                .isEqualTo(new Command.Unavailable(2, "sub_refresh"));
        assertThat(decode(out ->
                        out.setId(2).getSubRefreshBuilder().setChannel("c").addTrack(ByteString.EMPTY)))
                .isEqualTo(new Command.Unavailable(2, "sub_refresh"));
        assertThat(decode(out ->
                        out.setId(2).getSubRefreshBuilder().setChannel("c").addUntrack("k")))
                .isEqualTo(new Command.Unavailable(2, "sub_refresh"));
        assertThat(decode(out -> out.setId(2)
                        .getSubscribeBuilder()
                        .setChannel("c")
                        .setDelta("fossil")
                        .setCursor("x")
                        .setPhase(1)
                        .setLimit(2)
                        .setAsc(true)))
                .isEqualTo(new Command.Subscribe(
                        2, "c", "", null, false, StreamPosition.NONE, false, false, false, null, 0));
        assertThat(decode(out -> out.setId(1)
                        .getConnectBuilder()
                        .setFlag(7)
                        .setDict("d")
                        .setProfile("p")
                        .setName("a very long name of an SDK")
                        .setVersion("x".repeat(100))))
                .isEqualTo(new Command.Connect(1, "", null, "a very long name", "x".repeat(64), Map.of(), Map.of()));
    }

    @Test
    void entries_of_maps_may_lack_their_parts() {
        assertThat(decode(request(4, out -> {
                    out.writeByteArray(6, new byte[0]);
                    out.writeByteArray(6, body(inner -> inner.writeString(1, "k")));
                    out.writeByteArray(3, body(inner -> inner.writeString(1, "c")));
                })))
                .isEqualTo(new Command.Connect(
                        1,
                        "",
                        null,
                        "",
                        "",
                        Map.of("", "", "k", ""),
                        Map.of("c", new Resume(false, StreamPosition.NONE))));
    }

    @Test
    void data_goes_on_as_the_bytes_that_came() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }

        assertThat(decode(
                        out -> out.setId(1).getPublishBuilder().setChannel("c").setData(ByteString.copyFrom(all))))
                .isInstanceOfSatisfying(Command.Publish.class, publish -> assertThat(publish.data())
                        .isEqualTo(Payload.of(all)));
        assertThat(decode(request(7, out -> {
                    out.writeString(1, "c");
                    out.writeByteArray(2, new byte[0]);
                })))
                .isEqualTo(new Command.Publish(1, "c", null));
    }

    @Test
    void a_filter_is_bounded_in_depth_and_size() {
        Samples samples = new Samples(new Random(1), false);
        FilterNode deepest = samples.filter(FilterNode.MAX_DEPTH, 1);

        assertThat(filter(ProtobufMirror.write(deepest))).isEqualTo(deepest);
        assertThat(filter(ProtobufMirror.write(samples.filter(FilterNode.MAX_DEPTH + 1, 1))))
                .isNull();
        assertThat(filter(wide(FilterNode.MAX_NODES - 1))).isNotNull();
        assertThat(filter(wide(FilterNode.MAX_NODES))).isNull();
        assertThat(filter(wide(30_000))).isNull();
        byte[] recursive = new byte[0];
        for (int depth = 0; depth < 5000; depth++) {
            byte[] inner = recursive;
            recursive = body(out -> out.writeByteArray(6, inner));
        }
        byte[] tooDeep = recursive;
        assertThat(decode(request(5, out -> {
                    out.writeString(1, "c");
                    out.writeByteArray(13, tooDeep);
                })))
                .isEqualTo(new Command.Invalid(1));
    }

    @Test
    void the_last_of_two_filters_counts() {
        byte[] tooLarge = wide(FilterNode.MAX_NODES).toByteArray();
        byte[] good = ClientProtocol.FilterNode.newBuilder().setOp("x").build().toByteArray();

        assertThat(decode(request(5, out -> {
                    out.writeString(1, "c");
                    out.writeByteArray(13, tooLarge);
                    out.writeByteArray(13, good);
                })))
                .isInstanceOfSatisfying(Command.Subscribe.class, subscribe -> assertThat(subscribe.filter())
                        .isEqualTo(new FilterNode("x", "", "", "", List.of(), List.of())));
        assertThat(decode(request(5, out -> {
                    out.writeString(1, "c");
                    out.writeByteArray(13, good);
                    out.writeByteArray(13, tooLarge);
                })))
                .isEqualTo(new Command.Invalid(1));
    }

    /** What both accept they understand alike; the library skips some odd numbers less willingly than it reads them. */
    @Test
    void mutilated_messages_are_read_as_the_generated_classes_do_or_are_malformed() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Samples samples = new Samples(random, false);
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = ProtobufMirror.write(samples.command()).toByteArray();
            if (bytes.length > 2000) {
                continue;
            }
            for (int flips = bytes.length == 0 ? 0 : 1 + random.nextInt(3); flips > 0; flips--) {
                int at = random.nextInt(random.nextBoolean() ? bytes.length : Math.min(8, bytes.length));
                bytes[at] = random.nextBoolean() ? (byte) random.nextInt(128) : (byte) random.nextInt(256);
            }
            ClientProtocol.Command parsed = ProtobufMirror.parse(bytes);
            Command read = decode(bytes);
            if (parsed == null || ProtobufMirror.hasManyFilters(bytes)) {
                continue;
            }
            Command meaning = meaning(parsed);
            if (read == null && meaning != null) {
                refused++;
            } else {
                assertThat(read).as("seed %s, message %s: %s", seed, i, parsed).isEqualTo(meaning);
                accepted++;
            }
        }
        assertThat(accepted).as("seed %s", seed).isGreaterThan(1000);
        assertThat(refused).as("seed %s", seed).isLessThan(accepted / 100);
    }

    /** Writes what the generated classes have understood once more, so that it is read in its plainest form. */
    private @Nullable Command meaning(ClientProtocol.Command parsed) {
        return decode(parsed.toBuilder().clearPing().build());
    }

    private @Nullable FilterNode filter(ClientProtocol.FilterNode node) {
        Command command =
                decode(out -> out.setId(1).getSubscribeBuilder().setChannel("c").setTf(node));
        if (command instanceof Command.Subscribe subscribe) {
            return subscribe.filter();
        }
        assertThat(command).isEqualTo(new Command.Invalid(1));
        return null;
    }

    private static ClientProtocol.FilterNode wide(int leaves) {
        ClientProtocol.FilterNode.Builder root = ClientProtocol.FilterNode.newBuilder();
        for (int i = 0; i < leaves; i++) {
            root.addNodes(ClientProtocol.FilterNode.getDefaultInstance());
        }
        return root.build();
    }

    private static ClientProtocol.Command publish(String channel, String data) {
        ClientProtocol.Command.Builder command =
                ClientProtocol.Command.newBuilder().setId(1);
        command.getPublishBuilder().setChannel(channel).setData(ByteString.copyFromUtf8(data));
        return command.build();
    }

    private @Nullable Command decode(Consumer<ClientProtocol.Command.Builder> builder) {
        ClientProtocol.Command.Builder command = ClientProtocol.Command.newBuilder();
        builder.accept(command);
        return decode(command.build());
    }

    private @Nullable Command decode(ClientProtocol.Command command) {
        return decode(command.toByteArray());
    }

    private @Nullable Command decode(byte[] message) {
        byte[] frame = body(out -> {
            out.writeUInt32NoTag(message.length);
            out.writeRawBytes(message);
        });
        List<Command> read = new ArrayList<>();
        boolean wellFormed = commands.decodeFrame(frame, 0, frame.length, read::add);
        assertThat(read).hasSize(wellFormed ? 1 : 0);
        return wellFormed ? read.get(0) : null;
    }

    private List<String> frame(byte[] start, int... end) {
        byte[] bytes = Arrays.copyOf(start, start.length + end.length);
        for (int i = 0; i < end.length; i++) {
            bytes[start.length + i] = (byte) end[i];
        }
        List<String> seen = new ArrayList<>();
        if (!commands.decodeFrame(bytes, 0, bytes.length, command -> {
            seen.add(command.getClass().getSimpleName());
            return true;
        })) {
            seen.add("malformed");
        }
        return seen;
    }

    private List<String> frame(int... bytes) {
        return frame(new byte[0], bytes);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** A command with id 1 and one request. */
    private static byte[] request(int field, Writing content) {
        return raw(out -> {
            out.writeUInt32(1, 1);
            out.writeByteArray(field, body(content));
        });
    }

    private static byte[] raw(Writing content) {
        return body(content);
    }

    private static byte[] body(Writing content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        writing(content).accept(out);
        writing(CodedOutputStream::flush).accept(out);
        return bytes.toByteArray();
    }

    private static Consumer<CodedOutputStream> writing(Writing content) {
        return out -> {
            try {
                content.to(out);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        };
    }

    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }
}
