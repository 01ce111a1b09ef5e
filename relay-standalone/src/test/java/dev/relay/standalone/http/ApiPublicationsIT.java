package dev.relay.standalone.http;

import static dev.relay.standalone.http.Answers.BAD_REQUEST;
import static dev.relay.standalone.http.Answers.UNKNOWN_CHANNEL;
import static dev.relay.standalone.http.Answers.blotted;
import static dev.relay.standalone.http.Answers.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Payload;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code publish}, {@code broadcast}, {@code history}. */
@Timeout(60)
class ApiPublicationsIT {
    private static final ApiServer SERVER = ApiServer.start();

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static String ask(String method, String body) {
        return SERVER.ask(method, body);
    }

    private static TestClient client(String user) {
        return TestClient.connect(SERVER.clientPort(), user);
    }

    @Test
    void a_publication_reaches_subscribers_with_its_tags_and_without_a_publisher() {
        try (TestClient client = client("publish").subscribed("chat:tags")) {
            ask("publish", "{\"channel\":\"chat:tags\",\"data\":{\"a\": 1},\"tags\":{\"k\":\"v\"}}");

            assertThat(client.nextPublication())
                    .isEqualTo("{\"push\":{\"channel\":\"chat:tags\",\"pub\":{\"data\":{\"a\": 1},\"offset\":1,"
                            + "\"tags\":{\"k\":\"v\"},\"epoch\":\"E\"}}}");
        }
        assertThat(blotted(ask("history", "{\"channel\":\"chat:tags\",\"limit\":-1}")))
                .isEqualTo("{\"result\":{\"publications\":[{\"data\":{\"a\": 1},\"offset\":1,\"tags\":{\"k\":\"v\"}}],"
                        + "\"epoch\":\"E\",\"offset\":1}}");
    }

    @Test
    void bytes_are_published_and_read_as_bytes() {
        assertThat(ask("publish", "{\"channel\":\"chat:bytes\",\"data\":1,\"b64data\":\"AP8=\"}"))
                .contains("\"offset\":1");
        assertThat(ask("publish", "{\"channel\":\"chat:bytes\",\"b64data\":\"eyJhIjoxfQ==\"}"))
                .contains("\"offset\":2");

        assertThat(ask("history", "{\"channel\":\"chat:bytes\",\"limit\":-1}"))
                .contains("[{\"b64data\":\"AP8=\",\"offset\":1},{\"data\":{\"a\":1},\"offset\":2}]");
    }

    @Test
    void a_broadcast_tells_of_each_channel() {
        assertThat(
                        blotted(
                                ask(
                                        "broadcast",
                                        "{\"channels\":[\"chat:b1\",\"live:b\",\"nope:b\",\"\",null,\"chat:b1\"],\"data\":\"x\",\"tags\":{\"k\":\"v\"}}")))
                .isEqualTo("{\"result\":{\"responses\":[{\"result\":{\"offset\":1,\"epoch\":\"E\"}},{\"result\":{}},"
                        + UNKNOWN_CHANNEL + "," + BAD_REQUEST + "," + BAD_REQUEST
                        + ",{\"result\":{\"offset\":2,\"epoch\":\"E\"}}]}}");
    }

    @Test
    void a_broadcast_has_a_limit() {
        String channels = "\"live:a\",".repeat(10_000);

        assertThat(ask("broadcast", "{\"data\":1,\"channels\":[" + channels + "\"live:a\"]}"))
                .isEqualTo(BAD_REQUEST);
        assertThat(ask("broadcast", "{\"data\":1,\"channels\":[" + channels.substring(0, channels.length() - 1) + "]}"))
                .isEqualTo("{\"result\":{\"responses\":[" + "{\"result\":{}},".repeat(9_999) + "{\"result\":{}}]}}");
    }

    @Test
    void history_is_read_in_pages_both_ways() {
        for (int i = 1; i <= 5; i++) {
            ask("publish", "{\"channel\":\"chat:pages\",\"data\":" + i + "}");
        }
        String epoch = String.valueOf(
                result(ask("history", "{\"channel\":\"chat:pages\"}")).get("epoch"));
        String end = "],\"epoch\":\"" + epoch + "\",\"offset\":5}}";
        String start = "{\"result\":{\"publications\":[";

        assertThat(ask("history", "{\"channel\":\"chat:pages\"}")).isEqualTo(start + end);
        assertThat(ask("history", "{\"channel\":\"chat:pages\",\"limit\":0}")).isEqualTo(start + end);
        assertThat(ask("history", "{\"channel\":\"chat:pages\",\"limit\":2}"))
                .isEqualTo(start + "{\"data\":1,\"offset\":1},{\"data\":2,\"offset\":2}" + end);
        assertThat(ask(
                        "history",
                        "{\"channel\":\"chat:pages\",\"limit\":2,\"since\":{\"offset\":2,\"epoch\":\"" + epoch
                                + "\"}}"))
                .isEqualTo(start + "{\"data\":3,\"offset\":3},{\"data\":4,\"offset\":4}" + end);
        assertThat(ask("history", "{\"channel\":\"chat:pages\",\"limit\":2,\"reverse\":true}"))
                .isEqualTo(start + "{\"data\":5,\"offset\":5},{\"data\":4,\"offset\":4}" + end);
        assertThat(
                        ask(
                                "history",
                                "{\"channel\":\"chat:pages\",\"limit\":9,\"reverse\":true,\"since\":{\"offset\":3,\"epoch\":\"\"}}"))
                .isEqualTo(start + "{\"data\":2,\"offset\":2},{\"data\":1,\"offset\":1}" + end);
        assertThat(result(ask("history", "{\"channel\":\"chat:pages\",\"limit\":-1}"))
                        .get("publications"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(5);
        assertThat(ask("history", "{\"channel\":\"chat:pages\",\"since\":{\"offset\":1,\"epoch\":\"other\"}}"))
                .isEqualTo("{\"error\":{\"code\":112,\"message\":\"unrecoverable position\"}}");
    }

    @Test
    void an_empty_channel_has_a_history() {
        assertThat(blotted(ask("history", "{\"channel\":\"chat:empty\",\"limit\":10}")))
                .isEqualTo("{\"result\":{\"publications\":[],\"epoch\":\"E\",\"offset\":0}}");
        assertThat(ask("presence", "{\"channel\":\"chat:empty\"}")).isEqualTo("{\"result\":{\"presence\":{}}}");
        assertThat(ask("presence_stats", "{\"channel\":\"chat:empty\"}"))
                .isEqualTo("{\"result\":{\"num_clients\":0,\"num_users\":0}}");
    }

    @Test
    void data_of_a_java_application_is_told_as_json_where_it_is() {
        SERVER.relay()
                .publish("chat:java", Payload.of("{\n \"a\": 1\n}"))
                .toCompletableFuture()
                .join();
        SERVER.relay()
                .publish("chat:java", Payload.of("text"))
                .toCompletableFuture()
                .join();

        assertThat(ask("history", "{\"channel\":\"chat:java\",\"limit\":-1}"))
                .contains("[{\"data\":{ \"a\": 1},\"offset\":1},{\"b64data\":\"dGV4dA==\",\"offset\":2}]");
    }
}
