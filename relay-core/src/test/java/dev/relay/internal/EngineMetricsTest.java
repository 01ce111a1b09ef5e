package dev.relay.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Counting;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import dev.relay.BucketCounts;
import dev.relay.Bucketed;
import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.PublishOptions;
import dev.relay.Relay;
import dev.relay.RelayMetric;
import dev.relay.journal.MemoryJournal;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What an engine says about itself in the registry of its host. */
class EngineMetricsTest {
    private static final Payload X = Payload.of("x");

    private final MetricRegistry registry = new MetricRegistry();

    @Test
    void every_metric_is_there_and_nothing_else() {
        try (Relay relay = Relay.builder()
                .shards(2)
                .metrics(registry)
                .journal(new MemoryJournal())
                .spool(new MemorySpool())
                .build()) {
            assertThat(relay).isNotNull();
            Set<RelayMetric> found = registry.getNames().stream()
                    .map(RelayMetric::named)
                    .collect(Collectors.toCollection(() -> EnumSet.noneOf(RelayMetric.class)));

            assertThat(found).containsExactlyInAnyOrder(RelayMetric.values());
        }
    }

    @Test
    void a_figure_is_of_the_kind_that_its_metric_says() {
        try (Relay relay = Relay.builder()
                .metrics(registry)
                .journal(new MemoryJournal())
                .spool(new MemorySpool())
                .build()) {
            assertThat(relay).isNotNull();
            for (Map.Entry<String, Metric> entry : registry.getMetrics().entrySet()) {
                RelayMetric metric = requireNonNull(RelayMetric.named(entry.getKey()), entry.getKey());
                boolean histogram = metric.kind() == RelayMetric.Kind.HISTOGRAM;
                assertThat(entry.getValue()).as(entry.getKey()).isInstanceOf(histogram ? Bucketed.class : Gauge.class);
            }
        }
    }

    @Test
    void publications_and_their_acknowledgements_are_counted() {
        ChannelOptions journaled = ChannelOptions.builder()
                .durability(Durability.SYNC)
                .historySize(10)
                .build();
        try (Relay relay = Relay.builder()
                .shards(1)
                .metrics(registry)
                .journal(new MemoryJournal())
                .channelDefaults(journaled)
                .build()) {
            Await.result(relay.publish("news", X));
            Await.result(relay.publish("news", X));
            Await.result(relay.publish(
                    "news", X, PublishOptions.builder().skipHistory(true).build()));

            assertThat(value(RelayMetric.PUBLICATIONS.metricName("server"))).isEqualTo(3);
            assertThat(value(RelayMetric.PUBLICATIONS.metricName("client"))).isZero();
            assertThat(count(RelayMetric.FANOUT.metricName())).isEqualTo(3);
            Await.until(
                    "both are counted",
                    () -> count(RelayMetric.ACK_LATENCY.metricName("sync")) == 2,
                    () -> registry.getMetrics().toString());
            assertThat(count(RelayMetric.JOURNAL_COMMIT.metricName())).isBetween(1L, 2L);
            BucketCounts batches = ((Bucketed)
                            requireNonNull(registry.getMetrics().get(RelayMetric.JOURNAL_BATCH.metricName())))
                    .read();
            assertThat(batches.sum()).isEqualTo(2);
            assertThat(value(RelayMetric.JOURNAL_STATE.metricName("direct"))).isEqualTo(1);
            assertThat(value(RelayMetric.JOURNAL_STATE.metricName("spooling"))).isZero();
            assertThat(value(RelayMetric.HEALTH.metricName("ready"))).isEqualTo(1);
            relay.drain();
            Await.until("it drains", () -> value(RelayMetric.HEALTH.metricName("ready")) == 0, () -> "");
        }
    }

    @Test
    void a_shard_that_works_is_busy() {
        try (Relay relay = Relay.builder().shards(1).metrics(registry).build()) {
            String busy = RelayMetric.SHARD_BUSY.metricName("0");
            Await.until("it has begun", () -> value(busy) > 0, () -> "");
            long before = value(busy);
            Await.until(
                    "work shows",
                    () -> {
                        relay.publish("news", X);
                        return value(busy) > before;
                    },
                    () -> "busy for " + value(busy) + " ns, before " + before);
            relay.close();
            assertThat(value(busy)).isGreaterThan(before);
        }
    }

    private long value(String name) {
        return ((Number) requireNonNull(registry.getGauges().get(name), name).getValue()).longValue();
    }

    private long count(String name) {
        return ((Counting) requireNonNull(registry.getMetrics().get(name), name)).getCount();
    }
}
