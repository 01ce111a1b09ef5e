package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.relay.InvalidConfigurationException;
import dev.relay.transport.Command;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The limits at the entrance, on sockets. */
class DoorIT {
    private static final String REQUEST = RawClient.request("/connection/websocket");

    private final List<RawClient> clients = new ArrayList<>();
    private @Nullable FakeShard shard;
    private @Nullable WebSocketEdge edge;

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        if (shard != null) {
            shard.close();
        }
    }

    // ---- places

    @Test
    void a_full_node_refuses_with_503_and_takes_clients_again_when_some_have_left() throws Exception {
        serve(WebSocketEdge.builder().descriptors(36).reservedDescriptors(0)); // 20 clients, 16 handshakes
        List<RawClient> served = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            served.add(upgraded(REQUEST));
        }
        for (int i = 0; i < 50; i++) {
            try (RawClient refused = client()) {
                refused.send(REQUEST);
                assertThat(refused.rest())
                        .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                        .contains("Retry-After: 1\r\n");
            }
        }
        for (RawClient client : served) {
            client.send(RawClient.frame(RawClient.PING));
            assertThat(client.read().first()).isEqualTo(RawClient.PONG);
        }

        served.remove(0).close();
        served.remove(0).close();

        untilUpgraded(REQUEST);
        untilUpgraded(REQUEST);
        assertThat(head(REQUEST)).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void those_who_never_finish_their_handshake_make_room_for_those_who_do() throws Exception {
        serve(WebSocketEdge.builder().descriptors(36).reservedDescriptors(0).handshakeTimeout(Duration.ofMinutes(5)));
        List<RawClient> halfOpen = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            RawClient client = client();
            client.send("GET /connection/websocket HTTP/1.1\r\n");
            halfOpen.add(client);
        }

        RawClient good = upgraded(REQUEST);

        good.sendText("{}");
        assertThat(halfOpen.get(0).atEnd()).as("the oldest had to go").isTrue();
        RawClient newest = halfOpen.get(39);
        newest.send(REQUEST.substring(REQUEST.indexOf("\r\n") + 2));
        assertThat(newest.head()).as("the newest may still finish").startsWith("HTTP/1.1 101 ");
    }

    @Test
    void connections_over_the_rate_are_refused_with_503_until_it_is_their_time() throws Exception {
        serve(WebSocketEdge.builder().connectionsPerSecond(1));
        upgraded(REQUEST);
        int refused = 0;
        long deadline = System.nanoTime() + SECONDS.toNanos(20);
        while (true) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            String head = head(REQUEST);
            if (head.startsWith("HTTP/1.1 101 ")) {
                break;
            }
            assertThat(head).startsWith("HTTP/1.1 503 ").contains("Retry-After: 1\r\n");
            refused++;
        }
        assertThat(refused).isPositive();
    }

    @Test
    void refusals_are_logged_once_and_not_one_by_one() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(RefusalLog.class);
        logger.addAppender(log);
        try {
            serve(WebSocketEdge.builder().connectionsPerSecond(1));
            upgraded(REQUEST);
            for (int i = 0; i < 20; i++) {
                head(REQUEST);
            }
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).singleElement().satisfies(event -> assertThat(event.getFormattedMessage())
                .contains("refused", "FULL=1"));
    }

    // ---- addresses through proxies

    @Test
    void a_trusted_proxy_says_where_a_client_comes_from_and_each_address_has_its_limit() throws Exception {
        serve(WebSocketEdge.builder()
                .trustedProxies(List.of("127.0.0.1", "10.0.0.0/8"))
                .connectionsPerAddress(2));
        String[] from = {"X-Forwarded-For: 1.2.3.4, 203.0.113.9", "X-Forwarded-For: 10.7.7.7"};
        RawClient first = upgraded(RawClient.request("/connection/websocket", from));
        assertThat(address()).isEqualTo("203.0.113.9");
        upgraded(RawClient.request("/connection/websocket", from));
        assertThat(head(RawClient.request("/connection/websocket", from)))
                .startsWith("HTTP/1.1 429 Too Many Requests\r\n")
                .contains("Retry-After: 1\r\n");

        shard().connected.clear();
        upgraded(RawClient.request("/connection/websocket", "X-Forwarded-For: 1.2.3.4, 203.0.113.10"));
        assertThat(address()).isEqualTo("203.0.113.10");
        first.close();
        untilUpgraded(RawClient.request("/connection/websocket", from));
    }

    @Test
    void what_anybody_else_says_about_addresses_means_nothing() throws Exception {
        serve(WebSocketEdge.builder().trustedProxies(List.of("192.0.2.1")));
        upgraded(RawClient.request("/connection/websocket", "X-Forwarded-For: 203.0.113.9"));

        assertThat(address()).startsWith("127.0.0.1:");
    }

    @Test
    void a_header_of_the_proxy_protocol_may_come_in_any_pieces() throws Exception {
        serve(proxied());
        for (int piece : new int[] {1, 7, 16, 1000}) {
            RawClient client = client();
            byte[] all = introduced(ProxyHeaders.of("203.0.113.9", 4711, 20), REQUEST);
            for (int at = 0; at < all.length; at += piece) {
                client.send(Arrays.copyOfRange(all, at, Math.min(all.length, at + piece)));
            }
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(address()).isEqualTo("203.0.113.9:4711");
            client.sendText("{}");
        }
    }

    @Test
    void each_address_behind_the_proxy_protocol_has_its_limit() throws Exception {
        serve(proxied().connectionsPerAddress(1));
        RawClient first = client();
        first.send(introduced(ProxyHeaders.of("2001:db8::1", 1, 0), REQUEST));
        assertThat(first.head()).startsWith("HTTP/1.1 101 ");
        assertThat(address()).isEqualTo("2001:db8:0:0:0:0:0:1:1");

        try (RawClient second = client()) {
            second.send(introduced(ProxyHeaders.of("2001:db8::2", 2, 0), REQUEST));
            assertThat(second.head()).startsWith("HTTP/1.1 429 ");
        }
        RawClient third = client();
        third.send(introduced(ProxyHeaders.of("2001:db8:1::2", 3, 0), REQUEST));
        assertThat(third.head()).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void a_proxy_that_speaks_for_itself_is_served() throws Exception {
        serve(proxied().connectionsPerAddress(1));
        for (int i = 0; i < 3; i++) {
            RawClient client = client();
            client.send(introduced(ProxyHeaders.raw(ProxyHeaders.LOCAL, 0), REQUEST));
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(address()).startsWith("127.0.0.1:");
        }
    }

    @Test
    void a_trusted_proxy_that_sends_no_header_or_a_bad_one_is_cut_off() throws Exception {
        serve(proxied());
        for (byte[] bytes : List.of(
                REQUEST.getBytes(US_ASCII),
                introduced("PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n".getBytes(US_ASCII), REQUEST),
                introduced(ProxyHeaders.raw(0x31, ProxyHeaders.TCP4, new byte[12]), REQUEST),
                ProxyHeaders.raw(ProxyHeaders.PROXY, ProxyHeaders.TCP4, 0xffff, new byte[0]))) {
            try (RawClient client = client()) {
                client.send(bytes);
                assertThat(ended(client)).isTrue();
            }
            FakeConnection connection = shard().connected.take();
            connection.gone.get(5, SECONDS);
            assertThat(connection.opened).isNotDone();
        }
    }

    @Test
    void a_header_that_does_not_come_in_time_ends_the_connection_without_a_word() throws Exception {
        serve(proxied().handshakeTimeout(Duration.ofMillis(300)));
        try (RawClient client = client()) {
            client.send(Arrays.copyOf(ProxyHeaders.of("203.0.113.9", 4711, 0), 20));
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void others_are_served_directly_and_their_headers_are_not_believed() throws Exception {
        serve(WebSocketEdge.builder().trustedProxies(List.of("192.0.2.1")).proxyProtocol(true));
        upgraded(REQUEST);
        assertThat(address()).startsWith("127.0.0.1:");

        try (RawClient client = client()) {
            client.send(introduced(ProxyHeaders.of("203.0.113.9", 4711, 0), REQUEST));
            assertThat(client.head()).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void faults_of_the_configuration_are_told_together() {
        assertThatThrownBy(() -> WebSocketEdge.builder()
                        .trustedProxies(List.of("proxy.example.org"))
                        .connectionsPerAddress(0)
                        .connectionsPerSecond(0)
                        .reservedDescriptors(-1)
                        .build())
                .isInstanceOfSatisfying(InvalidConfigurationException.class, e -> assertThat(e.faults())
                        .hasSize(4));
        assertThatThrownBy(() -> WebSocketEdge.builder().proxyProtocol(true).build())
                .hasMessageContaining("trustedProxies");
    }

    // ---- small parts

    private static WebSocketEdge.Builder proxied() {
        return WebSocketEdge.builder().trustedProxies(List.of("127.0.0.0/8")).proxyProtocol(true);
    }

    private void serve(WebSocketEdge.Builder builder) {
        edge = builder.port(0).build();
        shard = new FakeShard(
                edge, 0, 1, (connection, command) -> assertThat(command).isEqualTo(new Command.Pong()));
    }

    private RawClient client() throws IOException {
        RawClient client = new RawClient(requireNonNull(edge, "edge").port());
        clients.add(client);
        return client;
    }

    private RawClient upgraded(String request) throws IOException {
        RawClient client = client();
        client.send(request);
        assertThat(client.head()).startsWith("HTTP/1.1 101 ");
        return client;
    }

    private String head(String request) throws IOException {
        RawClient client = client();
        client.send(request);
        String head = client.head();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            client.close();
        }
        return head;
    }

    /** The server notices that a client has left when it gets to it. */
    private void untilUpgraded(String request) throws IOException {
        long deadline = System.nanoTime() + SECONDS.toNanos(10);
        while (!head(request).startsWith("HTTP/1.1 101 ")) {
            assertThat(System.nanoTime()).as("there is room again").isLessThan(deadline);
        }
    }

    private FakeShard shard() {
        return requireNonNull(shard, "shard");
    }

    /** Where the next connection comes from, for the engine. */
    private String address() throws Exception {
        return shard().connected.take().opened.get(5, SECONDS).remoteAddress();
    }

    private static byte[] introduced(byte[] header, String request) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header);
        out.writeBytes(request.getBytes(US_ASCII));
        return out.toByteArray();
    }

    /** Closed, or reset because what it had sent was never read. */
    private static boolean ended(RawClient client) throws IOException {
        try {
            return client.atEnd();
        } catch (SocketException e) {
            return true;
        }
    }
}
