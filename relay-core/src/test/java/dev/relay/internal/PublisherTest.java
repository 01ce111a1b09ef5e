package dev.relay.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.DataFormat;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.PublishResult.Published;
import dev.relay.Refused;
import dev.relay.Relay;
import dev.relay.StreamPosition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the application may publish, on a whole engine. */
class PublisherTest {
    private static final Payload X = Payload.of("x");

    @Test
    void tags_reach_the_subscribers() {
        try (Relay relay = Relay.builder().shards(1).build()) {
            List<Publication> seen = new CopyOnWriteArrayList<>();
            Await.result(relay.subscribe("news", seen::add));
            Map<String, String> tags = Map.of("kind", "alert", "n", "1");
            assertThat(publish(relay, "news", X, tags)).isEqualTo(new Published(StreamPosition.NONE));
            assertThat(seen).singleElement().extracting(Publication::tags).isEqualTo(tags);
        }
    }

    @Test
    void tags_are_bounded_in_number_and_in_bytes() {
        try (Relay relay = Relay.builder().shards(1).build()) {
            assertThat(publish(relay, "news", X, tags(64, "v"))).isInstanceOf(Published.class);
            assertThat(refused(publish(relay, "news", X, tags(65, "v")))).contains("65 tags", "64");
            assertThat(publish(relay, "news", X, Map.of("k", "v".repeat(4095)))).isInstanceOf(Published.class);
            assertThat(refused(publish(relay, "news", X, Map.of("k", "v".repeat(4096)))))
                    .contains("4097 bytes", "4096");
            assertThat(refused(publish(relay, "news", X, Map.of("k", "\u00FC".repeat(2048)))))
                    .contains("4097 bytes");
        }
    }

    @Test
    void the_format_of_the_channel_decides_what_is_published() {
        try (Relay relay = Relay.builder()
                .shards(1)
                .jsonVerifier(data -> data.text().startsWith("{") ? verified(data) : null)
                .namespace("json", format(DataFormat.JSON_OBJECT))
                .namespace("binary", format(DataFormat.BINARY))
                .build()) {
            List<Publication> seen = new CopyOnWriteArrayList<>();
            Await.result(relay.subscribe("json:1", seen::add));
            Payload object = Payload.of("{}");

            assertThat(refused(publish(relay, "json:1", X, Map.of()))).contains("json:1", "JSON_OBJECT");
            assertThat(publish(relay, "json:1", object, Map.of())).isInstanceOf(Published.class);
            assertThat(publish(relay, "binary:1", Payload.empty(), Map.of())).isInstanceOf(Published.class);
            assertThat(refused(publish(relay, "any", Payload.empty(), Map.of())))
                    .contains("any");

            assertThat(seen).singleElement().satisfies(publication -> assertThat(
                            publication.data().isJson())
                    .isTrue());
        }
    }

    @Test
    void one_channel_that_refuses_does_not_affect_the_others_of_a_broadcast() {
        try (Relay relay = Relay.builder().shards(2).build()) {
            List<PublishResult> results =
                    Await.result(relay.broadcast(List.of("a", "nope:b", "c"), X, PublishOptions.none()));
            assertThat(results).hasSize(3);
            assertThat(results.get(0)).isInstanceOf(Published.class);
            assertThat(((Refused) results.get(1)).error()).isEqualTo(ErrorCode.UNKNOWN_CHANNEL);
            assertThat(results.get(2)).isInstanceOf(Published.class);
        }
    }

    private static PublishResult publish(Relay relay, String channel, Payload data, Map<String, String> tags) {
        return Await.result(
                relay.publish(channel, data, PublishOptions.builder().tags(tags).build()));
    }

    private static String refused(PublishResult result) {
        assertThat(result).isInstanceOf(Refused.class);
        assertThat(((Refused) result).error()).isEqualTo(ErrorCode.BAD_REQUEST);
        return ((Refused) result).detail();
    }

    private static Map<String, String> tags(int count, String value) {
        Map<String, String> tags = new TreeMap<>();
        IntStream.range(0, count).forEach(i -> tags.put("k" + i, value));
        return tags;
    }

    private static Payload verified(Payload data) {
        byte[] bytes = data.text().getBytes(UTF_8);
        return Payload.verifiedJson(bytes, 0, bytes.length);
    }

    private static ChannelOptions format(DataFormat format) {
        return ChannelOptions.builder().dataFormat(format).build();
    }
}
