package dev.relay.standalone.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What strangers send: endless, huge or broken. It costs them their connection and nobody else anything. */
final class BadInputIT {
    private static final String REQUEST = "GET /connection/websocket HTTP/1.1\r\nHost: relay\r\n";

    private static RelayProcess relay;
    private static Bystander bystander;

    @BeforeAll
    static void start(@TempDir Path directory) {
        relay = RelayProcess.ready(RelaySettings.in(directory));
        bystander = Bystander.on(relay, "bystander");
    }

    @AfterEach
    void everybody_else_is_unharmed() {
        bystander.stillReceives();
        assertThat(relay.health()).isEqualTo(200);
    }

    @AfterAll
    static void end() {
        relay.close();
    }

    @Test
    void a_handshake_that_never_ends_is_cut_off_after_5_seconds() throws IOException {
        long before = System.nanoTime();
        try (Socket socket = RawWebSocket.dial(relay.port())) {
            socket.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
            socket.setSoTimeout(300);
            while (!endedWithoutUpgrade(socket)) {
                assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
                dribble(socket);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofSeconds(4));
        }
    }

    @Test
    void a_connection_that_says_nothing_is_cut_off_after_5_seconds() throws IOException {
        long before = System.nanoTime();
        try (Socket socket = RawWebSocket.dial(relay.port())) {
            socket.setSoTimeout(10_000);
            assertThat(endedWithoutUpgrade(socket)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofSeconds(4));
        }
    }

    @Test
    void a_header_longer_than_16_kib_is_refused() throws IOException {
        long before = System.nanoTime();
        try (Socket socket = RawWebSocket.dial(relay.port())) {
            socket.setSoTimeout(4000);
            sendAsLongAsTaken(socket, (REQUEST + "X-Long: " + "x".repeat(20 * 1024)).getBytes(ISO_8859_1));
            assertThat(endedWithoutUpgrade(socket)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
        }
    }

    @Test
    void what_is_no_websocket_request_is_refused() throws IOException {
        for (String request : List.of(
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: relay\r\n\r\n",
                "POST /connection/websocket HTTP/1.1\r\nHost: relay\r\nContent-Length: 2\r\n\r\n{}",
                REQUEST + "\r\n",
                REQUEST + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 99\r\n"
                        + "Sec-WebSocket-Key: cmVsYXkgZW5kIHRvIGVuZA==\r\n\r\n")) {
            try (Socket socket = RawWebSocket.dial(relay.port())) {
                socket.setSoTimeout(10_000);
                sendAsLongAsTaken(socket, request.getBytes(ISO_8859_1));
                assertThat(endedWithoutUpgrade(socket)).as(request).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2147483647, 1009", // the largest array
        "2147483648, 1009",
        "4294967296, 1009", // 0 in 32 bits
        "9223372036854775807, 1009",
    })
    void a_huge_length_is_refused_before_anything_is_allocated(long length, int code) {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            dialogue.socket()
                    .raw(ByteBuffer.allocate(14)
                            .put((byte) 0x81)
                            .put((byte) 0xFF)
                            .putLong(length)
                            .putInt(0)
                            .array());
            assertThat(dialogue.socket().awaitClose().code()).isEqualTo(code);
        }
    }

    @Test
    void a_message_that_grows_by_fragments_is_refused_when_it_is_too_long() {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            byte[] fragment = new byte[30_000];
            dialogue.socket().frame(RawWebSocket.TEXT, fragment);
            dialogue.socket().frame(0, fragment);
            dialogue.socket().frame(0, fragment);
            assertThat(dialogue.socket().awaitClose().code()).isEqualTo(1009);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "81 02 7b 7d, unmasked",
        "c1 82 00 00 00 00 7b 7d, a reserved bit",
        "83 82 00 00 00 00 7b 7d, a reserved opcode",
        "09 82 00 00 00 00 7b 7d, a control frame in fragments",
        "80 82 00 00 00 00 7b 7d, a continuation of nothing",
    })
    void a_frame_against_the_rules_is_closed_with_1002(String bytes, String what) {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            ByteBuffer frame = ByteBuffer.allocate(32);
            for (String octet : bytes.split(" ", -1)) {
                frame.put((byte) Integer.parseInt(octet, 16));
            }
            byte[] sent = new byte[frame.position()];
            frame.flip().get(sent);
            dialogue.socket().raw(sent);
            assertThat(dialogue.socket().awaitClose().code()).as(what).isEqualTo(1002);
        }
    }

    @Test
    void who_never_reads_is_cut_off_and_delays_nobody() {
        try (Dialogue reader = Dialogue.connected(relay);
                RawWebSocket deaf = RawWebSocket.open(relay.port())) {
            deaf.send("{\"id\":1,\"connect\":{}}", "{\"id\":2,\"subscribe\":{\"channel\":\"flood\"}}");
            String data = "x".repeat(50_000);
            long before = System.nanoTime();
            for (int id = 2; id < 402; id++) { // 20 MB: more than the kernel and the outbox hold
                assertThat(reader.ask(id, "\"publish\":{\"channel\":\"flood\",\"data\":\"" + data + "\"}"))
                        .containsKey("publish");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
            bystander.stillReceives();
            deaf.awaitEnd(); // what the close frame says, only somebody who reads would know
        }
    }

    @Test
    void a_thousand_connections_that_vanish_leave_nothing_behind() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Socket socket = RawWebSocket.dial(relay.port());
            if (i % 2 == 0) {
                socket.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
            }
            if (i % 3 == 0) {
                socket.setSoLinger(true, 0); // a reset, not an orderly end
            }
            sockets.add(socket);
        }
        for (Socket socket : sockets) {
            socket.close();
        }
        bystander.stillReceives();
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            dialogue.runs("""
                    > {"id":2,"unsubscribe":{"channel":"x"}}
                    < {"id":2,"unsubscribe":{}}
                    """);
        }
    }

    private static void dribble(Socket socket) {
        sendAsLongAsTaken(socket, "X-Slow: 1\r\n".getBytes(ISO_8859_1));
    }

    private static void sendAsLongAsTaken(Socket socket, byte[] bytes) {
        try {
            OutputStream output = socket.getOutputStream();
            output.write(bytes);
        } catch (IOException e) {
            assertThat(e).as("the server closed before taking everything").hasMessageMatching("(?s).*(reset|pipe).*");
        }
    }

    /** Whether the server has ended the connection; false when it has not yet. Whatever it said, it was no upgrade. */
    private static boolean endedWithoutUpgrade(Socket socket) {
        StringBuilder said = new StringBuilder();
        try {
            InputStream input = socket.getInputStream();
            for (int next = input.read(); next >= 0; next = input.read()) {
                said.append((char) next);
                assertThat(said.toString()).doesNotStartWith("HTTP/1.1 101");
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // reset
        }
    }
}
