package dev.relay.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import dev.relay.ClientInfo;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import dev.relay.websocket.proto.ClientProtocol;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Bytes as the protocol's own tools write them. */
class ProtobufEncodingTest {
    private final ProtobufEncoding encoding = new ProtobufEncoding();
    private final OutputBuffer out = new OutputBuffer(16);

    @Test
    void a_small_publication_takes_30_bytes() {
        Publication publication = publication("{\"text\":\"hi\"}", 42);

        assertThat(push("chat:1", publication))
                .isEqualTo("1d221b1206" + hex("chat:1") + "2211" + "220d" + hex("{\"text\":\"hi\"}") + "302a")
                .hasSize(2 * 30);
    }

    @Test
    void a_publication_has_its_fields_in_order() {
        ClientInfo info = new ClientInfo("u", "c", Payload.of("1"), Payload.of("2"));
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("k", "");
        Publication first = new Publication(Payload.of("d"), info, tags, new StreamPosition(1, "ep"), 0);

        String publication = "220164" + "2a0c" + "0a0175120163" + "1a0131220132" + "3001" + "3a05" + "0a016b1200";
        assertThat(push("n", first)).isEqualTo("252223" + "12016e" + "221e" + publication + "72026570");
        assertThat(push("n", new Push.Matched("m", first)))
                .isEqualTo("282226" + "12016e" + "2221" + publication + "52016d" + "72026570");
        assertThat(push("n", new Push.Matched("n", first))).isEqualTo(push("n", first));
    }

    @Test
    void a_payload_goes_on_as_the_bytes_that_came() {
        byte[] all = new byte[70_000];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }

        String hex = push("n", new Publication(Payload.of(all), null, Map.of(), StreamPosition.NONE, 0));

