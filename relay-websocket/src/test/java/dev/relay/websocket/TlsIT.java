package dev.relay.websocket;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.CloseCode;
import dev.relay.transport.Command;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsIT {
    private static final String V12 = "TLSv1.2";
    private static final String V13 = "TLSv1.3";

    private final Path directory;
    private final WebSocketEdge edge;
    private final FakeShard shard;

    TlsIT(@TempDir Path directory) {
        this.directory = directory;
        edge = edge(TestCertificates.EC.pem(directory, "server").tls());
        shard = FakeShard.of(edge);
    }

    @AfterEach
    void stop() {
        shard.close();
    }

    private static WebSocketEdge edge(Tls tls) {
        return WebSocketEdge.builder().port(0).tls(tls).build();
    }

    // ---- handshakes

    @ParameterizedTest
    @CsvSource({"TLSv1.2, EC", "TLSv1.3, EC", "TLSv1.2, RSA", "TLSv1.3, RSA"})
    void clients_of_both_versions_are_served_with_either_kind_of_key(String protocol, String kind) throws Exception {
        TestCertificates certificates = kind.equals("EC") ? TestCertificates.EC : TestCertificates.RSA;
        WebSocketEdge secure = edge(certificates.pem(directory, kind).tls());
        try (FakeShard own = FakeShard.of(secure);
                TlsClient client = TlsClient.open(secure.port(), protocol)) {
            FakeConnection connection = own.connected.take();
            client.sendText("{}");

            assertThat(connection.commands.poll(10, SECONDS)).isEqualTo(new Command.Pong());
            assertThat(client.engine.getSession().getProtocol()).isEqualTo(protocol);
            assertThat(client.engine.getSession().getCipherSuite()).containsAnyOf("_GCM_", "_CHACHA20_");
            assertThat(client.engine.getSession().getPeerCertificates())
                    .startsWith(certificates.chain.get(0), certificates.chain.get(1));
        }
    }

    @Test
    void the_sockets_of_the_platform_are_served() throws Exception {
        try (SSLSocket socket =
                (SSLSocket) TestCertificates.clients().getSocketFactory().createSocket()) {
            socket.connect(new InetSocketAddress("localhost", edge.port()), 10_000);
            socket.setSoTimeout(20_000);
            RawClient client = new RawClient(socket);
            client.send(RawClient.request("/connection/websocket"));
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            FakeConnection connection = shard.connected.take();
            client.sendText("{}");
            assertThat(connection.commands.poll(10, SECONDS)).isEqualTo(new Command.Pong());
            shard.execute(() -> connection.close(CloseCode.SHUTDOWN));
            client.expectClose(3001);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void a_handshake_may_come_byte_by_byte(String protocol) throws Exception {
        try (TlsClient client = new TlsClient(edge.port(), protocol)) {
            client.sliceBytes = 1;
            client.upgrade();
            FakeConnection connection = shard.connected.take();
            client.sendText("{}");

            assertThat(connection.commands.poll(10, SECONDS)).isEqualTo(new Command.Pong());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void a_request_may_come_with_the_end_of_the_handshake_in_one_piece(String protocol) throws Exception {
        try (TlsClient client = new TlsClient(edge.port(), protocol)) {
            client.sliceBytes = 7; // does not matter how
            client.upgrade();
            byte[] several = {};
            for (int i = 1; i <= 50; i++) {
                several = join(
                        several,
                        client.encrypt(RawClient.frame(
                                RawClient.TEXT, ("{\"id\":" + i + ",\"rpc\":{}}").getBytes(StandardCharsets.UTF_8))));
            }
            client.sliceBytes = Integer.MAX_VALUE;
            client.write(several);

            FakeConnection connection = shard.connected.take();
            for (int i = 1; i <= 50; i++) {
                assertThat(connection.commands.poll(10, SECONDS))
                        .isInstanceOfSatisfying(
                                Command.Rpc.class, rpc -> assertThat(rpc.id()).isPositive());
            }
        }
    }

    @Test
    void a_client_that_offers_nothing_good_is_told_so_by_an_alert() throws Exception {
        try (TlsClient client = new TlsClient(edge.port(), V12)) {
            client.engine.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"});

            assertThatThrownBy(client::handshake)
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("handshake_failure");
            assertThat(client.socket.getInputStream().read()).isEqualTo(-1);
            shard.connected.take().gone.get(10, SECONDS);
        }
    }

    @Test
    void plain_http_is_told_in_plain_http_that_this_port_speaks_tls() throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            client.send(RawClient.request("/connection/websocket"));

            assertThat(client.rest()).startsWith("HTTP/1.1 400 Bad Request\r\n").contains("wss://");
            shard.connected.take().gone.get(10, SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x80, 23, 255})
    void garbage_ends_the_connection(int first) throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            byte[] garbage = new byte[3000];
            new Random(7).nextBytes(garbage);
            garbage[0] = (byte) first;
            client.send(garbage);

            assertThat(client.atEnd()).isTrue();
            shard.connected.take().gone.get(10, SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"160303ffff", "1603030004deadbeef", "160301000101", "16030300050100ffffff"})
    void what_only_begins_like_tls_is_answered_with_an_alert_and_the_end(String hex) throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            client.send(HexFormat.of().parseHex(hex));
            client.socket.shutdownOutput();

            byte[] answer = client.socket.getInputStream().readAllBytes();
            if (answer.length > 0) {
                assertThat(answer[0]).as("alert").isEqualTo((byte) 21);
            }
            shard.connected.take().gone.get(10, SECONDS);
        }
        stillServes();
    }

    @Test
    void a_client_that_never_finishes_its_handshake_is_dropped_in_time() throws Exception {
        WebSocketEdge hasty = WebSocketEdge.builder()
                .port(0)
                .handshakeTimeout(Duration.ofMillis(300))
                .tls(TestCertificates.EC.pem(directory, "hasty").tls())
                .build();
        try (FakeShard own = FakeShard.of(hasty);
                TlsClient silent = new TlsClient(hasty.port());
                TlsClient half = new TlsClient(hasty.port());
                TlsClient idle = new TlsClient(hasty.port())) {
            half.engine.beginHandshake();
            half.write(Arrays.copyOf(half.encrypt(), 100));
            try {
                idle.handshake(); // and no request
                assertThat(idle.head()).startsWith("HTTP/1.1 408 ");
            } catch (IOException e) {
                // on a slow machine its time was up before
            }

            assertThat(silent.socket.getInputStream().read()).isEqualTo(-1);
            assertThat(half.socket.getInputStream().read()).isEqualTo(-1);
            for (int i = 0; i < 3; i++) {
                own.connected.take().gone.get(10, SECONDS);
            }
        }
    }

    // ---- records

    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void a_record_that_was_tampered_with_ends_the_connection(String protocol) throws Exception {
        try (TlsClient client = TlsClient.open(edge.port(), protocol)) {
            FakeConnection connection = shard.connected.take();
            byte[] record = client.encrypt(RawClient.frame(RawClient.TEXT, (byte) '{', (byte) '}'));
            record[record.length - 1] ^= 1;
            client.write(record);

            assertThatThrownBy(client::read).isInstanceOf(SSLException.class).hasMessageContaining("bad_record_mac");
            assertThat(client.socket.getInputStream().read()).isEqualTo(-1);
            connection.gone.get(10, SECONDS);
            assertThat(connection.commands).isEmpty();
            assertThat(connection.endings).hasValue(1);
        }
        stillServes();
    }

    @Test
    void a_record_longer_than_legal_ends_the_connection() throws Exception {
        try (TlsClient client = TlsClient.open(edge.port())) {
            client.write((byte) 23, (byte) 3, (byte) 3, (byte) 0x48, (byte) 1);

            assertThat(client.socket.getInputStream().readAllBytes()).isNotEmpty();
            shard.connected.take().gone.get(10, SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void a_peer_that_goes_away_within_a_record_is_noticed(String protocol) throws Exception {
        try (TlsClient client = TlsClient.open(edge.port(), protocol)) {
            FakeConnection connection = shard.connected.take();
            byte[] record = client.encrypt(RawClient.frame(RawClient.TEXT, new byte[1000]));
            client.write(Arrays.copyOf(record, 500));
            client.socket.shutdownOutput();

            connection.gone.get(10, SECONDS);
            assertThat(connection.endings).hasValue(1);
        }
    }

    @Test
    void renegotiation_is_refused() throws Exception {
        try (TlsClient client = TlsClient.open(edge.port(), V12)) {
            FakeConnection connection = shard.connected.take();
            client.engine.beginHandshake();

            assertThatThrownBy(client::pump).isInstanceOf(IOException.class);
            connection.gone.get(10, SECONDS);
            assertThat(connection.endings).hasValue(1);
        }
        stillServes();
    }

    @Test
    void keys_may_be_changed_now_and_then_and_not_all_the_time() throws Exception {
        try (TlsClient client = TlsClient.open(edge.port(), V13)) {
            FakeConnection connection = shard.connected.take();
            for (int i = 0; i < 100; i++) {
                client.engine.beginHandshake();
                client.pump();
                client.sendText("{}");
                assertThat(connection.commands.poll(10, SECONDS)).isEqualTo(new Command.Pong());
            }

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1000; i++) {
                            client.engine.beginHandshake();
                            client.pump();
                        }
                        client.read();
                    })
                    .isInstanceOf(IOException.class);
            connection.gone.get(10, SECONDS);
        }
    }

    // ---- sending

    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void much_for_a_slow_reader_arrives_whole_and_in_order(String protocol) throws Exception {
        try (TlsClient client = new TlsClient(edge.port(), 8192, protocol).upgrade()) {
            FakeConnection connection = shard.connected.take();
            byte[] much = new byte[12 << 20];
            new Random(11).nextBytes(much);
            ByteBuffer frame = ByteBuffer.allocate(much.length + 10)
                    .put((byte) RawClient.BINARY)
                    .put((byte) 127)
                    .putLong(much.length)
                    .put(much)
                    .flip();
            shard.execute(() -> {
                connection.raw(frame);
                connection.close(CloseCode.SHUTDOWN); // waits for all of it
            });
            connection.closed.get(10, SECONDS);
            for (int i = 0; i < 20; i++) {
                client.sendText("{}"); // nobody listens any more, and nobody is stuck by it
            }

            assertThat(client.read().payload()).isEqualTo(much);
            client.expectClose(3001);
        }
    }

    @Test
    void what_is_encrypted_leaves_though_nothing_follows() throws Exception {
        try (TlsClient client = new TlsClient(edge.port(), 8192).upgrade()) {
            FakeConnection connection = shard.connected.take();
            TlsWire wire = (TlsWire) requireNonNull(field(connection.transport, "wire"));
            byte[] piece = new byte[10_000];
            FutureTask<Integer> filled = new FutureTask<>(() -> {
                int pieces = 0;
                for (; !wire.owes(); pieces++) {
                    ByteBuffer frame = ByteBuffer.allocate(piece.length + 4)
                            .put((byte) RawClient.BINARY)
                            .put((byte) 126)
                            .putShort((short) piece.length)
                            .putInt(pieces)
                            .rewind();
                    connection.transport.write(frame);
                    assertThat(frame.hasRemaining())
                            .as("what the engine still has")
                            .isFalse();
                }
                return pieces;
            });
            shard.execute(filled);
            int pieces = filled.get(10, SECONDS);
            for (int i = 0; i < pieces; i++) {
                assertThat(ByteBuffer.wrap(client.read().payload()).getInt()).isEqualTo(i);
            }
            assertThat(onShard(() -> field(wire, "tail"))).isNull();
        }
    }

    // ---- closing

    @ParameterizedTest
    @CsvSource({"TLSv1.2, 3001", "TLSv1.3, 3001", "TLSv1.2, 3503", "TLSv1.3, 3503"})
    void our_close_frame_is_followed_by_close_notify_and_the_end(String protocol, int code) throws Exception {
        try (TlsClient client = TlsClient.open(edge.port(), protocol)) {
            FakeConnection connection = shard.connected.take();
            shard.execute(() -> connection.close(new CloseCode(code, "bye")));

            client.expectClose(code);
            assertThat(connection.gone).isNotDone();
            client.close();
            connection.gone.get(10, SECONDS);
            assertThat(connection.endings).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void the_close_code_of_the_peer_is_echoed_before_close_notify(String protocol) throws Exception {
        try (TlsClient client = TlsClient.open(edge.port(), protocol)) {
            client.send(RawClient.closeFrame(4321, "bye"));

            client.expectClose(4321);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void a_peer_that_says_close_notify_and_nothing_more_is_gone(String protocol) throws Exception {
        try (TlsClient client = TlsClient.open(edge.port(), protocol)) {
            FakeConnection connection = shard.connected.take();
            byte[] last = client.encrypt(RawClient.frame(RawClient.TEXT, (byte) '{', (byte) '}'));
            client.engine.closeOutbound();
            client.write(join(last, client.encrypt()));

            connection.gone.get(10, SECONDS);
            assertThat(connection.commands.poll(10, SECONDS)).isEqualTo(new Command.Pong());
            client.expectEnd();
        }
    }

    @Test
    void a_refused_request_is_answered_through_tls() throws Exception {
        try (TlsClient client = new TlsClient(edge.port())) {
            client.handshake();
            client.send(RawClient.request("/elsewhere").getBytes(StandardCharsets.US_ASCII));

            assertThat(client.head()).startsWith("HTTP/1.1 404 ");
        }
    }

    // ---- certificates

    @Test
    void a_new_certificate_counts_for_new_connections_and_the_old_ones_live_on() throws Exception {
        TestCertificates.Pem pem = TestCertificates.EC.pem(directory, "changing");
        WebSocketEdge changing = edge(Tls.builder()
                .pem(pem.certificate(), pem.key())
                .checkEvery(Duration.ofMillis(20))
                .build());
        try (FakeShard own = FakeShard.of(changing);
                TlsClient old = TlsClient.open(changing.port())) {
            FakeConnection connection = own.connected.take();
            assertThat(old.certificate()).isEqualTo(TestCertificates.EC.chain.get(0));

            pem.write(TestCertificates.RSA.certificates(), TestCertificates.RSA.privateKey());
            long deadline = System.nanoTime() + SECONDS.toNanos(30);
            X509Certificate seen;
            do {
                try (TlsClient client = TlsClient.open(changing.port())) {
                    seen = client.certificate();
                }
            } while (!seen.equals(TestCertificates.RSA.chain.get(0)) && System.nanoTime() < deadline);

            assertThat(seen).isEqualTo(TestCertificates.RSA.chain.get(0));
            old.sendText("{}");
            assertThat(connection.commands.poll(10, SECONDS)).isEqualTo(new Command.Pong());
        }
    }

    @Test
    void an_idle_connection_holds_no_buffer() throws Exception {
        try (TlsClient client = TlsClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            byte[] record = client.encrypt(RawClient.frame(RawClient.TEXT, (byte) '{', (byte) '}'));
            client.write(Arrays.copyOf(record, 10));
            TlsWire wire = (TlsWire) requireNonNull(field(connection.transport, "wire"));
            long deadline = System.nanoTime() + SECONDS.toNanos(10);
            while (onShard(() -> field(wire, "kept")) == null && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat((byte[]) onShard(() -> field(wire, "kept"))).hasSizeBetween(10, 512);
            client.write(Arrays.copyOfRange(record, 10, record.length));
            assertThat(connection.commands.poll(10, SECONDS)).isEqualTo(new Command.Pong());

            assertThat(onShard(() -> field(wire, "kept"))).isNull();
            assertThat(onShard(() -> field(wire, "tail"))).isNull();
        }
    }

    private @Nullable Object onShard(Callable<@Nullable Object> question) throws Exception {
        FutureTask<@Nullable Object> task = new FutureTask<>(question);
        shard.execute(task);
        return task.get(10, SECONDS);
    }

    private static @Nullable Object field(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    private void stillServes() throws Exception {
        shard.connected.clear();
        try (TlsClient client = TlsClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            client.sendText("{}");
            assertThat(connection.commands.poll(10, SECONDS)).isEqualTo(new Command.Pong());
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
