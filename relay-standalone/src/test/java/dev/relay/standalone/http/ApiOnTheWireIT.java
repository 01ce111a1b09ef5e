package dev.relay.standalone.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.standalone.api.ApiAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What no decent HTTP client sends. */
@Timeout(60)
class ApiOnTheWireIT {
    private static final String BODY = "{\"channel\":\"live:a\",\"data\":1}";

    private static String head(String path, String... headers) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }

    /** Everything that comes back until the server closes. */
    private static String sent(ApiServer server, String... pieces) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(20_000);
            for (String piece : pieces) {
                socket.getOutputStream().write(piece.getBytes(UTF_8));
                socket.getOutputStream().flush();
            }
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    @Test
    void a_key_in_a_header_is_utf_8() throws IOException {
        try (ApiServer server = ApiServer.start(ApiAccess.withKey("Schlüssel"))) {
            String answer = sent(
                    server,
                    head(
                            "/api/publish",
                            "X-API-Key: Schlüssel",
                            "Content-Length: " + BODY.length(),
                            "Connection: close"),
                    BODY);

            assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n{\"result\":{}}");
        }
    }

    @Test
    void a_query_that_is_none_names_no_key() throws IOException {
        try (ApiServer server = ApiServer.start()) {
            for (String query : new String[] {"?api_key=%ZZ", "?%", "?api_key", "?&&=", "?api_key=%C3%28"}) {
                String answer =
                        sent(server, head("/api/publish" + query, "Content-Length: 2", "Connection: close"), "{}");

                assertThat(answer).as(query).matches("(?s)HTTP/1.1 40[01] .*");
            }
        }
    }

    @Test
    void a_body_may_come_in_pieces() throws IOException {
        try (ApiServer server = ApiServer.start()) {
            String[] pieces = new String[BODY.length() + 2];
            pieces[0] = head("/api/publish", "X-API-Key: k", "Transfer-Encoding: chunked", "Connection: close");
            for (int i = 0; i < BODY.length(); i++) {
                pieces[i + 1] = "1\r\n" + BODY.charAt(i) + "\r\n";
            }
            pieces[BODY.length() + 1] = "0\r\n\r\n";

            assertThat(sent(server, pieces)).endsWith("\r\n\r\n{\"result\":{}}");
        }
    }

    @Test
    void requests_may_follow_each_other_unasked() throws IOException {
        try (ApiServer server = ApiServer.start()) {
            String one = head("/api/publish", "X-API-Key: k", "Content-Length: " + BODY.length()) + BODY;
            String last = head("/api/publish", "X-API-Key: k", "Connection: close", "Content-Length: 2") + "{}";

            String answers = sent(server, one.repeat(50) + last);

            assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(52);
            assertThat(answers).endsWith("{\"error\":{\"code\":107,\"message\":\"bad request\"}}");
        }
    }

    @Test
    void a_body_that_breaks_off_does_nothing() throws IOException {
        try (ApiServer server = ApiServer.start()) {
            String broken = "{\"channel\":\"chat:broken\",\"data\":1}";

            String answer = sent(
                    server, head("/api/publish", "X-API-Key: k", "Content-Length: " + (broken.length() + 1)), broken);

            assertThat(answer).doesNotContain(" 200 ");
            assertThat(server.ask("history", "{\"channel\":\"chat:broken\"}")).endsWith("\"offset\":0}}");
        }
    }

    @Test
    void a_caller_that_asks_before_it_sends_is_answered() throws IOException {
        try (ApiServer server = ApiServer.start()) {
            String expecting = "Expect: 100-continue";
            assertThat(sent(
                            server,
                            head(
                                    "/api/publish",
                                    "X-API-Key: k",
                                    expecting,
                                    "Connection: close",
                                    "Content-Length: " + BODY.length()),
                            BODY))
                    .endsWith("{\"result\":{}}");
            assertThat(sent(server, head("/api/publish", expecting, "Content-Length: 1000000")))
                    .startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void a_body_announced_as_far_too_long_is_not_waited_for() throws IOException {
        try (ApiServer server = ApiServer.start()) {
            assertThat(sent(server, head("/api/publish", "X-API-Key: k", "Content-Length: 9999999999")))
                    .startsWith("HTTP/1.1 413 ");
        }
    }
}
