package dev.relay.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /api}, which old libraries use. */
@Timeout(60)
class CommandsEndpointIT {
    private static final ApiServer SERVER = ApiServer.start();
    private static final String PUBLISH = "{\"method\":\"publish\",\"params\":{\"channel\":\"live:a\",\"data\":1}}";
    private static final String NOT_FOUND = "{\"error\":{\"code\":104,\"message\":\"not found\"}}";

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static String ask(String body) {
        HttpResponse<String> response =
                SERVER.send(SERVER.request("/api").POST(BodyPublishers.ofString(body)), "Authorization", "apikey k");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        return response.body();
    }

    @Test
    void one_command_has_one_reply() {
        assertThat(ask(PUBLISH)).isEqualTo("{\"result\":{}}");
        assertThat(ask("{\"id\":7,\"method\":\"publish\",\"params\":{\"channel\":\"nope:a\",\"data\":1}}"))
                .isEqualTo("{\"id\":7,\"error\":{\"code\":102,\"message\":\"unknown channel\"}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n", " ", "\n\n\n"})
    void commands_may_be_separated_or_not_and_are_done_in_order(String separator) {
        String channel = "chat:" + separator.length() + separator.codePoints().sum();
        String first = "{\"id\":1,\"method\":\"publish\",\"params\":{\"channel\":\"" + channel + "\",\"data\":\n1}}";
        String second = "{\"method\":\"nope\"}";
        String third = "{\"id\":3,\"method\":\"history\",\"params\":{\"channel\":\"" + channel + "\",\"limit\":10}}"
                + separator;

        assertThat(ask(first + separator + second + separator + third)
                        .replaceAll("\"epoch\":\"\\w+\"", "\"epoch\":\"e\""))
                .isEqualTo(
                        "{\"id\":1,\"result\":{\"offset\":1,\"epoch\":\"e\"}}\n" + NOT_FOUND + "\n"
                                + "{\"id\":3,\"result\":{\"publications\":[{\"data\":1,\"offset\":1}],\"epoch\":\"e\",\"offset\":1}}");
    }

    @Test
    void a_command_without_parameters_has_empty_ones() {
        String bad = "{\"error\":{\"code\":107,\"message\":\"bad request\"}}";

        assertThat(ask("{\"method\":\"publish\"}")).isEqualTo(bad);
        assertThat(ask("{\"method\":\"publish\",\"params\":null}")).isEqualTo(bad);
        assertThat(ask("{\"id\":4294967295,\"method\":\"publish\",\"params\":{}}"))
                .isEqualTo("{\"id\":4294967295,\"error\":{\"code\":107,\"message\":\"bad request\"}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{\"method\":\"Publish\"}", "{\"method\":\"batch\",\"params\":{}}", "{\"method\":\"\"}"})
    void a_method_there_is_not_is_104(String command) {
        assertThat(ask(command)).isEqualTo(NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\n",
                "[]",
                "1",
                "{",
                "[{\"method\":\"info\"}]",
                "{\"method\":1}",
                "{\"method\":\"publish\",\"params\":[]}",
                "{\"id\":-1,\"method\":\"info\"}",
                "{\"id\":\"1\",\"method\":\"info\"}",
                "{\"id\":4294967296,\"method\":\"info\"}",
                "{\"method\":\"publish\",\"params\":{\"channel\":1}}"
            })
    void a_malformed_body_is_400_and_nothing_of_it_is_done(String broken) {
        String before = "{\"method\":\"publish\",\"params\":{\"channel\":\"chat:broken\",\"data\":1}}\n";
        for (String body : new String[] {broken, before + (broken.isBlank() ? "{" : broken)}) {
            HttpResponse<String> response = SERVER.post("/api", body);

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
        }
        assertThat(SERVER.ask("history", "{\"channel\":\"chat:broken\"}")).endsWith("\"offset\":0}}");
    }

    @Test
    void there_is_a_limit_to_the_number_of_commands() {
        assertThat(SERVER.post("/api", "{}".repeat(10_000)).body()).hasLineCount(10_000);
        HttpResponse<String> tooMany = SERVER.post("/api", "{}".repeat(10_001));

        assertThat(tooMany.statusCode()).isEqualTo(400);
        assertThat(tooMany.body()).isEqualTo("the body holds more than 10000 JSON objects\n");
    }
}
