package dev.relay.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes instead of an upgrade request. */
class HandshakeFuzzTest {
    private static final long ALLOCATED_BYTES = 100_000;
    private static final long ALLOCATED_PER_BYTE = 100;
    private static final Set<String> FIELDS = Set.of(
            "Allow",
            "Connection",
            "Content-Length",
            "Content-Type",
            "Retry-After",
            "Sec-WebSocket-Accept",
            "Sec-WebSocket-Extensions",
            "Sec-WebSocket-Protocol",
            "Sec-WebSocket-Version",
            "Server",
            "Upgrade");

    @MethodSource("dev.relay.websocket.Seeds#requests")
    @FuzzTest
    void a_request_is_upgraded_or_refused_however_it_comes(byte[] bytes) throws IOException {
        MemoryPeer.Outcome whole = Allocation.bounded(
                ALLOCATED_BYTES + ALLOCATED_PER_BYTE * bytes.length, () -> new MemoryPeer().whole(bytes, 0));
        MemoryPeer.Outcome pieces = new MemoryPeer().inPieces(bytes, 0, new Random(Arrays.hashCode(bytes)));

        assertThat(pieces).isEqualTo(whole);
        answer(whole);
    }

    private static void answer(MemoryPeer.Outcome outcome) {
        String head = outcome.written();
        if (outcome.opened()) {
            assertThat(head).startsWith("HTTP/1.1 101 ");
        } else if (outcome.closed() != null) {
            assertThat(head).matches("(?s)HTTP/1\\.1 (4|5)\\d\\d .*").contains("\r\nConnection: close\r\n");
        } else {
            assertThat(head).isEmpty();
            return;
        }
        String[] lines = head.substring(0, head.indexOf("\r\n\r\n")).split("\r\n", -1);
        Set<String> names = new TreeSet<>();
        for (int i = 1; i < lines.length; i++) {
            assertThat(names.add(lines[i].substring(0, lines[i].indexOf(": "))))
                    .as("once: " + lines[i])
                    .isTrue();
        }
        assertThat(FIELDS).as("nothing is echoed").containsAll(names);
    }
}
