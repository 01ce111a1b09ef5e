package dev.relay.standalone.http;

import static dev.relay.standalone.api.OpenApiSchemas.object;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.standalone.e2e.Await;
import dev.relay.standalone.e2e.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The methods {@code journal_…}. */
@Timeout(60)
class ApiJournalIT {
    private static final ApiServer SERVER = ApiServer.start();

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static Map<String, Object> result(String method, String body) {
        String answer = SERVER.ask(method, body);
        assertThat(answer).startsWith("{\"result\":");
        return object(Json.object(answer).get("result"));
    }

    private static Object value(Map<String, Object> answer, String name) {
        return requireNonNull(answer.get(name), name);
    }

    private static void publish(String channel, int count) {
        for (int i = 1; i <= count; i++) {
            SERVER.ask(
                    "publish", "{\"channel\":\"" + channel + "\",\"data\":" + i + ",\"tags\":{\"n\":\"" + i + "\"}}");
        }
    }

    private static List<String> found(String conditions) {
        List<String> found = new ArrayList<>();
        String cursor = "";
        Map<String, Object> page;
        do {
            page = result("journal_find", "{\"limit\":2,\"cursor\":\"" + cursor + "\"" + conditions + "}");
            ((List<?>) value(page, "publications"))
                    .forEach(publication -> found.add(object(publication).get("channel") + "="
                            + object(publication).get("data")));
            cursor = value(page, "cursor").toString();
        } while (Boolean.TRUE.equals(page.get("more")));
        return found;
    }

    @Test
    void publications_are_found_page_by_page_under_every_condition() {
        publish("chat:find1", 5);
        publish("chat:find2", 2);

        assertThat(found(",\"channel\":\"chat:find1\""))
                .containsExactly("chat:find1=1", "chat:find1=2", "chat:find1=3", "chat:find1=4", "chat:find1=5");
        assertThat(found(",\"channel\":\"chat:find1\",\"reverse\":true,\"after_offset\":2,\"through_offset\":4"))
                .containsExactly("chat:find1=4", "chat:find1=3");
        assertThat(found(",\"pattern\":\"chat:find[12]\",\"tags\":{\"n\":\"2\"}"))
                .containsExactly("chat:find1=2", "chat:find2=2");
        assertThat(found(",\"pattern\":\"chat:find*\",\"from\":\"2020-01-01T00:00:00Z\",\"reverse\":true"))
                .hasSize(7)
                .startsWith("chat:find2=2");
        assertThat(found(",\"pattern\":\"chat:find*\",\"to\":\"2020-01-01T01:00:00+01:00\""))
                .isEmpty();
        assertThat(found(",\"pattern\":\"chat:find*\",\"user\":\"42\"")).isEmpty();
        assertThat(found(",\"pattern\":\"chat:find*\",\"client\":\"42\"")).isEmpty();
    }

    @Test
    void a_clients_publication_is_found_by_its_user() {
        try (TestClient client = TestClient.connect(SERVER.clientPort(), "ann").subscribed("chat:user")) {
            assertThat(client.published("chat:user", "\"from ann\"")).containsKey("publish");
            assertThat(found(",\"user\":\"ann\"")).containsExactly("chat:user=from ann");
            assertThat(found(",\"client\":\"" + client.id() + "\"")).containsExactly("chat:user=from ann");
        }
    }

    @Test
    void streams_are_listed() {
        publish("chat:listed1", 3);
        publish("chat:listed2", 1);
        Map<String, Object> page = result("journal_streams", "{\"pattern\":\"chat:listed*\",\"limit\":1}");
        Map<String, Object> stream = object(((List<?>) value(page, "streams")).get(0));
        assertThat(stream).containsEntry("channel", "chat:listed1");
        assertThat(value(stream, "count").toString()).isEqualTo("3");
        page = result(
                "journal_streams",
                "{\"pattern\":\"chat:listed*\",\"limit\":1,\"cursor\":\"" + page.get("next_cursor") + "\"}");
        assertThat(page).doesNotContainKey("next_cursor");
        assertThat(object(((List<?>) value(page, "streams")).get(0))).containsEntry("channel", "chat:listed2");
    }

