package dev.relay.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Health;
import dev.relay.standalone.config.Arguments;
import dev.relay.standalone.config.ConfigurationReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Starting and stopping again and again, with connections open each time: nothing stays behind. */
@Timeout(300)
@EnabledOnOs(value = OS.LINUX, disabledReason = "descriptors are counted in /proc")
class StartStopIT {
    private static final int WARM_UP = 10; // classes loaded, pools of the JVM grown
    private static final int CYCLES = 100;
    private static final int CLIENTS = 3;
    private static final String[] COMMANDS = {
        "{\"id\":1,\"connect\":{}}",
        "{\"id\":2,\"subscribe\":{\"channel\":\"news\"}}",
        "{\"id\":3,\"publish\":{\"channel\":\"news\",\"data\":1}}"
    };

    private final Path directory;

    StartStopIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void forgetWhereTheDriverUnpacks() {
        System.clearProperty("org.sqlite.tmpdir");
    }

    @Test
    void a_hundred_times_leaves_no_thread_no_descriptor_and_no_port() throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            cycle(i);
        }
        List<String> before = descriptors();
        for (int i = 0; i < CYCLES; i++) {
            cycle(i);
        }
        await(
                "no more descriptors than before",
                () -> descriptors().size() <= before.size(),
                () -> before + "\n" + descriptors());
    }

    /** Every second time the connections go one after the other. */
    private void cycle(int number) throws IOException {
        String window = number % 2 == 0 ? "0s" : "100ms";
        List<Socket> clients = new ArrayList<>();
        int[] ports;
        Arguments arguments = Arguments.parse("--port=0", "--http-port=0", "--shards=2", "--drain-window=" + window);
        try (Server server = Server.start(ConfigurationReader.read(arguments, Map.of(), directory), Engine::start)) {
            await("ready", () -> server.health().state() == Health.State.READY, () -> server.health()
                    .toString());
            ports = new int[] {server.port(), server.httpPort()};
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(client(ports[0]));
            }
            clients.add(new Socket(InetAddress.getLoopbackAddress(), ports[0])); // has said nothing yet
            clients.add(browser(ports[1]));

            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
            for (int i = 0; i < clients.size(); i++) {
                if (i < CLIENTS) {
                    assertThat(toTheEnd(clients.get(i))).contains("shutdown");
                }
                clients.get(i).close(); // the server waits for it, not for ever
            }
            closing.orTimeout(30, TimeUnit.SECONDS).join();
        }
        await("no thread of Relay's", () -> threads().isEmpty(), () -> threads().toString());
        for (int port : ports) {
            isFree(port);
        }
    }

    /** A connection that has subscribed and published. */
    private static Socket client(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        socket.getOutputStream()
                .write(("GET /connection/websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: cmVsYXkgZW5kIHRvIGVuZA==\r\n\r\n")
                        .getBytes(UTF_8));
        for (String command : COMMANDS) {
            assertThat(command.length())
                    .as("short enough for the shortest header")
                    .isLessThan(126);
            socket.getOutputStream().write(new byte[] {(byte) 0x81, (byte) (0x80 | command.length())});
            socket.getOutputStream().write(new byte[4]); // masked with zeros
            socket.getOutputStream().write(command.getBytes(UTF_8));
        }
        awaitHeard(socket, "\"id\":3,\"publish\":{}");
        return socket;
    }

    private static void awaitHeard(Socket socket, String what) throws IOException {
        StringBuilder heard = new StringBuilder();
        while (heard.indexOf(what) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("ended after: " + heard);
            }
            heard.append((char) next);
        }
    }

    /**
     * A connection to the HTTP side that has been served and stays open. One that comes while Jetty stops may be forgotten by
     * it, accepted and not closed; which is no matter, since the process ends then.
     */
    private static Socket browser(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
        awaitHeard(socket, "\r\n\r\n{}");
        return socket;
    }

    private static String toTheEnd(Socket socket) throws IOException {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        in.transferTo(heard);
        return heard.toString(UTF_8);
    }

    private static void isFree(int port) throws IOException {
        try (ServerSocket next = new ServerSocket()) {
            next.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("relay-") || name.toLowerCase().contains("hikari"))
                .toList();
    }

    /** What is open of the kinds that Relay opens: sockets, selectors, files of the journal. */
    private static List<String> descriptors() {
        List<String> open = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path one : all) {
                try {
                    String target = Files.readSymbolicLink(one).toString();
                    if (target.matches("(socket:|anon_inode:|pipe:).*|.*(relay\\.db|lock).*")) {
                        open.add(one.getFileName() + " " + target);
                    }
                } catch (NoSuchFileException e) {
                    // closed meanwhile
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return open;
    }

    private static void await(String what, BooleanSupplier condition, Supplier<String> dump) {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within 30 s: " + what + "\n" + dump.get());
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
