package dev.relay.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes instead of frames. */
class FramesFuzzTest {
    private static final long ALLOCATED_BYTES = 200_000;
    private static final long ALLOCATED_PER_BYTE = 5000;

    @MethodSource("dev.relay.websocket.Seeds#frames")
    @FuzzTest
    void frames_mean_the_same_however_they_come(byte[] bytes) throws IOException {
        if (bytes.length == 0) {
            return;
        }
        boolean protobuf = (bytes[0] & 1) != 0;
        boolean deflate = (bytes[0] & 2) != 0;

        MemoryPeer.Outcome whole = Allocation.bounded(
                ALLOCATED_BYTES + ALLOCATED_PER_BYTE * bytes.length,
                () -> MemoryPeer.open(protobuf, deflate).whole(bytes, 1));
        MemoryPeer.Outcome pieces =
                MemoryPeer.open(protobuf, deflate).inPieces(bytes, 1, new Random(Arrays.hashCode(bytes)));

        assertThat(pieces).isEqualTo(whole);
        answers(whole);
    }

    /** The server sends pongs, then at most one close frame, and nothing behind it. */
    private static void answers(MemoryPeer.Outcome outcome) {
        String written = outcome.written();
        int at = 0;
        boolean closed = false;
        while (at < written.length()) {
            assertThat(closed).as("something behind the close frame").isFalse();
            int first = written.charAt(at);
            assertThat(first).isIn(RawClient.PONG, RawClient.CLOSE);
            closed = first == RawClient.CLOSE;
            int length = written.charAt(at + 1);
            assertThat(length).isLessThanOrEqualTo(125);
            at += 2 + length;
        }
        assertThat(at).isEqualTo(written.length());
        assertThat(closed).isEqualTo(outcome.closed() != null);
    }
}
