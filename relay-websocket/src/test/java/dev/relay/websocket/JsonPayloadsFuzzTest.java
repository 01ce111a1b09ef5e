package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.relay.Payload;
import dev.relay.transport.Command;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever an application or a client of another encoding passes for JSON. */
class JsonPayloadsFuzzTest {
    private static final long ALLOCATED_BYTES = 100_000;
    private static final long ALLOCATED_PER_BYTE = 100;

    @MethodSource("dev.relay.websocket.Seeds#payloads")
    @FuzzTest
    void bytes_are_one_json_value_for_everybody_or_for_nobody(byte[] bytes) {
        byte[] before = bytes.clone();
        Payload payload = read(bytes);
        assertThat(bytes).isEqualTo(before);

        normalized(bytes, payload);
        Payload data = asData(bytes);
        if (data != null) {
            assertThat(JsonPayloads.of(data.toByteArray(), 0, data.size())).isEqualTo(data);
        }
        if (payload == null) {
            return;
        }
        byte[] value = payload.toByteArray();
        assertThat(payload.isJson()).isTrue();
        assertThat(JsonCheck.hasLineBreak(value, 0, value.length)).isFalse();
        assertThat(JsonPayloads.of(value, 0, value.length)).isEqualTo(payload);
        if (nesting(value) < JsonCursor.MAX_DEPTH - 2
                && !new String(value, UTF_8).strip().equals("null")) {
            assertThat(asData(value)).as("the same in a command").isNotNull();
        }
    }

    private static @Nullable Payload read(byte[] bytes) {
        List<Payload> read = new ArrayList<>();
        Allocation.bounded(ALLOCATED_BYTES + ALLOCATED_PER_BYTE * bytes.length, () -> {
            read.clear();
            Payload payload = JsonPayloads.of(bytes, 0, bytes.length);
            return payload == null || read.add(payload);
        });
        return read.isEmpty() ? null : read.get(0);
    }

    private static void normalized(byte[] bytes, @Nullable Payload payload) {
        byte[] copy = bytes.clone();
        int length = JsonCheck.normalize(copy);
        if (payload == null) {
            assertThat(length).isEqualTo(-1);
            assertThat(copy).isEqualTo(bytes);
        } else {
            assertThat(Arrays.copyOf(copy, length)).isEqualTo(payload.toByteArray());
        }
    }

    /** The bytes as the data of a client's command; {@code null} if they are none. */
    private static @Nullable Payload asData(byte[] bytes) {
        if (!Utf8.isValid(bytes, 0, bytes.length) || JsonCheck.hasLineBreak(bytes, 0, bytes.length)) {
            return null;
        }
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes("{\"id\":1,\"rpc\":{\"data\":".getBytes(UTF_8));
        frame.writeBytes(bytes);
        frame.writeBytes("}}".getBytes(UTF_8));
        Command command = new JsonCommands().decode(frame.toByteArray(), 0, frame.size());
        return command == null ? null : JsonCommandsFuzzTest.data(command);
    }

    private static int nesting(byte[] value) {
        int depth = 0;
        for (byte b : value) {
            depth += b == '[' || b == '{' ? 1 : 0; // more than there is, maybe
        }
        return depth;
    }
}
