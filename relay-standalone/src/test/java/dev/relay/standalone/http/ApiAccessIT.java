package dev.relay.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.standalone.api.ApiAccess;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may ask; every combination of places for the key is in {@code ApiAccessTest}. */
@Timeout(60)
class ApiAccessIT {
    private static final String BODY = "{\"channel\":\"live:a\",\"data\":1}";

    private static HttpResponse<String> publish(ApiServer server, String query, String... headers) {
        HttpRequest.Builder request = server.request("/api/publish" + query).POST(BodyPublishers.ofString(BODY));
        return server.send(request, headers);
    }

    @Test
    void the_key_is_looked_for_in_three_places() {
        try (ApiServer server = ApiServer.start(ApiAccess.withKey("k 1&ü"))) {
            assertThat(publish(server, "?api_key=k%201%26%C3%BC").statusCode()).isEqualTo(200);
            assertThat(publish(server, "?x=%25&api_key=%C3").statusCode()).isEqualTo(401);
        }
        try (ApiServer server = ApiServer.start()) {
            assertThat(publish(server, "", "X-API-Key", "k").statusCode()).isEqualTo(200);
            assertThat(publish(server, "", "x-api-key", "k").statusCode()).isEqualTo(200);
            assertThat(publish(server, "", "Authorization", "apikey k").statusCode())
                    .isEqualTo(200);
            assertThat(publish(server, "", "Authorization", "ApiKey k").statusCode())
                    .isEqualTo(200);
            assertThat(publish(server, "?api_key=k").statusCode()).isEqualTo(200);
            assertThat(publish(server, "?api_key=k", "X-API-Key", "wrong").statusCode())
                    .isEqualTo(401);
            assertThat(publish(server, "", "Authorization", "Bearer k").statusCode())
                    .isEqualTo(401);
            assertThat(publish(server, "", "Cookie", "api_key=k").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void without_the_key_the_answer_is_401_and_nothing_else() {
        try (ApiServer server = ApiServer.start()) {
            for (String path : List.of("/api/publish", "/api/info", "/api/batch", "/api")) {
                for (String body : List.of("{}", "not JSON", "", "x".repeat(1 << 20))) {
                    HttpResponse<String> response =
                            server.send(server.request(path).POST(BodyPublishers.ofString(body)));

                    assertThat(response.statusCode()).isEqualTo(401);
                    assertThat(response.body()).isEmpty();
                    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
                }
            }
        }
    }

    @Test
    void where_no_key_is_configured_nobody_may_ask() {
        try (ApiServer server = ApiServer.start(ApiAccess.closed())) {
            assertThat(publish(server, "").statusCode()).isEqualTo(401);
            assertThat(publish(server, "?api_key=", "X-API-Key", "").statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void in_development_this_machine_may_ask_but_no_page_from_elsewhere() {
        try (ApiServer server = ApiServer.start(ApiAccess.thisMachine())) {
            assertThat(publish(server, "").statusCode()).isEqualTo(200);
            assertThat(publish(server, "", "Origin", "http://localhost:8001").statusCode())
                    .isEqualTo(200);
            HttpResponse<String> response = publish(server, "", "Origin", "https://evil.example");
            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(response.headers().map()).doesNotContainKey("access-control-allow-origin");
        }
    }

    @Test
    void what_is_open_is_open() {
        try (ApiServer server = ApiServer.start(ApiAccess.open())) {
            assertThat(publish(server, "").statusCode()).isEqualTo(200);
            assertThat(publish(server, "?api_key=any").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void the_description_needs_no_key() {
        try (ApiServer server = ApiServer.start()) {
            HttpResponse<String> response =
                    server.send(server.request("/api/openapi.json").GET());

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
            assertThat(server.post("/api/openapi.json", "{}").statusCode()).isEqualTo(405);
        }
    }
}
