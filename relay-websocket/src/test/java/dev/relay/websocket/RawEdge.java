package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.relay.transport.Command;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * An edge on a free port, whose shard keeps what it reads. What a test expects of some bytes is tried with each {@link Delivery}
 * of them, each time with a new connection. Whatever comes, the library must not log: it would do so for each fault, with a
 * trace, and a stranger could fill the disk.
 */
final class RawEdge implements BeforeEachCallback, AfterEachCallback {
    private static final int LONG_BYTES = 1000;

    /** How bytes get to the server. */
    enum Delivery {
        AT_ONCE,
        FRAME_BY_FRAME,
        BYTE_BY_BYTE
    }

    private final ListAppender<ILoggingEvent> libraryLog = new ListAppender<>();
    private @Nullable WebSocketEdge edge;
    private @Nullable FakeShard shard;

    @Override
    public void beforeEach(ExtensionContext context) {
        edge = WebSocketEdge.builder().port(0).build();
        shard = FakeShard.of(edge);
        libraryLog.start();
        ((Logger) LoggerFactory.getLogger("org.java_websocket")).addAppender(libraryLog);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        shard().close();
        ((Logger) LoggerFactory.getLogger("org.java_websocket")).detachAppender(libraryLog);
        assertThat(libraryLog.list).isEmpty();
    }

    FakeShard shard() {
        return requireNonNull(shard, "shard");
    }

    /** A client of which the server knows nothing but that it is there. */
    RawClient connect() throws IOException {
        return new RawClient(requireNonNull(edge, "edge").port());
    }

    /** A client that has been upgraded. */
    RawClient open(String... fields) throws IOException {
        return RawClient.open(requireNonNull(edge, "edge").port(), fields);
    }

    /** The server's side of the client that came after those asked for before. */
    FakeConnection connection() throws InterruptedException {
        return requireNonNull(shard().connected.poll(5, SECONDS), "connection");
    }

    // ---- handshakes

    /** The response, which upgrades. */
    String upgrades(String request) throws Exception {
        String head = "";
        for (Delivery delivery : new Delivery[] {Delivery.AT_ONCE, Delivery.BYTE_BY_BYTE}) {
            try (RawClient client = connect()) {
                deliver(client, delivery, request.getBytes(ISO_8859_1));
                head = client.head();
                assertThat(head).as(request).startsWith("HTTP/1.1 101 ");
                FakeConnection connection = connection();
                client.sendText("{}");
                assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Pong());
            }
        }
        return head;
    }

    /** The response, which refuses and ends the connection in order. */
    String refuses(String status, String request) throws Exception {
        String response = "";
        for (Delivery delivery : new Delivery[] {Delivery.AT_ONCE, Delivery.BYTE_BY_BYTE}) {
            try (RawClient client = connect()) {
                deliver(client, delivery, request.getBytes(ISO_8859_1));
                response = client.rest();
                assertThat(response)
                        .as(request)
                        .startsWith("HTTP/1.1 " + status + "\r\n")
                        .contains("Connection: close");
                assertThat(connection().opened).isNotDone();
            }
        }
        return response;
    }

    // ---- frames

    /** The server reads exactly these commands, sends nothing, and goes on. */
    void reads(Command expected, byte[]... frames) throws Exception {
        reads(new Command[] {expected}, frames);
    }

    void reads(Command[] expected, byte[]... frames) throws Exception {
        for (Delivery delivery : Delivery.values()) {
            try (RawClient client = open()) {
                FakeConnection connection = connection();
                deliver(client, delivery, frames);
                for (Command command : expected) {
                    assertThat(connection.commands.poll(5, SECONDS))
                            .as("%s", delivery)
                            .isEqualTo(command);
                }
                goesOn(client, connection);
            }
        }
    }

    /** The server reads the command and answers with pongs of these payloads, and nothing else. */
    void readsAndAnswers(Command expected, byte[][] pongs, byte[]... frames) throws Exception {
        for (Delivery delivery : Delivery.values()) {
            try (RawClient client = open()) {
                FakeConnection connection = connection();
                deliver(client, delivery, frames);
                assertThat(connection.commands.poll(5, SECONDS))
                        .as("%s", delivery)
                        .isEqualTo(expected);
                pongs(client, pongs);
                goesOn(client, connection);
            }
        }
    }

    /** The server answers with pongs of these payloads, reads no command, and goes on. */
    void answers(byte[][] pongs, byte[]... frames) throws Exception {
        for (Delivery delivery : Delivery.values()) {
            try (RawClient client = open()) {
                FakeConnection connection = connection();
                deliver(client, delivery, frames);
                pongs(client, pongs);
                goesOn(client, connection);
            }
        }
    }

    /** The server closes with this code, at once and in order, and has read no command. */
    void fails(int code, byte[]... frames) throws Exception {
        for (Delivery delivery : Delivery.values()) {
            try (RawClient client = open()) {
                FakeConnection connection = connection();
                deliver(client, delivery, frames);
                RawClient.Frame close = client.expectClose(code);
                assertThat(close.payload().length).as("a reason").isGreaterThan(2);
                assertThat(connection.commands).as("%s", delivery).isEmpty();
                client.close();
                connection.gone.get(5, SECONDS);
                assertThat(connection.endings).hasValue(1);
            }
        }
    }

    private static void pongs(RawClient client, byte[][] pongs) throws IOException {
        for (byte[] pong : pongs) {
            RawClient.Frame frame = client.read();
            assertThat(frame.first()).isEqualTo(RawClient.PONG);
            assertThat(frame.payload()).isEqualTo(pong);
        }
    }

    /** The next thing that the server reads is the next thing that is sent, and the next it sends is the answer to it. */
    static void goesOn(RawClient client, FakeConnection connection) throws Exception {
        client.send(RawClient.frame(RawClient.PING, (byte) 'e', (byte) 'n', (byte) 'd'));
        RawClient.Frame pong = client.read();
        assertThat(pong.first()).isEqualTo(RawClient.PONG);
        assertThat(pong.text()).isEqualTo("end");
        assertThat(connection.commands).isEmpty();
        assertThat(connection.closed).isNotDone();
    }

    static void deliver(RawClient client, Delivery delivery, byte[]... parts) throws IOException {
        if (delivery == Delivery.AT_ONCE) {
            client.send(join(parts));
            return;
        }
        for (byte[] part : parts) {
            if (delivery == Delivery.FRAME_BY_FRAME) {
                client.send(part);
            } else {
                byteByByte(client, part);
            }
        }
    }

    /** Of what is long only its beginning and its end: each byte is a system call here and one there. */
    private static void byteByByte(RawClient client, byte[] bytes) throws IOException {
        int head = Math.min(bytes.length, LONG_BYTES);
        int tail = Math.max(head, bytes.length - LONG_BYTES);
        for (int i = 0; i < head; i++) {
            client.send(bytes[i]);
        }
        client.send(Arrays.copyOfRange(bytes, head, tail));
        for (int i = tail; i < bytes.length; i++) {
            client.send(bytes[i]);
        }
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
