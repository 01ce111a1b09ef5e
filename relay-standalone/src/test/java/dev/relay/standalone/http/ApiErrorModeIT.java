package dev.relay.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.standalone.api.ServerApi.ErrorMode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApiErrorModeIT {
    private static final String MODE = "X-Centrifugo-Error-Mode";

    private static String shown(HttpResponse<String> response) {
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        return response.statusCode() + " " + response.body();
    }

    @Test
    void a_request_can_want_errors_by_status() {
        try (ApiServer server = ApiServer.start()) {
            String unknown = "{\"channel\":\"nope:1\",\"data\":1}";

            assertThat(shown(server.post("/api/publish", unknown)))
                    .isEqualTo("200 {\"error\":{\"code\":102,\"message\":\"unknown channel\"}}");
            assertThat(shown(server.post("/api/publish", unknown, MODE, "transport")))
                    .isEqualTo("404 {\"code\":102,\"message\":\"unknown channel\"}");
            assertThat(shown(server.post("/api/publish", unknown, MODE, "default")))
                    .isEqualTo("200 {\"error\":{\"code\":102,\"message\":\"unknown channel\"}}");
            assertThat(shown(server.post("/api/publish", "{}", MODE, "transport")))
                    .isEqualTo("400 {\"code\":107,\"message\":\"bad request\"}");
            assertThat(shown(server.post("/api/history", "{\"channel\":\"live:a\"}", MODE, "transport")))
                    .isEqualTo("400 {\"code\":108,\"message\":\"not available\"}");
            assertThat(shown(server.post(
                            "/api/history", "{\"channel\":\"a\",\"since\":{\"epoch\":\"other\"}}", MODE, "transport")))
                    .isEqualTo("416 {\"code\":112,\"message\":\"unrecoverable position\"}");
            assertThat(shown(server.post("/api/publish", "{\"channel\":\"live:a\",\"data\":1}", MODE, "transport")))
                    .isEqualTo("200 {\"result\":{}}");
        }
    }

    @Test
    void the_server_can_be_configured_to_it() {
        try (ApiServer server = ApiServer.start(ErrorMode.TRANSPORT)) {
            assertThat(shown(server.post("/api/publish", "{}")))
                    .isEqualTo("400 {\"code\":107,\"message\":\"bad request\"}");
            assertThat(shown(server.post("/api/publish", "{\"channel\":\"nope:1\",\"data\":1}")))
                    .isEqualTo("404 {\"code\":102,\"message\":\"unknown channel\"}");
        }
    }

    @Test
    void what_is_one_of_several_is_told_in_its_place() {
        try (ApiServer server = ApiServer.start(ErrorMode.TRANSPORT)) {
            assertThat(shown(server.post("/api/broadcast", "{\"channels\":[\"live:a\",\"nope:b\"],\"data\":1}")))
                    .isEqualTo("200 {\"result\":{\"responses\":[{\"result\":{}},"
                            + "{\"error\":{\"code\":102,\"message\":\"unknown channel\"}}]}}");
            assertThat(shown(server.post("/api/batch", "{\"commands\":[{\"publish\":{}}]}")))
                    .isEqualTo("200 {\"replies\":[{\"error\":{\"code\":107,\"message\":\"bad request\"}}]}");
            assertThat(shown(server.post("/api", "{\"method\":\"publish\",\"params\":{}}")))
                    .isEqualTo("200 {\"error\":{\"code\":107,\"message\":\"bad request\"}}");
        }
    }
}
