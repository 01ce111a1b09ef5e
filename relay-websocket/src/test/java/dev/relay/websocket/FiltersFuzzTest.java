package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.relay.transport.Command;
import dev.relay.transport.FilterNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes instead of a tags filter. */
class FiltersFuzzTest {
    private final JsonCommands json = new JsonCommands();
    private final ProtobufCommands protobuf = new ProtobufCommands();

    @MethodSource("dev.relay.websocket.Seeds#filters")
    @FuzzTest
    void a_filter_is_bounded_and_the_same_in_both_encodings(byte[] bytes) throws IOException {
        if (!Utf8.isValid(bytes, 0, bytes.length)) {
            return;
        }
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes("{\"id\":1,\"subscribe\":{\"channel\":\"c\",\"tf\":".getBytes(UTF_8));
        frame.writeBytes(bytes);
        frame.writeBytes("}}".getBytes(UTF_8));

        Command command = json.decode(frame.toByteArray(), 0, frame.size());

        if (command instanceof Command.Subscribe subscribe && subscribe.filter() != null) {
            assertThat(depth(subscribe.filter())).isLessThanOrEqualTo(FilterNode.MAX_DEPTH);
            assertThat(nodes(subscribe.filter())).isLessThanOrEqualTo(FilterNode.MAX_NODES);
            String text = JsonMirror.write(subscribe);
            byte[] written = text.getBytes(UTF_8);
            if (new String(written, UTF_8).equals(text)) {
                assertThat(json.decode(written, 0, written.length)).isEqualTo(subscribe);
                assertThat(inProtobuf(subscribe)).isEqualTo(subscribe);
            }
        }
    }

    private @Nullable Command inProtobuf(Command command) throws IOException {
        byte[] bytes = ProtobufMirror.delimited(ProtobufMirror.write(command));
        List<Command> read = new ArrayList<>();
        return protobuf.decodeFrame(bytes, 0, bytes.length, read::add) ? read.get(0) : null;
    }

    private static int depth(FilterNode node) {
        return 1 + node.nodes().stream().mapToInt(FiltersFuzzTest::depth).max().orElse(0);
    }

    private static int nodes(FilterNode node) {
        return 1 + node.nodes().stream().mapToInt(FiltersFuzzTest::nodes).sum();
    }
}
