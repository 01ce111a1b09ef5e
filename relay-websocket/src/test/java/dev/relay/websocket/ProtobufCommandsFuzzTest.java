package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.CodedInputStream;
import dev.relay.transport.Command;
import dev.relay.websocket.proto.ClientProtocol;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes instead of commands in Protobuf. */
class ProtobufCommandsFuzzTest {
    private static final long ALLOCATED_BYTES = 100_000;
    private static final long ALLOCATED_PER_BYTE = 1000;

    private final ProtobufCommands decoder = new ProtobufCommands();

    @MethodSource("dev.relay.websocket.Seeds#protobuf")
    @FuzzTest
    void a_frame_is_read_or_malformed_and_what_was_read_can_be_written(byte[] bytes) throws IOException {
        List<Command> read = new ArrayList<>();
        boolean wellFormed = Allocation.bounded(ALLOCATED_BYTES + ALLOCATED_PER_BYTE * bytes.length, () -> {
            read.clear();
            return decoder.decodeFrame(bytes, 0, bytes.length, read::add);
        });

        elsewhere(bytes, read, wellFormed);
        if (wellFormed) {
            likeTheGeneratedClasses(bytes, read);
        }
        for (Command command : read) {
            roundTrip(command);
        }
    }

    /** Neither what stands around a frame nor what was read before changes its meaning. */
    private void elsewhere(byte[] bytes, List<Command> expected, boolean wellFormed) {
        byte[] larger = new byte[bytes.length + 20];
        Arrays.fill(larger, (byte) 8);
        System.arraycopy(bytes, 0, larger, 10, bytes.length);
        List<Command> read = new ArrayList<>();

        assertThat(decoder.decodeFrame(larger, 10, bytes.length, read::add)).isEqualTo(wellFormed);

        assertThat(read).isEqualTo(expected);
    }

    /** What both accept they understand alike. */
    private void likeTheGeneratedClasses(byte[] bytes, List<Command> read) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        for (Command command : read) {
            byte[] message = in.readNBytes(CodedInputStream.readRawVarint32(in.read(), in));
            ClientProtocol.Command parsed = ProtobufMirror.parse(message);
            if (parsed != null && !ProtobufMirror.hasManyFilters(message)) {
                assertThat(command)
                        .isEqualTo(decode(parsed.toBuilder().clearPing().build()));
            }
        }
        assertThat(in.available()).isZero();
    }

    private void roundTrip(Command command) throws IOException {
        if (command instanceof Command.Unavailable || command instanceof Command.Invalid) {
            return; // what was asked for is not kept
        }
        String text = JsonMirror.write(command);
        if (new String(text.getBytes(UTF_8), UTF_8).equals(text)) { // a name is cut, maybe inside a surrogate pair
            assertThat(decode(ProtobufMirror.write(command))).isEqualTo(command);
        }
    }

    private @Nullable Command decode(ClientProtocol.Command message) throws IOException {
        byte[] bytes = ProtobufMirror.delimited(message);
        List<Command> read = new ArrayList<>();
        boolean wellFormed = decoder.decodeFrame(bytes, 0, bytes.length, read::add);
        return wellFormed && read.size() == 1 ? read.get(0) : null;
    }
}
