package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.transport.Command;
import dev.relay.transport.Encoding;
import dev.relay.transport.OutputBuffer;
import dev.relay.transport.Push;
import dev.relay.transport.Reply;
import dev.relay.websocket.proto.ClientProtocol;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What one side writes, the other reads: random messages in both encodings, each through a client made for the test. */
class RoundTripTest {
    private static final int MESSAGES = 5000;
    private static final String DAMAGE = "{}[]\",:\\u0e-.\n\t n";

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final Samples json = new Samples(random, true);
    private final Samples any = new Samples(random, false);
    private final OutputBuffer out = new OutputBuffer(16);

    @Test
    void pushes_in_json() {
        Encoding encoding = new JsonEncoding();
        for (int i = 0; i < MESSAGES; i++) {
            Push push = json.push();
            String channel = channel(push);
            out.position(0);

            assertThat(encoding.push(out, channel, push)).isTrue();

            JsonTree read = JsonTree.read(line()).only("push").get("push");
            assertThat(read.text("channel")).as(where(i)).isEqualTo(channel);
            assertThat(JsonMirror.push(read)).as(where(i)).isEqualTo(Visible.push(push));
        }
    }

    @Test
    void replies_in_json() {
        Encoding encoding = new JsonEncoding();
        for (int i = 0; i < MESSAGES; i++) {
            Reply reply = json.reply();
            int id = random.nextInt();
            out.position(0);

            assertThat(encoding.reply(out, id, reply)).isTrue();

            JsonTree read = JsonTree.read(line());
            assertThat(read.number("id")).as(where(i)).isEqualTo(id & 0xffff_ffffL);
            assertThat(JsonMirror.reply(read)).as(where(i)).isEqualTo(Visible.reply(reply));
        }
    }

    @Test
    void commands_in_json() {
        JsonCommands commands = new JsonCommands();
        for (int i = 0; i < MESSAGES; i++) {
            Command command = json.command();
            byte[] text = JsonMirror.write(command).getBytes(UTF_8);
            List<Command> read = new ArrayList<>();

            assertThat(commands.decodeFrame(text, 0, text.length, read::add)).isTrue();

            assertThat(read).as(where(i)).containsExactly(command);
        }
    }

    @Test
    void mutilated_commands_in_json_are_read_or_malformed_and_nothing_else_happens() {
        JsonCommands commands = new JsonCommands();
        int read = 0;
        for (int i = 0; i < 4 * MESSAGES; i++) {
            byte[] text = JsonMirror.write(json.command()).getBytes(UTF_8);
            for (int flips = random.nextInt(3); flips > 0; flips--) {
                text[random.nextInt(text.length)] = (byte) DAMAGE.charAt(random.nextInt(DAMAGE.length()));
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(text.length + 1) : text.length;
            if (Utf8.isValid(text, 0, length) && commands.decodeFrame(text, 0, length, command -> true)) {
                read++;
            }
        }
        assertThat(read).as("seed %s", seed).isGreaterThan(MESSAGES);
    }

    @Test
    void pushes_in_protobuf() throws IOException {
        Encoding encoding = new ProtobufEncoding();
        for (int i = 0; i < MESSAGES; i++) {
            Push push = any.push();
            String channel = channel(push);
            out.position(0);

            assertThat(encoding.push(out, channel, push)).isTrue();

            ClientProtocol.Reply reply = message(i);
            assertThat(reply.getId()).isZero();
            assertThat(reply.getPush().getChannel()).as(where(i)).isEqualTo(channel);
            assertThat(ProtobufMirror.push(reply.getPush())).as(where(i)).isEqualTo(Visible.push(push));
        }
    }

    @Test
    void replies_in_protobuf() throws IOException {
        Encoding encoding = new ProtobufEncoding();
        for (int i = 0; i < MESSAGES; i++) {
            Reply reply = any.reply();
            int id = random.nextInt();
            out.position(0);

            assertThat(encoding.reply(out, id, reply)).isTrue();

            ClientProtocol.Reply read = message(i);
            assertThat(read.getId()).as(where(i)).isEqualTo(id);
            assertThat(ProtobufMirror.reply(read)).as(where(i)).isEqualTo(Visible.reply(reply));
        }
    }

    /** The only message in the buffer, whose length stands before it; the generated classes would write the same bytes. */
    private ClientProtocol.Reply message(int number) throws IOException {
        byte[] bytes = line();
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        ClientProtocol.Reply reply = ClientProtocol.Reply.parseDelimitedFrom(in);
        assertThat(in.available()).as(where(number)).isZero();
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        reply.writeDelimitedTo(again);
        assertThat(again.toByteArray()).as(where(number)).isEqualTo(bytes);
        return reply;
    }

    private String channel(Push push) {
        return push instanceof Push.Message || push instanceof Push.Refreshed ? "" : "to " + json.name();
    }

    private byte[] line() {
        ByteBuffer view = out.view(0, out.position());
        byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return bytes;
    }

    private String where(int number) {
        return "seed " + seed + ", message " + number;
    }
}
