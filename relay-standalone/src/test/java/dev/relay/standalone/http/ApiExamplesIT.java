package dev.relay.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Conversations byte by byte. Only epochs, ids and figures of the process, which are made anew each time, are blotted out. */
@Timeout(60)
class ApiExamplesIT {
    private static void says(ApiServer server, String path, String body, String answer, String... headers) {
        HttpResponse<String> response = server.post(path, body, headers);
        String shown = response.statusCode() + " "
                + response.body()
                        .replaceAll("\"epoch\":\"[A-Za-z0-9]{4,16}\"", "\"epoch\":\"E\"")
                        .replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID")
                        .replaceAll(
                                "\"uptime\":\\d+,\"process\":\\{(\"cpu\":[0-9.]+)?,?(\"rss\":\\d+)?}", "\"uptime\":N");
        assertThat(shown).as(path + " " + body).isEqualTo(answer);
    }

    @Test
    void each_example_is_answered_as_written() {
        try (ApiServer server = ApiServer.start();
                TestClient first = TestClient.connect(server.clientPort(), "42");
                TestClient second = TestClient.connect(server.clientPort(), "42")) {
            says(
                    server,
                    "/api/publish",
                    "{\"channel\":\"chat:1\",\"data\":{\"text\":\"hi\"}}",
                    "200 {\"result\":{\"offset\":1,\"epoch\":\"E\"}}");
            says(
                    server,
                    "/api/publish",
                    "{\"channel\":\"chat:1\",\"data\":{\"text\":\"hello\"}}",
                    "200 {\"result\":{\"offset\":2,\"epoch\":\"E\"}}");
            says(
                    server,
                    "/api/publish",
                    "{\"channel\":\"nope:1\",\"data\":{}}",
                    "200 {\"error\":{\"code\":102,\"message\":\"unknown channel\"}}");
            says(
                    server,
                    "/api/publish",
                    "{}",
                    "400 {\"code\":107,\"message\":\"bad request\"}",
                    "X-Centrifugo-Error-Mode",
                    "transport");
            says(
                    server,
                    "/api/broadcast",
                    "{\"channels\":[\"a\",\"nope:b\"],\"data\":1}",
                    "200 {\"result\":{\"responses\":[{\"result\":{\"offset\":1,\"epoch\":\"E\"}},"
                            + "{\"error\":{\"code\":102,\"message\":\"unknown channel\"}}]}}");
            says(
                    server,
                    "/api/history",
                    "{\"channel\":\"chat:1\",\"limit\":2,\"reverse\":true}",
                    "200 {\"result\":{\"publications\":[{\"data\":{\"text\":\"hello\"},\"offset\":2},"
                            + "{\"data\":{\"text\":\"hi\"},\"offset\":1}],\"epoch\":\"E\",\"offset\":2}}");
            first.subscribed("chat:1");
            says(
                    server,
                    "/api/presence",
                    "{\"channel\":\"chat:1\"}",
                    "200 {\"result\":{\"presence\":{\"ID\":{\"user\":\"42\",\"client\":\"ID\"}}}}");
            second.subscribed("chat:1");
            says(server, "/api/channels", "{}", "200 {\"result\":{\"channels\":{\"chat:1\":{\"num_clients\":2}}}}");
            says(
                    server,
                    "/api/info",
                    "{}",
                    "200 {\"result\":{\"nodes\":[{\"uid\":\"ID\",\"name\":\"relay-1\",\"version\":\"0.1.0\","
                            + "\"num_clients\":2,\"num_users\":1,\"num_channels\":1,\"num_subs\":2,\"uptime\":N}]}}");
            says(
                    server,
                    "/api/batch",
                    "{\"commands\":[{\"publish\":{\"channel\":\"a\",\"data\":1}},{\"publish\":{\"channel\":\"nope:b\",\"data\":1}}]}",
                    "200 {\"replies\":[{\"publish\":{\"offset\":2,\"epoch\":\"E\"}},"
                            + "{\"error\":{\"code\":102,\"message\":\"unknown channel\"}}]}");
            says(
                    server,
                    "/api/disconnect",
                    "{\"user\":\"42\",\"disconnect\":{\"code\":4501,\"reason\":\"banned\"}}",
                    "200 {\"result\":{}}");
            assertThat(first.last()).isEqualTo("close 4501 banned");
            assertThat(second.last()).isEqualTo("close 4501 banned");
        }
    }
}
