package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.relay.Payload;
import dev.relay.transport.Command;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes instead of commands in JSON. */
class JsonCommandsFuzzTest {
    private static final long ALLOCATED_BYTES = 100_000;
    private static final long ALLOCATED_PER_BYTE = 1000;

    private final JsonCommands decoder = new JsonCommands();

    @MethodSource("dev.relay.websocket.Seeds#json")
    @FuzzTest
    void a_frame_is_read_or_malformed_and_what_was_read_can_be_written(byte[] bytes) {
        boolean utf8 = Utf8.isValid(bytes, 0, bytes.length);
        assertThat(utf8).isEqualTo(isUtf8(bytes));
        if (!utf8) {
            return; // refused before the decoder
        }
        List<Command> read = new ArrayList<>();
        boolean wellFormed = Allocation.bounded(ALLOCATED_BYTES + ALLOCATED_PER_BYTE * bytes.length, () -> {
            read.clear();
            return decoder.decodeFrame(bytes, 0, bytes.length, read::add);
        });

        elsewhere(bytes, read, wellFormed);
        read.forEach(this::command);
    }

    /** Neither what stands around a frame nor what was read before changes its meaning. */
    private void elsewhere(byte[] bytes, List<Command> expected, boolean wellFormed) {
        byte[] larger = ("{\"id\":7" + new String(bytes, UTF_8) + "}\n{}").getBytes(UTF_8);
        List<Command> read = new ArrayList<>();

        assertThat(decoder.decodeFrame(larger, 7, bytes.length, read::add)).isEqualTo(wellFormed);

        assertThat(read).isEqualTo(expected);
    }

    private void command(Command command) {
        Payload data = data(command);
        if (data != null) {
            assertThat(data.isJson()).isTrue();
            assertThat(JsonPayloads.of(data.toByteArray(), 0, data.size()))
                    .as("one JSON value without line breaks")
                    .isEqualTo(data);
        }
        if (command instanceof Command.Unavailable || command instanceof Command.Invalid) {
            return; // what was asked for is not kept
        }
        String text = JsonMirror.write(command);
        byte[] written = text.getBytes(UTF_8);
        if (new String(written, UTF_8).equals(text)) { // no half of a surrogate pair, which UTF-8 cannot hold
            assertThat(decoder.decode(written, 0, written.length)).isEqualTo(command);
        }
    }

    static @Nullable Payload data(Command command) {
        if (command instanceof Command.Connect connect) {
            return connect.data();
        } else if (command instanceof Command.Subscribe subscribe) {
            return subscribe.data();
        } else if (command instanceof Command.Publish publish) {
            return publish.data();
        } else if (command instanceof Command.Rpc rpc) {
            return rpc.data();
        }
        return command instanceof Command.Send send ? send.data() : null;
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
