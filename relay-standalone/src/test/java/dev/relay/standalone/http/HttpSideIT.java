package dev.relay.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.Health;
import dev.relay.RelayException;
import dev.relay.standalone.api.ApiAccess;
import dev.relay.standalone.api.ServerApi;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSideIT {
    private static final int CONNECTIONS = 8;
    private static final ApiOptions API =
            new ApiOptions(new ServerApi(() -> null), ApiAccess.open(), 1024, ServerApi.ErrorMode.DEFAULT);

    private final AtomicReference<Health> health = new AtomicReference<>(new Health(Health.State.READY, ""));
    private final HttpSide side = HttpSide.open("127.0.0.1", 0, CONNECTIONS, Monitoring.of(health::get), API, null);
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    @AfterEach
    void close() {
        side.close();
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + side.port() + path))
                .method(method, BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(20))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    @Test
    void a_ready_engine_is_healthy() throws Exception {
        HttpResponse<String> response = send("GET", "/health?verbose=1");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"status\":\"ready\",\"reason\":\"\"}");
        assertThat(send("GET", "/health/ready").body()).isEqualTo("{}");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(response.headers().firstValue("Server")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"NOT_READY,not_ready", "DRAINING,draining", "STOPPING,stopping", "FAILED,failed"})
    void any_other_engine_is_not_and_says_why(Health.State state, String shown) throws Exception {
        health.set(new Health(state, "no \"db\"\n\\"));

        HttpResponse<String> response = send("GET", "/health");

        assertThat(send("GET", "/health/ready").body()).isEqualTo(response.body());
        assertThat(send("GET", "/health/ready").statusCode()).isEqualTo(503);
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("{\"status\":\"" + shown + "\",\"reason\":\"no \\\"db\\\"\\u000a\\\\\"}");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    @ParameterizedTest
    @EnumSource
    void a_restart_helps_a_failed_engine_only(Health.State state) throws Exception {
        health.set(new Health(state, "a shard"));

        HttpResponse<String> response = send("GET", "/health/live");

        assertThat(response.statusCode()).isEqualTo(state == Health.State.FAILED ? 503 : 200);
        assertThat(response.body())
                .isEqualTo(state == Health.State.FAILED ? "{\"status\":\"failed\",\"reason\":\"a shard\"}" : "{}");
    }

    @Test
    void head_answers_without_a_body() throws Exception {
        HttpResponse<String> response = send("HEAD", "/health");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
    void other_methods_are_not_allowed(String method) throws Exception {
        assertThat(send(method, "/health/ready").statusCode()).isEqualTo(405);
        assertThat(send(method, "/health/live").statusCode()).isEqualTo(405);
        HttpResponse<String> response = send(method, "/health");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console2",
                "/index.html",
                "/healthy",
                "/health/",
                "/health/dead",
                "/api/nope",
                "/connection/websocket"
            })
    void other_paths_are_not_found(String path) throws Exception {
        HttpResponse<String> response = send("GET", path);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).isEqualTo("404 Not Found\n");
        assertThat(response.headers().firstValue("Server")).isEmpty();
    }

    @Test
    void the_server_api_waits_for_the_engine() throws Exception {
        HttpResponse<String> response = send("POST", "/api/info");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("Relay is starting or stopping; try again\n");
    }

    @Test
    void one_connection_more_than_it_has_takes_the_place_of_the_one_that_is_idle_longest() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * CONNECTIONS; i++) {
                Socket socket = new Socket("127.0.0.1", side.port());
                socket.setSoTimeout(20_000); // long before an idle connection ends where there is room
                idle.add(socket);
                awaitServed(socket); // or they would be taken in any order
            }

            assertThat(send("GET", "/health").statusCode()).isEqualTo(200);

            for (Socket socket : idle.subList(0, CONNECTIONS)) {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
        assertThat(send("GET", "/health").statusCode()).isEqualTo(200);
    }

    private static void awaitServed(Socket socket) throws IOException {
        socket.getOutputStream()
                .write("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        StringBuilder heard = new StringBuilder();
        while (heard.indexOf("\r\n\r\n{}") < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as("ended after: %s", heard).isNotNegative();
            heard.append((char) next);
        }
    }

    @Test
    void a_port_in_use_is_named() {
        assertThatThrownBy(() ->
                        HttpSide.open("127.0.0.1", side.port(), CONNECTIONS, Monitoring.of(health::get), API, null))
                .isInstanceOf(RelayException.class)
                .hasMessageContaining("127.0.0.1:" + side.port())
                .hasMessageContaining("in use")
                .hasMessageContaining("set http_port");
    }

    @Test
    void without_a_console_there_is_nothing_of_it() throws Exception {
        for (String path : List.of("/", "/console", "/console/", "/console/session", "/console/configuration")) {
            assertThat(send("GET", path).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(send("POST", "/console/login").statusCode()).isEqualTo(404);
    }

    @Test
    void closing_twice_is_closing_once() {
        side.close();
        side.close();
    }
}
