package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, sections 4 and 9.1: what a server demands of the opening handshake, and how it answers. */
class Rfc6455HandshakeIT {
    private static final String PATH = "/connection/websocket";
    private static final String GOOD = RawClient.request(PATH);

    @RegisterExtension
    final RawEdge edge = new RawEdge();

    // ---- 4.2.1: the request line

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "get", "GETT"})
    void the_method_must_be_get(String method) throws Exception {
        assertThat(edge.refuses("405 Method Not Allowed", GOOD.replace("GET ", method + " ")))
                .contains("Allow: GET\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1", "HTTP/1.10", "HTTP/1.x", "http/1.1", "SIP/1.1"})
    void the_version_of_http_must_be_1_1_or_later(String version) throws Exception {
        edge.refuses("400 Bad Request", GOOD.replace("HTTP/1.1", version));
    }

    @Test
    void a_later_minor_version_of_http_is_read_as_1_1() throws Exception {
        edge.upgrades(GOOD.replace("HTTP/1.1", "HTTP/1.2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost/connection/websocket",
                "HTTPS://relay.example.org:8443/connection/websocket?format=json",
                "http://[::1]:8000/connection/websocket"
            })
    void the_target_may_be_an_absolute_uri(String target) throws Exception {
        edge.upgrades(RawClient.request(target));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "connection/websocket",
                "localhost:8000",
                "http:///connection/websocket",
                "ftp://localhost/connection/websocket",
                "/connection/websocket#fragment",
                "/connection/websocket?a#b",
                "/connection/websocket?ä",
                "/connection/websocket?\u0001",
                "/connection/websocket extra",
                ""
            })
    void a_target_that_is_none_is_refused(String target) throws Exception {
        edge.refuses("400 Bad Request", RawClient.request(target));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/connection",
                "/connection/websocket/",
                "http://localhost",
                "http://localhost?/connection/websocket"
            })
    void a_resource_that_is_not_available_is_not_found(String target) throws Exception {
        edge.refuses("404 Not Found", RawClient.request(target));
    }

    // ---- 4.2.1: header fields

    @Test
    void the_request_must_name_the_host_once() throws Exception {
        edge.refuses("400 Bad Request", GOOD.replace("Host: localhost\r\n", ""));
        edge.refuses("400 Bad Request", GOOD.replace("Host: localhost", "Host:"));
        edge.refuses("400 Bad Request", GOOD.replace("Host: localhost", "Host: localhost\r\nHost: localhost"));
        edge.refuses("400 Bad Request", GOOD.replace("Host: localhost", "Host: localhost\r\nhost:"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "websocket",
                "WebSocket",
                "WEBSOCKET",
                "h2c, websocket",
                "websocket,h2c",
                "a\r\nUpgrade: websocket"
            })
    void upgrade_lists_websocket_in_any_case(String value) throws Exception {
        edge.upgrades(GOOD.replace("Upgrade: websocket", "Upgrade: " + value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "h2c", "websocket2", "web socket", "websocket/13", "web, socket"})
    void an_upgrade_to_something_else_is_refused(String value) throws Exception {
        assertThat(edge.refuses("426 Upgrade Required", GOOD.replace("Upgrade: websocket", "Upgrade: " + value)))
                .contains("Upgrade: websocket\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Upgrade", "upgrade", "keep-alive, UPGRADE", "Upgrade , close", "a\r\nConnection:\t Upgrade \t"})
    void connection_lists_upgrade_in_any_case(String value) throws Exception {
        edge.upgrades(GOOD.replace("Connection: keep-alive, Upgrade", "Connection: " + value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "keep-alive", "close", "Upgraded", "keep-alive Upgrade"})
    void a_connection_that_shall_not_be_upgraded_is_refused(String value) throws Exception {
        edge.refuses("426 Upgrade Required", GOOD.replace("Connection: keep-alive, Upgrade", "Connection: " + value));
    }

    @Test
    void an_ordinary_request_is_refused() throws Exception {
        edge.refuses("426 Upgrade Required", "GET " + PATH + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "short",
                "dGhlIHNhbXBsZSBub25jZQ",
                "dGhlIHNhbXBsZSBub25jZQ=",
                "dGhlIHNhbXBsZSBub25jZ===",
                "dGhlIHNhbXBsZSBub25jZWU=",
                "dGhlIHNhbXBsZSBub25jZWVl",
                "dGhlIHNhbXBsZSBub25jZWVlZQ==",
                "dGhlIHNhbXBsZSBub25-ZQ==",
                "dGhlIHNhbXBsZSBub25_ZQ==",
                "dGhlIHNhbXBsZSBub25 ZQ==",
                "dGhlIHNhbXBsZSBub25äZQ==",
                "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=="
            })
    void the_key_must_be_16_bytes_in_base64(String key) throws Exception {
        edge.refuses("400 Bad Request", GOOD.replace("dGhlIHNhbXBsZSBub25jZQ==", key));
    }

    @Test
    void the_key_must_be_there_once() throws Exception {
        String key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        edge.refuses("400 Bad Request", GOOD.replace(key, ""));
        edge.refuses("400 Bad Request", GOOD.replace(key, key + key));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "7",
                "8",
                "12",
                "14",
                "013",
                "+13",
                "13.0",
                "-1",
                "255",
                "13, 8",
                "13\r\nSec-WebSocket-Version: 13"
            })
    void another_version_is_told_which_there_is(String version) throws Exception {
        assertThat(edge.refuses("426 Upgrade Required", GOOD.replace("Version: 13", "Version: " + version)))
                .contains("\r\nSec-WebSocket-Version: 13\r\n");
    }

    @Test
    void names_of_fields_are_in_any_case_and_in_any_order() throws Exception {
        edge.upgrades("GET " + PATH
                + " HTTP/1.1\r\nSEC-WEBSOCKET-VERSION: 13\r\nsec-websocket-key:dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "CONNECTION: upgrade\r\nupgrade:websocket\t\r\nhOsT:   localhost\r\n\r\n");
    }

    @Test
    void fields_that_are_not_known_are_ignored() throws Exception {
        edge.upgrades(RawClient.request(
                PATH, "Cookie: a=b; c", "Authorization: Basic eDp5", "X: ä\"<>{}", "Empty:", "Pragma: no-cache"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no colon",
                ": no name",
                "Na me: x",
                "Name : x",
                " folded",
                "\tfolded",
                "Näme: x",
                "(Name): x",
                "X: a\rb",
                "X: a\nY: b",
                "X: a\u0000",
                "X: \u007f",
                "X: a\n"
            })
    void a_field_that_is_none_is_refused(String field) throws Exception {
        edge.refuses("400 Bad Request", RawClient.request(PATH, "A: b", field));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n\r\n",
                "nonsense\r\n\r\n",
                "GET\r\n\r\n",
                "GET  HTTP/1.1\r\n\r\n",
                "\u0000\r\n\r\n",
                "GET / HTTP/1.1\r\n: \r\n\r\n"
            })
    void what_is_not_http_is_refused(String request) throws Exception {
        edge.refuses("400 Bad Request", request);
    }

    // ---- 4.2.2: the answer

    @Test
    void the_answer_switches_protocols_and_names_each_field_once() throws Exception {
        String head = edge.upgrades(GOOD);

        assertThat(head.lines().filter(line -> line.equals("Upgrade: websocket")))
                .hasSize(1);
        assertThat(head.lines().filter(line -> line.equals("Connection: Upgrade")))
                .hasSize(1);
        assertThat(head.lines().map(line -> line.split(":", 2)[0])).doesNotHaveDuplicates();
        assertThat(head).doesNotContain("Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions");
    }

    @Test
    void the_answer_proves_that_the_key_was_read() throws Exception {
        assertThat(edge.upgrades(GOOD)).contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            byte[] nonce = new byte[16];
            random.nextBytes(nonce);
            String key = Base64.getEncoder().encodeToString(nonce);
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(US_ASCII));

            assertThat(edge.upgrades(GOOD.replace("dGhlIHNhbXBsZSBub25jZQ==", " " + key + "\t")))
                    .as("seed %s", seed)
                    .contains("Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(hash));
        }
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', textBlock = """
        # offered                                                        | answered
        -                                                                | -
        centrifuge-json                                                  | centrifuge-json
        centrifuge-protobuf                                              | centrifuge-protobuf
        chat,superchat                                                   | -
        chat , centrifuge-protobuf                                       | centrifuge-protobuf
        Centrifuge-Json                                                  | -
        centrifuge-jsonx                                                 | -
        centrifuge-protobuf, centrifuge-json                             | centrifuge-protobuf
        """)
    void the_subprotocol_is_one_of_those_offered_or_none(@Nullable String offered, @Nullable String answered)
            throws Exception {
        String head = offered == null ? subprotocols() : subprotocols("Sec-WebSocket-Protocol: " + offered);

        List<String> fields = head.lines()
                .filter(line -> line.startsWith("Sec-WebSocket-Protocol"))
                .toList();
        assertThat(fields).isEqualTo(answered == null ? List.of() : List.of("Sec-WebSocket-Protocol: " + answered));
    }

    @Test
    void subprotocols_may_be_offered_in_several_fields() throws Exception {
        assertThat(subprotocols("Sec-WebSocket-Protocol: chat", "sec-websocket-protocol: x, centrifuge-json"))
                .contains("\r\nSec-WebSocket-Protocol: centrifuge-json\r\n");
    }

    private String subprotocols(String... fields) throws Exception {
        try (RawClient client = edge.connect()) {
            client.send(RawClient.request(PATH, fields));
            String head = client.head();
            assertThat(head).startsWith("HTTP/1.1 101 ");
            return head;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo",
                "x-webkit-deflate-frame",
                "foo; bar=1; baz=\"2\", bar",
                "permessage-foo\r\nSec-WebSocket-Extensions: x"
            })
    void an_extension_that_is_not_known_is_not_agreed_on(String offered) throws Exception {
        assertThat(edge.upgrades(RawClient.request(PATH, "Sec-WebSocket-Extensions: " + offered)))
                .doesNotContain("Sec-WebSocket-Extensions");
    }

    // ---- 4.2.2, 5: when the connection is open

    @Test
    void frames_may_follow_the_request_at_once() throws Exception {
        for (RawEdge.Delivery delivery : RawEdge.Delivery.values()) {
            try (RawClient client = edge.connect()) {
                byte[] frame = RawClient.frame(RawClient.TEXT, "{}".getBytes(US_ASCII));
                byte[] ping = RawClient.frame(RawClient.PING, (byte) 1);
                RawEdge.deliver(client, delivery, GOOD.getBytes(US_ASCII), frame, ping);

                assertThat(client.head()).startsWith("HTTP/1.1 101 ");
                assertThat(client.read().payload()).containsExactly(1);
                assertThat(edge.connection().commands).hasSize(1);
            }
        }
    }
}
