package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.transport.Command;
import dev.relay.transport.Encoding;
import dev.relay.transport.OutputBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Recorded exchanges, byte by byte, in both encodings. */
class ExchangesTest {
    private final OutputBuffer out = new OutputBuffer(16);

    static Stream<Arguments> received() throws IOException {
        return messages("> ");
    }

    static Stream<Arguments> sent() throws IOException {
        return messages("< ");
    }

    private static Stream<Arguments> messages(String direction) throws IOException {
        List<Arguments> messages = new ArrayList<>();
        try (InputStream in = requireNonNull(ExchangesTest.class.getResourceAsStream("exchanges.txt"))) {
            List<String> lines = new String(in.readAllBytes(), UTF_8).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).startsWith(direction)) {
                    byte[] protobuf = HexFormat.of().parseHex(lines.get(i + 1).strip());
                    messages.add(Arguments.of(lines.get(i).substring(2), protobuf));
                }
            }
        }
        return messages.stream();
    }

    @ParameterizedTest
    @MethodSource("received")
    void a_command_means_the_same_in_both_encodings(String json, byte[] protobuf) {
        List<Command> read = new ArrayList<>();
        byte[] text = json.getBytes(UTF_8);

        assertThat(new JsonCommands().decodeFrame(text, 0, text.length, read::add))
                .isTrue();
        assertThat(new ProtobufCommands().decodeFrame(protobuf, 0, protobuf.length, read::add))
                .isTrue();

        assertThat(read).hasSize(2).allMatch(read.get(0)::equals);
    }

    @ParameterizedTest
    @MethodSource("sent")
    void a_message_of_the_server_has_these_bytes(String json, byte[] protobuf) {
        JsonTree tree = JsonTree.read(json.getBytes(UTF_8));

        assertThat(new String(write(new JsonEncoding(), tree), UTF_8)).isEqualTo(json);
        assertThat(write(new ProtobufEncoding(), tree)).isEqualTo(protobuf);
    }

    private byte[] write(Encoding encoding, JsonTree message) {
        out.position(0);
        if (message.has("push")) {
            JsonTree push = message.get("push");
            assertThat(encoding.push(out, push.text("channel"), JsonMirror.push(push)))
                    .isTrue();
        } else if (message.has("id")) {
            assertThat(encoding.reply(out, (int) message.number("id"), JsonMirror.reply(message)))
                    .isTrue();
        } else {
            encoding.ping(out);
        }
        ByteBuffer view = out.view(0, out.position());
        byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return bytes;
    }
}
