package dev.relay.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ClientInfo;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventKind;
import dev.relay.watch.PublisherTraffic;
import dev.relay.watch.WatchQuery;
import dev.relay.watch.WatchReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShardWatchTest {
    private static final WatchQuery SECOND = WatchQuery.every(Duration.ofSeconds(1));

    @Test
    void only_what_a_user_published_is_matching() {
        ShardWatch watch = new ShardWatch(SECOND.user("ann").samples(10).top(10), 0, 1);
        watch.published("news", by("ann", "c1"), 3, 0);
        watch.published("news", by("bob", "c2"), 3, 0);
        watch.published("news", publication(null, 1), 3, 0);

        Part part = watch.take(1);
        assertThat(part.matching()).isEqualTo(1);
        assertThat(part.examined()).isEqualTo(3);
        assertThat(Part.report(List.of(part), SECOND.top(10)).publishers())
                .containsExactly(new PublisherTraffic("ann", "c1", "news", 1));
    }

    @Test
    void publishers_are_estimated_from_a_sample() {
        WatchQuery query = SECOND.top(10);
        ShardWatch watch = new ShardWatch(query, 0, 1);
        for (int i = 0; i < 100_000; i++) {
            watch.published("news", by(i % 4 == 0 ? "ann" : "bob", "c"), 1, 0);
        }

        List<PublisherTraffic> publishers =
                Part.report(List.of(watch.take(1)), query).publishers();
        assertThat(publishers.stream().mapToLong(PublisherTraffic::published).sum())
                .isBetween(99_990L, 100_010L);
        assertThat(publishers.get(0).user()).isEqualTo("bob");
        assertThat(publishers.get(1).published()).isBetween(15_000L, 35_000L);
    }

    @Test
    void searching_a_text_ends_when_it_has_cost_enough() {
        ShardWatch watch = new ShardWatch(SECOND.text("x").samples(10), 0, 1);
        Publication large = publication(null, 1 << 20);
        for (int i = 0; i < 10; i++) {
            watch.published("news", large, 1, 0);
        }

        Part part = watch.take(1);
        assertThat(part.published()).isEqualTo(10);
        assertThat(part.examined()).isEqualTo(4);

        watch.published("news", large, 1, 1);
        assertThat(watch.take(2).examined()).isEqualTo(1);
    }

    @Test
    void a_sample_holds_so_many_bytes_and_no_more() {
        ShardWatch watch = new ShardWatch(SECOND.samples(1_000), 0, 1);
        for (int i = 0; i < 100; i++) {
            watch.published("news", publication(null, 1 << 20), 1, 0);
        }

        Part part = watch.take(1);
        assertThat(part.publications()).hasSize(4);
        assertThat(part.matching()).isEqualTo(100);
    }

    @Test
    void beyond_a_number_of_channels_only_totals_are_kept() {
        ShardWatch watch = new ShardWatch(SECOND.top(5), 0, 1);
        int channels = WatchReport.MAX_COUNTED + 500;
        for (int i = 0; i < channels; i++) {
            watch.published("news-" + i, publication(null, 1), 1, 0);
        }

        Part part = watch.take(1);
        assertThat(part.published()).isEqualTo(channels);
        assertThat(part.tallies()).hasSize(WatchReport.MAX_COUNTED);
    }

    @Test
    void events_are_of_the_kinds_the_user_and_the_channels_asked_for() {
        ShardWatch watch = new ShardWatch(
                SECOND.channels("orders:*")
                        .user("ann")
                        .samples(10)
                        .events(Set.of(EventKind.CONNECT, EventKind.SUBSCRIBE)),
                0,
                1);
        ConnectionEvent connected = event(EventKind.CONNECT, "ann", "");
        ConnectionEvent subscribed = event(EventKind.SUBSCRIBE, "ann", "orders:1");
        List.of(
                        connected,
                        subscribed,
                        event(EventKind.SUBSCRIBE, "ann", "news"),
                        event(EventKind.CONNECT, "bob", ""),
                        event(EventKind.DISCONNECT, "ann", ""))
                .forEach(watch::event);

        Part part = watch.take(1);
        assertThat(part.eventsSeen()).isEqualTo(2);
        assertThat(part.events()).containsExactly(connected, subscribed);
    }

    @Test
    void samples_of_shards_are_in_proportion_to_what_they_have_seen() {
        WatchQuery query = SECOND.samples(100);
        ShardWatch busy = new ShardWatch(query, 0, 1);
        ShardWatch calm = new ShardWatch(query, 0, 2);
        for (int i = 0; i < 900; i++) {
            busy.published("busy", publication(null, 1), 1, 0);
        }
        for (int i = 0; i < 300; i++) {
            calm.published("calm", publication(null, 1), 1, 0);
        }

        WatchReport report = Part.report(List.of(busy.take(1), calm.take(1)), query);
        assertThat(report.publications()).hasSize(100);
        assertThat(report.publications().stream()
                        .filter(seen -> seen.channel().equals("busy"))
                        .count())
                .isEqualTo(75);
    }

    private static Publication by(String user, String client) {
        return publication(new ClientInfo(user, client, null, null), 1);
    }

    private static Publication publication(@Nullable ClientInfo info, int bytes) {
        return new Publication(Payload.of(new byte[bytes]), info, Map.of(), StreamPosition.NONE, 0);
    }

    private static ConnectionEvent event(EventKind kind, String user, String channel) {
        return new ConnectionEvent(0, 0, kind, "node", user, "", channel, "", "", "", 0, "", 1);
    }
}
