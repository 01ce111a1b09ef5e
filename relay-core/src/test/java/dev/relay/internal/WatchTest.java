package dev.relay.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.Relay;
import dev.relay.RelayException;
import dev.relay.watch.ChannelTraffic;
import dev.relay.watch.SeenPublication;
import dev.relay.watch.Watch;
import dev.relay.watch.WatchQuery;
import dev.relay.watch.WatchReport;
import dev.relay.watch.Watcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** Watching a whole engine. */
class WatchTest {
    private static final WatchQuery OFTEN = WatchQuery.every(WatchQuery.MIN_INTERVAL);

    @Test
    void totals_are_of_everything_and_lists_of_what_was_asked_for() {
        try (Relay relay = Relay.builder().shards(2).build()) {
            Seen seen = new Seen();
            Await.result(relay.subscribe("orders-1", publication -> {}));
            Await.result(relay.subscribe("orders-1", publication -> {}));
            relay.watch(OFTEN.channels("orders-*").except("hidden").samples(100).top(10), seen);
            publish(relay, "orders-1", "12345");
            publish(relay, "orders-2", "123");
            publish(relay, "news", "1");
            publish(relay, "hidden", "never seen");
            seen.await("three publications", report -> report.published(), 3);

            assertThat(seen.sum(WatchReport::bytes)).isEqualTo(9);
            assertThat(seen.sum(WatchReport::deliveries)).isEqualTo(2);
            assertThat(seen.sum(WatchReport::matching)).isEqualTo(2);
            assertThat(seen.sum(WatchReport::examined)).isEqualTo(3);
            assertThat(seen.channels())
                    .containsExactlyInAnyOrder(
                            new ChannelTraffic("orders-1", 1, 5, 2, 2), new ChannelTraffic("orders-2", 1, 3, 0, 0));
            assertThat(seen.texts()).containsExactlyInAnyOrder("12345", "123");
        }
    }

    @Test
    void a_text_is_found_wherever_it_stands_and_however_it_is_written() {
        try (Relay relay = Relay.builder().shards(1).build()) {
            Seen seen = new Seen();
            relay.watch(OFTEN.text("ababC").samples(10), seen);
            for (String text : List.of("ababABABc", "ababab", "c", "xABABCx")) {
                publish(relay, "news", text);
            }
            seen.await("four publications", WatchReport::examined, 4);

            assertThat(seen.texts()).containsExactlyInAnyOrder("ababABABc", "xABABCx");
        }
    }

    @Test
    void of_more_than_fit_there_is_a_sample_and_the_true_number() {
        try (Relay relay = Relay.builder().shards(2).build()) {
            Seen seen = new Seen();
            // so long that all is in one report; it is closed before the next
            CountDownLatch begun = new CountDownLatch(1);
            relay.watch(WatchQuery.every(Duration.ofSeconds(1)).samples(5).top(3), report -> {
                seen.report(report);
                begun.countDown();
            });
            int sent = 200;
            for (int i = 0; i < sent; i++) {
                publish(relay, "news-" + i % 10, "x");
            }
            seen.await("all publications", WatchReport::published, sent);

            assertThat(seen.reports).allSatisfy(report -> {
                assertThat(report.publications()).hasSizeLessThanOrEqualTo(5);
                assertThat(report.channels()).hasSizeLessThanOrEqualTo(3);
                assertThat(report.fromMicros()).isLessThan(report.toMicros());
            });
            assertThat(seen.sum(WatchReport::matching)).isEqualTo(sent);
        }
    }

    @Test
    void while_a_watcher_is_slow_nothing_is_lost() {
        try (Relay relay = Relay.builder().shards(2).build()) {
            Seen seen = new Seen();
            CountDownLatch stuck = new CountDownLatch(1);
            CountDownLatch free = new CountDownLatch(1);
            relay.watch(OFTEN, report -> {
                stuck.countDown();
                wait(free);
                seen.report(report);
            });
            wait(stuck);
            for (int i = 0; i < 50; i++) {
                publish(relay, "news-" + i, "x");
            }
            free.countDown();
            seen.await("all publications", WatchReport::published, 50);
        }
    }

    @Test
    void a_closed_watch_says_no_more_and_costs_shards_nothing() {
        try (Relay relay = Relay.builder().shards(1).build()) {
            Seen seen = new Seen();
            Watch watch = relay.watch(OFTEN, seen);
            seen.await("a report", report -> 1, 1);
            watch.close();
            watch.close();
            Seen other = new Seen();
            relay.watch(OFTEN, other);
            int before = seen.reports.size();
            other.await("reports of another watch", report -> 1, 3);

            assertThat(seen.reports.size()).isLessThanOrEqualTo(before + 1); // the one that was being made
            assertThat(seen.ended).hasValue(0);
        }
    }

    @Test
    void a_watcher_that_throws_is_left_alone() {
        try (Relay relay = Relay.builder().shards(1).build()) {
            Seen seen = new Seen() {
                @Override
                public void report(WatchReport report) {
                    super.report(report);
                    throw new AssertionError("broken");
                }
            };
            relay.watch(OFTEN, seen);
            Await.until("its end", () -> seen.ended.get() == 1, () -> "reports: " + seen.reports.size());

            assertThat(seen.reports).hasSize(1);
        }
    }

    @Test
    void a_watch_ends_with_its_engine() {
        Seen seen = new Seen();
        try (Relay relay = Relay.builder().shards(2).build()) {
            relay.watch(OFTEN, seen);
            seen.await("a report", report -> 1, 1);
        }
        Await.until("its end", () -> seen.ended.get() == 1, () -> "reports: " + seen.reports.size());
    }

    @Test
    void there_are_so_many_watches_and_no_more() {
        try (Relay relay = Relay.builder().shards(1).build()) {
            List<Watch> open = new ArrayList<>();
            for (int i = 0; i < Watch.MAX_OPEN; i++) {
                open.add(relay.watch(OFTEN, report -> {}));
            }

            assertThatThrownBy(() -> relay.watch(OFTEN, report -> {}))
                    .isInstanceOf(RelayException.class)
                    .hasMessageContaining("16 watches");

            open.get(3).close();
            relay.watch(OFTEN, report -> {}).close();
        }
    }

    private static void publish(Relay relay, String channel, String text) {
        Await.result(relay.publish(channel, Payload.of(text)));
    }

    private static void wait(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static class Seen implements Watcher {
        final List<WatchReport> reports = new CopyOnWriteArrayList<>();
        final AtomicInteger ended = new AtomicInteger();

        @Override
        public void report(WatchReport report) {
            reports.add(report);
        }

        @Override
        public void ended() {
            ended.incrementAndGet();
        }

        void await(String what, ToLongFunction<WatchReport> figure, long atLeast) {
            Await.until(what, () -> sum(figure) >= atLeast, reports::toString);
        }

        long sum(ToLongFunction<WatchReport> figure) {
            return reports.stream().mapToLong(figure).sum();
        }

        List<ChannelTraffic> channels() {
            return reports.stream()
                    .flatMap(report -> report.channels().stream())
                    .toList();
        }

        List<String> texts() {
            return reports.stream()
                    .flatMap(report -> report.publications().stream())
                    .map(SeenPublication::publication)
                    .map(Publication::data)
                    .map(Payload::text)
                    .toList();
        }
    }
}
