package dev.relay.standalone.http;

import static dev.relay.standalone.http.Answers.BAD_REQUEST;
import static dev.relay.standalone.http.Answers.DONE;
import static dev.relay.standalone.http.Answers.blotted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.DataFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a publish can be more than a publish. */
@Timeout(60)
class ApiPublishOptionsIT {
    private static final ApiServer SERVER = ApiServer.start(relay -> relay.namespace(
                    "bytes",
                    ChannelOptions.builder().dataFormat(DataFormat.BINARY).build())
            .namespace(
                    "objects",
                    ChannelOptions.builder().dataFormat(DataFormat.JSON_OBJECT).build()));

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static String publish(String channel, String fields) {
        return SERVER.ask("publish", "{\"channel\":\"" + channel + "\"," + fields + "}");
    }

    private static String history(String channel) {
        return blotted(SERVER.ask("history", "{\"channel\":\"" + channel + "\",\"limit\":-1}"));
    }

    @Test
    void a_repeat_with_the_same_key_does_nothing_and_gets_the_first_result() {
        String first = publish("chat:once", "\"data\":1,\"idempotency_key\":\"order-17\"");
        publish("chat:once", "\"data\":2");

        assertThat(publish("chat:once", "\"data\":3,\"idempotency_key\":\"order-17\""))
                .isEqualTo(first);
        assertThat(blotted(first)).isEqualTo("{\"result\":{\"offset\":1,\"epoch\":\"E\"}}");
        assertThat(history("chat:once")).contains("[{\"data\":1,\"offset\":1},{\"data\":2,\"offset\":2}]");
        assertThat(publish("chat:other", "\"data\":3,\"idempotency_key\":\"order-17\""))
                .contains("\"offset\":1");
        assertThat(SERVER.ask(
                        "broadcast",
                        "{\"channels\":[\"chat:once\",\"chat:third\"],\"data\":3,\"idempotency_key\":\"order-17\"}"))
                .contains("{\"result\":{\"offset\":1,");
        assertThat(history("chat:once")).endsWith("\"offset\":2}}");
    }

    @Test
    void repeats_at_the_same_time_all_get_the_one_result() {
        assertThat(IntStream.range(0, 20)
                        .parallel()
                        .mapToObj(i -> publish("chat:storm", "\"data\":" + i + ",\"idempotency_key\":\"k\""))
                        .distinct())
                .hasSize(1);
        assertThat(history("chat:storm")).endsWith("\"offset\":1}}");
    }

    @Test
    void a_key_has_a_limit() {
        assertThat(publish("live:a", "\"data\":1,\"idempotency_key\":\"" + "k".repeat(255) + "\""))
                .isEqualTo(DONE);
        assertThat(publish("live:a", "\"data\":1,\"idempotency_key\":\"" + "k".repeat(256) + "\""))
                .isEqualTo(BAD_REQUEST);
    }

    @Test
    void a_version_that_is_not_newer_is_dropped() {
        publish("chat:version", "\"data\":1,\"version\":5");
        publish("chat:version", "\"data\":2,\"version\":5");
        publish("chat:version", "\"data\":3,\"version\":4");
        publish("chat:version", "\"data\":4,\"version\":9007199254740993");
        publish("chat:version", "\"data\":5,\"version\":9007199254740992");
        publish("chat:version", "\"data\":6,\"version\":1,\"version_epoch\":\"next\"");
        publish("chat:version", "\"data\":7");

        assertThat(history("chat:version"))
                .contains("[{\"data\":1,\"offset\":1},{\"data\":4,\"offset\":2},{\"data\":6,\"offset\":3},"
                        + "{\"data\":7,\"offset\":4}]");
    }

    @Test
    void what_is_not_for_history_is_delivered_all_the_same() {
        try (TestClient client = TestClient.connect(SERVER.clientPort(), "42").subscribed("chat:live-only")) {
            assertThat(publish("chat:live-only", "\"data\":\"typing\",\"skip_history\":true"))
                    .isEqualTo(DONE);

            assertThat(client.nextPublication())
                    .isEqualTo("{\"push\":{\"channel\":\"chat:live-only\",\"pub\":{\"data\":\"typing\"}}}");
        }
        assertThat(history("chat:live-only"))
                .isEqualTo("{\"result\":{\"publications\":[],\"epoch\":\"E\",\"offset\":0}}");
    }

    @Test
    void the_namespace_decides_what_data_may_be() {
        assertThat(publish("objects:1", "\"data\":{\"a\":1}")).isEqualTo(DONE);
        assertThat(publish("objects:1", "\"b64data\":\"eyJhIjoxfQ==\"")).isEqualTo(DONE);
        assertThat(publish("objects:1", "\"data\":[1]")).isEqualTo(BAD_REQUEST);
        assertThat(publish("objects:1", "\"b64data\":\"AP8=\"")).isEqualTo(BAD_REQUEST);
        assertThat(publish("bytes:1", "\"b64data\":\"\"")).isEqualTo(DONE);
        assertThat(publish("bytes:1", "\"b64data\":null")).isEqualTo(BAD_REQUEST);
        assertThat(publish("live:1", "\"b64data\":\"\"")).isEqualTo(BAD_REQUEST);
    }

    @Test
    void removed_history_is_gone_and_offsets_go_on() {
        String before = publish("chat:removed", "\"data\":1");
        assertThat(SERVER.ask("history_remove", "{\"channel\":\"chat:removed\"}"))
                .isEqualTo(DONE);

        assertThat(history("chat:removed"))
                .isEqualTo("{\"result\":{\"publications\":[],\"epoch\":\"E\",\"offset\":1}}");
        assertThat(publish("chat:removed", "\"data\":2")).isEqualTo(before.replace("\"offset\":1", "\"offset\":2"));
        assertThat(SERVER.ask("history_remove", "{\"channel\":\"chat:never\"}")).isEqualTo(DONE);
    }
}
