package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A server in a process of its own that may open few files, and more clients than that. */
class ScarceDescriptorsIT {
    private static final int LIMIT = 120;
    private static final int CLIENTS = 300;

    @Test
    void a_server_out_of_descriptors_refuses_serves_the_others_and_recovers() throws Exception {
        assumeThat(Files.isExecutable(Path.of("/bin/sh"))).isTrue();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process server = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "ulimit -n " + LIMIT + "; exec \"$0\" -Xmx64m -cp \"$1\" \"$2\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        classPath,
                        Server.class.getName())
                .redirectErrorStream(true)
                .start();
        List<RawClient> clients = new ArrayList<>();
        try (BufferedReader output = new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8))) {
            int port = port(output);
            int refused = 0;
            for (int i = 0; i < CLIENTS; i++) {
                RawClient client = new RawClient(port);
                if (upgraded(client)) {
                    clients.add(client);
                } else {
                    refused++;
                    client.close();
                }
            }
            assertThat(clients).as("served").hasSizeBetween(10, LIMIT);
            assertThat(refused).isEqualTo(CLIENTS - clients.size());
            Duration before = cpu(server);
            RawClient served = clients.get(0);
            for (int i = 0; i < 10; i++) {
                served.send(RawClient.frame(RawClient.PING, (byte) i));
                assertThat(served.read().payload()).containsExactly(i);
            }
            assertThat(cpu(server).minus(before)).as("no spinning").isLessThan(Duration.ofSeconds(2));

            for (RawClient client : clients.subList(0, clients.size() / 2)) {
                client.close();
            }
            long deadline = System.nanoTime() + SECONDS.toNanos(10);
            boolean again = false;
            while (!again && System.nanoTime() < deadline) {
                try (RawClient late = new RawClient(port)) {
                    again = upgraded(late);
                }
            }
            assertThat(again).as("accepts again").isTrue();
        } finally {
            server.destroyForcibly().waitFor(5, SECONDS);
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    private static int port(BufferedReader output) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("port=")) {
                return Integer.parseInt(line.substring("port=".length()));
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("the server did not start: " + said);
    }

    private static boolean upgraded(RawClient client) throws IOException {
        try {
            client.send(RawClient.request("/connection/websocket"));
            return client.head().startsWith("HTTP/1.1 101 ");
        } catch (EOFException | SocketException e) {
            return false;
        }
    }

    private static Duration cpu(Process process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Serves until it is killed. */
    static final class Server {
        private Server() {}

        public static void main(String[] args) {
            // keeps nothing free, or the limit of connections would be reached first: here it is accepting that must
            // fail
            WebSocketEdge edge =
                    WebSocketEdge.builder().port(0).reservedDescriptors(0).build();
            try (RawClient warm = warmed(edge)) {
                Thread other = new Thread(Server::takeAndGiveBack, "other");
                other.setDaemon(true);
                other.start();
                System.out.println("port=" + edge.port());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The rest of the process wants a descriptor now and then, too. */
        private static void takeAndGiveBack() {
            while (true) {
                try (InputStream taken = Files.newInputStream(Path.of("/dev/null"))) {
                    LockSupport.parkNanos(taken, 300_000);
                } catch (IOException e) {
                    // none left; that is the point
                }
                LockSupport.parkNanos(1_500_000);
            }
        }

        /** Loads the classes a connection needs while there still are descriptors to read them with. */
        private static RawClient warmed(WebSocketEdge edge) throws IOException {
            FakeShard.of(edge);
            RawClient client = RawClient.open(edge.port());
            client.send(RawClient.frame(RawClient.PING, (byte) 0));
            client.read();
            return client;
        }
    }
}
