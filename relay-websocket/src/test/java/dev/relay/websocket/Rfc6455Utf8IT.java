package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Payload;
import dev.relay.transport.Command;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, sections 5.6 and 8.1: text is UTF-8, as a whole message and nothing less. */
class Rfc6455Utf8IT {
    private static final byte[] BEFORE = "{\"id\":1,\"rpc\":{\"data\":\"".getBytes(UTF_8);
    private static final byte[] BEHIND = "\"}}".getBytes(UTF_8);

    @RegisterExtension
    final RawEdge edge = new RawEdge();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7f",
                "c280",
                "dfbf",
                "e0a080",
                "e282ac",
                "ed9fbf",
                "ee8080",
                "efbfbd",
                "efbfbe",
                "efbfbf",
                "f0908080",
                "f09f9880",
                "f48fbfbf",
                "f09fbfbe",
                "cebae1bdb9cf83cebcceb5"
            })
    void text_may_hold_every_character(String hex) throws Exception {
        byte[] characters = HexFormat.of().parseHex(hex);
        byte[] text = RawEdge.join(BEFORE, characters, BEHIND);
        Command expected = new Command.Rpc(1, "", Payload.of("\"" + new String(characters, UTF_8) + "\""));

        edge.reads(expected, RawClient.frame(RawClient.TEXT, text));
        for (int inside = 0; inside <= characters.length; inside++) {
            int split = BEFORE.length + inside;
            edge.reads(
                    expected,
                    RawClient.frame(0x01, Arrays.copyOf(text, split)),
                    RawClient.frame(0x80, Arrays.copyOfRange(text, split, text.length)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80", // a continuation without a start
                "bf",
                "8080",
                "c0", // bytes that never occur
                "c1",
                "f5",
                "f8",
                "fe",
                "ff",
                "c220", // starts without their continuation
                "e28220",
                "f09f9820",
                "c080", // more bytes than it takes
                "c1bf",
                "e08080",
                "e09fbf",
                "f0808080",
                "f08fbfbf",
                "f880808080",
                "fc8080808080",
                "eda080", // surrogates
                "edafbf",
                "edb080",
                "edbfbf",
                "eda080edb080",
                "f4908080", // beyond U+10FFFF
                "f7bfbfbf",
                "f888808080",
                "fc8480808080",
                "cebae1bdb9cf83cebcceb5eda080656469746564",
                "cebae1bdb9cf83cebcceb5f4908080656469746564"
            })
    void text_that_is_not_utf_8_is_refused(String hex) throws Exception {
        byte[] bad = HexFormat.of().parseHex(hex);
        byte[] text = RawEdge.join(BEFORE, bad, BEHIND);

        edge.fails(1007, RawClient.frame(RawClient.TEXT, text));
        for (int split = BEFORE.length; split <= BEFORE.length + bad.length; split++) {
            edge.fails(
                    1007,
                    RawClient.frame(0x01, Arrays.copyOf(text, split)),
                    RawClient.frame(0x80, Arrays.copyOfRange(text, split, text.length)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c3", "e2", "e282", "f0", "f09f", "f09f98"})
    void text_must_not_end_inside_a_character(String hex) throws Exception {
        byte[] cut = HexFormat.of().parseHex(hex);
        byte[] text = RawEdge.join(BEFORE, cut);

        edge.fails(1007, RawClient.frame(RawClient.TEXT, text));
        edge.fails(1007, RawClient.frame(0x01, text), RawClient.frame(0x80));
        edge.fails(1007, RawClient.frame(RawClient.TEXT, cut), RawClient.frame(RawClient.TEXT, (byte) '{', (byte) '}'));
    }

    @Test
    void text_is_checked_wherever_the_fault_is() throws Exception {
        for (int length : new int[] {1, 7, 8, 9, 15, 16, 17, 64, 100}) {
            for (int at = 0; at < length; at += Math.max(1, length / 5)) {
                byte[] text = new byte[length];
                Arrays.fill(text, (byte) ' ');
                text[at] = (byte) 0xff;
                edge.fails(1007, RawClient.frame(RawClient.TEXT, text));
            }
        }
    }

    /** Bytes are bytes: a connection that speaks Protobuf may carry what is no text. */
    @Test
    void binary_messages_need_not_be_utf_8() throws Exception {
        byte[] data = {(byte) 0xff, (byte) 0xc0, 0, (byte) 0x80};
        Command command = new Command.Rpc(1, "", Payload.of(data));
        byte[] message = ProtobufMirror.delimited(ProtobufMirror.write(command));
        try (RawClient client = edge.open("Sec-WebSocket-Protocol: centrifuge-protobuf")) {
            FakeConnection connection = edge.connection();
            client.send(RawClient.frame(RawClient.BINARY, message));
            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(command);
            RawEdge.goesOn(client, connection);
        }
    }
}
