package dev.relay.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a request and what is none. */
@Timeout(60)
class ApiRequestsIT {
    private static final ApiServer SERVER = ApiServer.start();

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @Test
    void an_answer_is_json_and_kept_by_nobody() {
        HttpResponse<String> response = SERVER.post("/api/publish", "{\"channel\":\"live:a\",\"data\":1}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"result\":{}}");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(response.headers().map().keySet())
                .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-control"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"})
    void only_post_is_allowed(String method) {
        for (String path : new String[] {"/api/publish", "/api"}) {
            HttpResponse<String> response = SERVER.send(
                    SERVER.request(path).header("X-API-Key", ApiServer.KEY).method(method, BodyPublishers.noBody()));

            assertThat(response.statusCode()).isEqualTo(405);
            assertThat(response.headers().firstValue("Allow")).hasValue("POST");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/",
                "/api/publish/",
                "/api/Publish",
                "/api/nope",
                "/api/map_publish",
                "/api/map_read_state",
                "/api/block_user",
                "/publish",
                "/apipublish",
                "/connection/websocket",
                "/api/publish/x"
            })
    void other_paths_are_not_found(String path) {
        assertThat(SERVER.post(path, "{}").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "1",
                "\"x\"",
                "[]",
                "[{}]",
                "{",
                "{}}",
                "{}{}",
                "{} x",
                "{\"a\":}",
                "{'a':1}",
                "{\"a\":1,}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":\"\t\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":tru}",
                "// {}\n{}",
                "\ufeff{}"
            })
    void a_body_that_is_not_one_json_object_is_400_in_plain_text(String body) {
        HttpResponse<String> response = SERVER.post("/api/info", body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
        assertThat(response.body()).startsWith("the body ").endsWith("\n").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "publish     | {\"channel\":1,\"data\":1}",
                "publish     | {\"channel\":[],\"data\":1}",
                "publish     | {\"channel\":\"a\",\"data\":1,\"skip_history\":1}",
                "publish     | {\"channel\":\"a\",\"data\":1,\"skip_history\":\"true\"}",
                "publish     | {\"channel\":\"a\",\"data\":1,\"tags\":[]}",
                "publish     | {\"channel\":\"a\",\"data\":1,\"tags\":{\"a\":1}}",
                "publish     | {\"channel\":\"a\",\"data\":1,\"idempotency_key\":1}",
                "publish     | {\"channel\":\"a\",\"data\":1,\"version\":\"1\"}",
                "publish     | {\"channel\":\"a\",\"data\":1,\"version\":-1}",
                "publish     | {\"channel\":\"a\",\"data\":1,\"version\":1.0}",
                "publish     | {\"channel\":\"a\",\"data\":1,\"version\":1e3}",
                "publish     | {\"channel\":\"a\",\"data\":1,\"version\":9223372036854775808}",
                "publish     | {\"channel\":\"a\",\"data\":1,\"version\":100000000000000000000000000000000000000000}",
                "publish     | {\"channel\":\"a\",\"b64data\":1}",
                "broadcast   | {\"channels\":\"a\",\"data\":1}",
                "broadcast   | {\"channels\":[1],\"data\":1}",
                "history     | {\"channel\":\"a\",\"limit\":2147483648}",
                "history     | {\"channel\":\"a\",\"limit\":\"1\"}",
                "history     | {\"channel\":\"a\",\"since\":1}",
                "history     | {\"channel\":\"a\",\"since\":{\"offset\":\"1\"}}",
                "history     | {\"channel\":\"a\",\"since\":{\"offset\":-1}}",
                "history     | {\"channel\":\"a\",\"reverse\":0}",
                "subscribe   | {\"channel\":\"a\",\"override\":{\"presence\":true}}",
                "subscribe   | {\"channel\":\"a\",\"expire_at\":\"soon\"}",
                "disconnect  | {\"user\":42}",
                "disconnect  | {\"disconnect\":3501}",
                "disconnect  | {\"disconnect\":{\"code\":4294967296,\"reason\":\"x\"}}",
                "disconnect  | {\"whitelist\":[{}]}",
                "refresh     | {\"expired\":\"yes\"}",
                "channels    | {\"pattern\":{}}",
                "rpc         | {\"method\":{}}",
                "batch       | {\"commands\":{}}",
                "batch       | {\"commands\":[1]}",
                "batch       | {\"commands\":[null]}",
                "batch       | {\"commands\":[{\"publish\":1}]}",
                "batch       | {\"commands\":[],\"parallel\":1}",
                "batch       | {\"commands\":[{\"publish\":{\"channel\":\"a\",\"data\":1}},{\"publish\":{\"channel\":1}}]}",
            })
    void a_wrong_type_is_400_and_nothing_is_done(String method, String body) {
        HttpResponse<String> response = SERVER.post("/api/" + method, body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(" must be ");
        assertThat(SERVER.ask("history", "{\"channel\":\"a\"}")).endsWith("\"offset\":0}}");
    }

    @Test
    void null_is_as_if_it_were_not_there() {
        assertThat(SERVER.ask("publish", """
                {"channel":"live:a","data":{},"b64data":null,"skip_history":null,"tags":null,"idempotency_key":null,
                 "version":null,"version_epoch":null,"delta":null}""")).isEqualTo("{\"result\":{}}");
        assertThat(SERVER.ask("publish", "{\"channel\":\"live:a\",\"data\":null}"))
                .isEqualTo("{\"error\":{\"code\":107,\"message\":\"bad request\"}}");
        assertThat(SERVER.ask("publish", "{\"channel\":null,\"data\":1}"))
                .isEqualTo("{\"error\":{\"code\":107,\"message\":\"bad request\"}}");
    }

    @Test
    void what_is_unknown_is_ignored_whatever_it_is() {
        assertThat(SERVER.ask("publish", """
                {"channel":"live:a","data":1,"delta":true,"nope":[{"a":[null]}],"":7,"Channel":5,"x":1e999}""")).isEqualTo("{\"result\":{}}");
    }

    @Test
    void of_a_field_given_twice_the_last_one_counts() {
        SERVER.ask("publish", "{\"channel\":1,\"data\":1,\"channel\":\"chat:twice\",\"data\":2}");

        assertThat(SERVER.ask("history", "{\"channel\":\"chat:twice\",\"limit\":-1}"))
                .contains("[{\"data\":2,\"offset\":1}]");
    }

    @ParameterizedTest
    @ValueSource(ints = {501, 5_000, 100_000})
    void a_body_nested_too_deep_is_400(int levels) {
        String data = "[".repeat(levels) + "]".repeat(levels);

        HttpResponse<String> response = SERVER.post("/api/publish", "{\"channel\":\"live:a\",\"data\":" + data + "}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("500 levels");
    }

    @Test
    void a_body_nested_deep_is_none_the_worse_for_it() {
        String data = "[".repeat(499) + "]".repeat(499);

        SERVER.ask("publish", "{\"channel\":\"chat:deep\",\"data\":" + data + "}");

        assertThat(SERVER.ask("history", "{\"channel\":\"chat:deep\",\"limit\":-1}"))
                .contains("{\"data\":" + data + ",");
    }

    @Test
    void a_body_that_is_not_utf_8_is_400() {
        byte[][] bodies = {
            {'{', '"', (byte) 0xff, '"', ':', '1', '}'},
            {'{', '"', 'a', '"', ':', '"', (byte) 0xc0, (byte) 0xaf, '"', '}'}, // overlong
            {'{', '"', 'a', '"', ':', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', '}'}, // half a surrogate pair
            {'{', '"', 'a', '"', ':', '"', (byte) 0xe2, (byte) 0x82, '"', '}'}, // cut off
            {'{', '}', (byte) 0x80},
            "{}".getBytes(StandardCharsets.UTF_16LE),
            "{}".getBytes(StandardCharsets.UTF_16),
        };
        for (byte[] body : bodies) {
            assertThat(SERVER.post("/api/info", BodyPublishers.ofByteArray(body))
                            .statusCode())
                    .as(Arrays.toString(body))
                    .isEqualTo(400);
        }
    }

    @Test
    void data_goes_through_as_it_is_less_its_line_breaks() {
        String[] values = {
            "9007199254740993",
            "123456789012345678901234567890.10e-400",
            "\"\\u00e9\\/\\ud83d\\ude00 \u00e9\ud83d\ude00\u2028\"",
            "{ \"b\" : 1 ,\t\"a\":[ ], \"b\":2}",
            "true",
            "\"\"",
        };
        for (int i = 0; i < values.length; i++) {
            String channel = "chat:as-is-" + i;
            SERVER.ask("publish", "{\"channel\":\"" + channel + "\",\"data\":" + values[i] + "}");
            assertThat(SERVER.ask("history", "{\"channel\":\"" + channel + "\",\"limit\":-1}"))
                    .contains("[{\"data\":" + values[i] + ",\"offset\":1}]");
        }
        SERVER.ask("publish", "{\"channel\":\"chat:lines\",\"data\":\n[ 1,\r\n  2 ]\n}");
        assertThat(SERVER.ask("history", "{\"channel\":\"chat:lines\",\"limit\":-1}"))
                .contains("[{\"data\":[ 1,  2 ],\"offset\":1}]");
    }

    @Test
    void half_a_surrogate_pair_does_not_make_answers_unreadable() {
        SERVER.ask("publish", "{\"channel\":\"chat:half\",\"data\":1,\"tags\":{\"a\":\"x\\ud800y\"}}");

        assertThat(SERVER.ask("history", "{\"channel\":\"chat:half\",\"limit\":-1}"))
                .contains("\"tags\":{\"a\":\"x?y\"}");
    }

    @Test
    void a_body_over_the_limit_is_413_and_the_connection_stays() {
        String large = "{\"channel\":\"live:a\",\"data\":\"" + "x".repeat(11 << 20) + "\"}";

        assertThat(SERVER.post("/api/publish", large).statusCode()).isEqualTo(413);
        assertThat(SERVER.post(
                                "/api/publish",
                                BodyPublishers.ofInputStream(
                                        () -> new ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8))))
                        .statusCode())
                .isEqualTo(413);
        assertThat(SERVER.ask("publish", "{\"channel\":\"live:a\",\"data\":1}")).isEqualTo("{\"result\":{}}");
    }

    @Test
    void a_body_just_under_the_limit_is_read() {
        String padding = "x".repeat((10 << 20) - 100);

        assertThat(SERVER.ask("publish", "{\"channel\":\"live:a\",\"data\":1,\"padding\":\"" + padding + "\"}"))
                .isEqualTo("{\"result\":{}}");
        assertThat(SERVER.ask("publish", "{\"channel\":\"live:a\",\"data\":\"" + padding + "\"}"))
                .isEqualTo("{\"error\":{\"code\":107,\"message\":\"bad request\"}}"); // the engine takes 1 MiB
    }

    @Test
    void a_body_full_of_tiny_fields_is_400() {
        StringBuilder body = new StringBuilder("{");
        for (int i = 0; i < 20_000; i++) {
            body.append('"').append(i).append("\":1,");
        }
        body.append("\"channel\":\"live:a\",\"data\":1}");

        HttpResponse<String> response = SERVER.post("/api/publish", body.toString());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).isEqualTo("an object has more than 10000 fields\n");
    }

    @Test
    void many_requests_at_once_are_all_answered() {
        var answers = java.util.stream.IntStream.range(0, 200)
                .parallel()
                .mapToObj(i -> SERVER.ask("publish", "{\"channel\":\"chat:many\",\"data\":" + i + "}"))
                .toList();

        assertThat(answers).allMatch(answer -> answer.startsWith("{\"result\":{\"offset\":"));
        assertThat(SERVER.ask("history", "{\"channel\":\"chat:many\"}")).endsWith("\"offset\":200}}");
    }
}
