package dev.relay.standalone.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A Relay that may have few open files, and more clients than that. */
@DisabledOnOs(OS.WINDOWS)
final class OpenFilesIT {
    private static final int FILES = 512;
    private static final int CLIENTS = 600;
    private static final String REQUEST = "GET /connection/websocket HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: cmVsYXkgZW5kIHRvIGVuZA==\r\n\r\n";

    private final List<Socket> served = new ArrayList<>();
    private int refused;

    @Test
    void more_clients_than_fit_are_refused_and_all_are_served_again_when_they_have_left(@TempDir Path directory)
            throws IOException {
        List<Socket> halfOpen = new ArrayList<>();
        try (RelayProcess relay = RelayProcess.readyWithOpenFiles(
                        FILES, RelaySettings.in(directory).with("RELAY_CLIENT_STALE_TIMEOUT", "1h"));
                Bystander bystander = Bystander.on(relay, "bystander")) {
            int fit = fill(relay);
            assertThat(fit).as(relay::toString).isBetween(100, FILES);
            assertThat(refused).as("told so with 503").isEqualTo(CLIENTS - fit);
            for (int i = 0; i < CLIENTS; i++) {
                halfOpen.add(RawWebSocket.dial(relay.port()));
            }
            assertThat(relay.health()).as(relay::toString).isEqualTo(200);
            bystander.stillReceives();

            leave(served);
            leave(halfOpen);

            Await.until(
                    "as many are served as before",
                    Duration.ofSeconds(60),
                    () -> {
                        leave(served);
                        return fill(relay) == fit;
                    },
                    relay::toString);
            assertThat(relay.health()).isEqualTo(200);
            bystander.stillReceives();
            assertThat(relay.log()).doesNotContain("Too many open files");
        } finally {
            leave(served);
            leave(halfOpen);
        }
    }

    @Test
    void more_clients_wanted_than_fit_is_a_reason_not_to_start(@TempDir Path directory) {
        try (RelayProcess relay = RelayProcess.startedWithOpenFiles(
                FILES, RelaySettings.in(directory).with("RELAY_CONNECTIONS_PER_NODE", 500))) {
            assertThat(relay.exitCode()).isEqualTo(1);
            assertThat(relay.log())
                    .contains("connections_per_node is 500")
                    .contains(FILES + " files")
                    .contains("ulimit -n");
        }
    }

    /** Lets so many clients come; returns how many were served. */
    private int fill(RelayProcess relay) {
        refused = 0;
        for (int i = 0; i < CLIENTS; i++) {
            try {
                Socket socket = RawWebSocket.dial(relay.port());
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(REQUEST.getBytes(ISO_8859_1));
                String status = new String(socket.getInputStream().readNBytes(12), ISO_8859_1);
                if (status.equals("HTTP/1.1 101")) {
                    served.add(socket);
                } else {
                    assertThat(status).isEqualTo("HTTP/1.1 503");
                    refused++;
                    socket.close();
                }
            } catch (IOException e) {
                throw new AssertionError("client " + i + " was not answered; " + relay, e);
            }
        }
        return served.size();
    }

    private static void leave(List<Socket> sockets) {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        sockets.clear();
    }
}