    @Test
    void a_replay_is_begun_watched_and_cancelled() {
        publish("chat:source", 3);
        Object id = value(
                result("journal_replay", "{\"channel\":\"chat:source\",\"target\":\"chat:target\",\"speed\":0}"), "id");
        Await.until(
                "the replay is done",
                Duration.ofSeconds(20),
                () -> "done".equals(status(id).get("state")),
                () -> status(id).toString());
        assertThat(value(status(id), "published").toString()).isEqualTo("3");
        assertThat(found(",\"channel\":\"chat:target\""))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 3)
                        .mapToObj(i -> "chat:target=" + i)
                        .toList());

        Object slow = value(
                result(
                        "journal_replay",
                        "{\"channel\":\"chat:source\",\"target\":\"chat:target\",\"speed\":0.0000001}"),
                "id");
        result("journal_replay_cancel", "{\"id\":\"" + slow + "\"}");
        Await.until(
                "the replay is cancelled",
                Duration.ofSeconds(20),
                () -> "cancelled".equals(status(slow).get("state")),
                () -> status(slow).toString());
        assertThat((List<?>) result("journal_replay_status", "{}").get("replays"))
                .extracting(replay -> object(replay).get("id"))
                .contains(id, slow);
    }

    private static Map<String, Object> status(Object id) {
        return result("journal_replay_status", "{\"id\":\"" + id + "\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "journal_find    | {\"cursor\":\"x\"}                  | 107 bad request: \"x\" is not a cursor that a search has returned",
                "journal_find    | {\"from\":\"yesterday\"}            | 107 bad request: \"yesterday\" is not a time such as",
                "journal_find    | {\"to\":\"2026-03-01T12:00:00\"}    | 107 bad request: \"2026-03-01T12:00:00\" is not a time such as",
                "journal_find    | {\"from\":\"2026-03-01T12:00:00Z\",\"to\":\"2025-03-01T12:00:00Z\"} | 107 bad request: no range of time",
                "journal_find    | {\"limit\":20000}                   | 107 bad request: limit must be 1 to 10000: 20000",
                "journal_find    | {\"limit\":-1}                      | 107 bad request: limit must be 1 to 10000: -1",
                "journal_find    | {\"max_bytes\":0}                   | 107 bad request: maxBytes must be at least 1: 0",
                "journal_find    | {\"channel\":\"\"}                  | 107 bad request: channel is not given or empty",
                "journal_find    | {\"channel\":\"a\",\"pattern\":\"b\"} | 107 bad request: a channel and a pattern",
                "journal_find    | {\"after_offset\":1}                | 107 bad request: offsets are those of one channel",
                "journal_find    | {\"pattern\":\"[a\"}                | 107 bad request: glob",
                "journal_find    | {\"channel\":\"chat:never\"}        | 102 unknown channel: the journal has nothing of chat:never",
                "journal_streams | {\"limit\":20000}                   | 107 bad request: limit must be 1 to 10000: 20000",
                "journal_streams | {\"pattern\":\"{\"}                 | 107 bad request: glob",
                "journal_events  | {\"kinds\":[\"birth\"]}             | 107 bad request: no kind of event is called 'birth'",
                "journal_events  | {\"cursor\":\"x\"}                  | 107 bad request: \"x\" is not a cursor that journal_events has returned",
                "journal_replay  | {\"channel\":\"a\"}                 | 107 bad request: target is not given or empty",
                "journal_replay  | {\"channel\":\"a\",\"target\":\"a\"} | 107 bad request: channel a would be replayed into itself",
                "journal_replay  | {\"channel\":\"chat:no\",\"target\":\"a\"} | 107 bad request: source chat:no: the journal has no such channel",
                "journal_replay  | {\"channel\":\"a\",\"target\":\"nope:a\"} | 107 bad request: target nope:a",
                "journal_replay_status | {\"id\":\"x\"}                | 104 not found: no replay has the id x",
            })
    void what_is_wrong_is_said(String method, String body, String expected) {
        Map<String, Object> error = object(Json.object(SERVER.ask(method, body)).get("error"));
        assertThat(error.get("code") + " " + error.get("message")).startsWith(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "journal_find   | {\"limit\":\"5\"} | limit must be a whole number",
                "journal_find   | {\"from\":5}      | from must be a string",
                "journal_find   | {\"tags\":{\"a\":1}} | tags must be an object of strings",
                "journal_replay | {\"speed\":-1,\"channel\":\"a\",\"target\":\"b\"} | speed must be a number from 0",
            })
    void a_field_of_the_wrong_type_is_malformed(String method, String body, String expected) {
        var response = SERVER.post("/api/" + method, body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).startsWith(expected);
    }
}