        assertThat(hex).endsWith("22f0a204" + HexFormat.of().formatHex(all));
    }

    @Test
    void pushes_about_subscriptions_and_who_comes_and_goes() {
        ClientInfo info = new ClientInfo("", "c", null, null);

        assertThat(push("n", new Push.Joined(info))).isEqualTo("0c220a" + "12016e" + "2a05" + "0a03" + "120163");
        assertThat(push("n", new Push.Left(info))).isEqualTo("0c220a" + "12016e" + "3205" + "0a03" + "120163");
        assertThat(push("n", new Push.Unsubscribed(2500, "x")))
                .isEqualTo("0d220b" + "12016e" + "3a06" + "10c413" + "1a0178");
        assertThat(push("n", new Push.Subscribed(true, true, new StreamPosition(12, "e"), Payload.of("1"))))
                .isEqualTo("13" + "2211" + "12016e" + "4a0c" + "0801" + "220165" + "280c" + "3001" + "3a0131");
        assertThat(push("n", new Push.Subscribed(false, false, StreamPosition.NONE, null)))
                .isEqualTo("07" + "2205" + "12016e" + "4a00");
    }

    @Test
    void what_concerns_the_connection_has_no_channel() {
        assertThat(push("", new Push.Message(Payload.of("hi")))).isEqualTo("08" + "2206" + "4204" + "0a026869");
        assertThat(push("", new Push.Refreshed(true, 300))).isEqualTo("09" + "2207" + "6205" + "0801" + "10ac02");
        assertThat(push("", new Push.Refreshed(false, 0))).isEqualTo("04" + "2202" + "6200");
    }

    @Test
    void a_result_without_content_is_there_all_the_same() {
        assertThat(reply(3, Reply.Published.INSTANCE)).isEqualTo("0408034200");
        assertThat(reply(3, Reply.Unsubscribed.INSTANCE)).isEqualTo("0408033a00");
        assertThat(reply(3, new Reply.Returned(null))).isEqualTo("0408036a00");
        assertThat(reply(3, new Reply.SubRefreshed(false, 0))).isEqualTo("0408037a00");
        assertThat(reply(3, new Reply.Presence(Map.of()))).isEqualTo("0408034a00");
        assertThat(reply(3, new Reply.PresenceStats(0, 0))).isEqualTo("0408035200");
        assertThat(reply(3, new Reply.History(List.of(), StreamPosition.NONE))).isEqualTo("0408035a00");
    }

    @Test
    void results() {
        assertThat(reply(1, new Reply.Connected("c", "v", Payload.of("1"), true, 9, 25, true, Map.of())))
                .isEqualTo("15" + "0801" + "2a11" + "0a0163" + "120176" + "1801" + "2009" + "2a0131" + "3819" + "4001");
        assertThat(reply(
                        1,
                        new Reply.Connected(
                                "c",
                                "",
                                null,
                                false,
                                0,
                                0,
                                false,
                                Map.of(
                                        "s",
                                        new Reply.Subscribed(
                                                false,
                                                0,
                                                true,
                                                true,
                                                new StreamPosition(7, "e"),
                                                true,
                                                true,
                                                List.of(publication("8", 8)),
                                                null)))))
                .isEqualTo("22" + "0801" + "2a1e" + "0a0163" + "3219" + "0a0173" + "1214" + "1801" + "320165" + "3a05"
                        + "220138" + "3008" + "4001" + "4807" + "5001" + "6001")
                .hasSize(2 * 0x23);
        assertThat(reply(4, new Reply.PresenceStats(3, 2))).isEqualTo("08" + "0804" + "5204" + "0803" + "1002");
        assertThat(reply(4, new Reply.Presence(Map.of("c", new ClientInfo("u", "c", null, null)))))
                .isEqualTo("11" + "0804" + "4a0d" + "0a0b" + "0a0163" + "1206" + "0a0175" + "120163");
        assertThat(reply(5, new Reply.Returned(Payload.of("hi")))).isEqualTo("08" + "0805" + "6a04" + "0a026869");
        assertThat(reply(9, new Reply.Refreshed("c", "", true, 60)))
                .isEqualTo("0b" + "0809" + "7207" + "0a0163" + "1801" + "203c");
        assertThat(reply(9, new Reply.SubRefreshed(true, 60))).isEqualTo("08" + "0809" + "7a04" + "0801" + "103c");
        assertThat(reply(-1, new Reply.Failed(new ErrorCode(100, "x", true))))
                .isEqualTo("0f" + "08ffffffff0f" + "1207" + "0864" + "120178" + "1801");
    }

    @Test
    void text_is_utf_8_and_half_a_character_becomes_a_replacement() throws Exception {
        String text = "a\u0000é߿ࠀ€\uffff😀\ud800x\udc00\ud83d";

        String hex = reply(1, new Reply.Failed(new ErrorCode(1, text, false)));

        byte[] message = HexFormat.of().parseHex(hex);
        assertThat(ClientProtocol.Reply.parseFrom(Arrays.copyOfRange(message, 1, message.length))
                        .getError()
                        .getMessage())
                .isEqualTo("a\u0000é߿ࠀ€\uffff😀\ufffdx\ufffd\ufffd");
    }

    @Test
    void messages_of_one_binary_frame_follow_each_other() {
        encoding.beginFrame(out);
        encoding.beginMessage(out, true);
        encoding.reply(out, 1, Reply.Published.INSTANCE);
        encoding.beginMessage(out, false);
        encoding.reply(out, 2, Reply.Published.INSTANCE);
        encoding.endFrame(out, 0);

        assertThat(written()).isEqualTo("820a" + "0408014200" + "0408024200");
    }

    @Test
    void a_ping_is_one_byte_in_a_frame_of_its_own() {
        encoding.beginFrame(out);
        encoding.beginMessage(out, true);
        encoding.ping(out);
        encoding.endFrame(out, 0);

        assertThat(written()).isEqualTo("820100");
    }

    @Test
    void sizes_of_numbers_are_those_that_are_written() {
        for (int shift = 0; shift < 64; shift++) {
            for (long number : new long[] {(1L << shift) - 1, 1L << shift, -1L >>> shift, -(1L << shift)}) {
                out.position(0);
                ProtobufWire.varint(out, number);
                assertThat(ProtobufWire.varint(number)).as("%s", number).isEqualTo(out.position());
                assertThat(out.position()).isEqualTo(CodedOutputStream.computeUInt64SizeNoTag(number));
            }
        }
    }

    private static Publication publication(String data, long offset) {
        return new Publication(Payload.of(data), null, Map.of(), new StreamPosition(offset, "k3Zq"), 0);
    }

    private String push(String channel, Push push) {
        out.position(0);
        assertThat(encoding.push(out, channel, push)).isTrue();
        return written();
    }

    private String reply(int id, Reply reply) {
        out.position(0);
        assertThat(encoding.reply(out, id, reply)).isTrue();
        return written();
    }

    private String written() {
        ByteBuffer view = out.view(0, out.position());
        byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String hex(String ascii) {
        return HexFormat.of().formatHex(ascii.getBytes(StandardCharsets.US_ASCII));
    }
}
