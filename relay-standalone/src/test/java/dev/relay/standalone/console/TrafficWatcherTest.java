package dev.relay.standalone.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.watch.SeenPublication;
import dev.relay.watch.WatchReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrafficWatcherTest {
    private final List<String> told = new ArrayList<>();
    private final TrafficWatcher watcher = new TrafficWatcher(true, document -> told.add(new String(document, UTF_8)));

    private static WatchReport report(long fromMillis, long published, SeenPublication... seen) {
        return new WatchReport(
                fromMillis * 1000,
                (fromMillis + 250) * 1000,
                published,
                0,
                0,
                seen.length,
                published,
                0,
                List.of(),
                List.of(),
                List.of(seen),
                0,
                List.of());
    }

    private static SeenPublication seen(String data) {
        return new SeenPublication(
                "news", new Publication(Payload.of(data), null, Map.of("a", "b"), StreamPosition.NONE, 7), 3, 5);
    }

    @Test
    void something_is_told_at_once_and_nothing_once_a_second() {
        watcher.report(report(1000, 2));
        watcher.report(report(1250, 2));
        watcher.report(report(1500, 2));
        assertThat(told).isEmpty();
        watcher.report(report(1750, 2));
        assertThat(told)
                .containsExactly("{\"from\":1000000,\"to\":2000000,\"published\":8,\"examined\":8,\"matching\":0,"
                        + "\"messages\":[],\"events_seen\":0,\"events\":[]}");
        told.clear();

        watcher.report(report(2000, 1));
        watcher.report(report(2250, 1, seen("\u00e4")));

        assertThat(told)
                .containsExactly("{\"from\":2000000,\"to\":2500000,\"published\":2,\"examined\":2,\"matching\":1,"
                        + "\"messages\":[{\"channel\":\"news\",\"offset\":0,\"epoch\":\"\",\"time\":7,\"user\":\"\","
                        + "\"client\":\"\",\"tags\":{\"a\":\"b\"},\"size\":2,\"text\":\"\u00e4\",\"truncated\":false,"
                        + "\"recipients\":3,\"latency_us\":5}],\"events_seen\":0,\"events\":[]}");
    }

    @Test
    void who_wants_events_only_is_shown_no_messages() {
        TrafficWatcher events = new TrafficWatcher(false, document -> told.add(new String(document, UTF_8)));
        for (int i = 0; i < 4; i++) {
            events.report(report(1000 + 250 * i, 1, seen("secret")));
        }
        assertThat(told).singleElement().asString().contains("\"published\":4").doesNotContain("secret");
    }

    @Test
    void the_largest_report_is_small_enough_to_be_published() {
        SeenPublication worst = new SeenPublication(
                "c".repeat(255),
                new Publication(
                        Payload.of("\u0001".repeat(100_000)),
                        null,
                        Map.of("\u0001".repeat(255), "\u0001".repeat(255)),
                        StreamPosition.NONE,
                        7),
                3,
                5);
        SeenPublication[] all = new SeenPublication[(TrafficQuery.MAX_PER_SECOND + 3) / 4];
        Arrays.fill(all, worst);
        watcher.report(report(1000, 1, all));
        assertThat(told.get(0).getBytes(UTF_8)).hasSizeLessThan(1 << 20);
    }
}
