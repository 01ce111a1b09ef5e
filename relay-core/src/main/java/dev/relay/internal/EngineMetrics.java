package dev.relay.internal;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.relay.Durability;
import dev.relay.Health;
import dev.relay.RelayMetric;
import dev.relay.internal.channel.Retention;
import dev.relay.internal.journal.EventQueue;
import dev.relay.internal.journal.JournalWriter;
import dev.relay.internal.session.Population;
import dev.relay.internal.shard.Buckets;
import dev.relay.internal.shard.CodeCounts;
import dev.relay.internal.shard.Shard;
import dev.relay.internal.shard.ShardMeter;
import dev.relay.internal.shard.ShardMeter.Count;
import dev.relay.journal.Journal;
import dev.relay.journal.Spool;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is counted in many places known under the names of {@link RelayMetric}. Whoever reads does the adding up.
 *
 * <p><b>Threading.</b> One thread registers; what is registered is read by any.
 */
final class EngineMetrics {
    private final EngineOptions options;
    private final MetricRegistry registry;
    private final Buckets batches = ShardMeter.sizes();
    private final Buckets commits = ShardMeter.times();

    EngineMetrics(EngineOptions options) {
        this.options = options;
        this.registry = options.metrics();
    }

    /** Counts commits; told by one thread at a time, the one that has the journal. */
    JournalWriter.Meter journal() {
        return (publications, nanos) -> {
            batches.record(publications, 1);
            commits.record(nanos, 1);
        };
    }

    void register(
            List<ShardScope> scopes,
            Population population,
            @Nullable JournalWriter writer,
            @Nullable Retention retention,
            Supplier<Health> health) {
        connections(scopes, population);
        traffic(scopes);
        shards(scopes);
        labelled(
                RelayMetric.HEALTH,
                Health.State.values(),
                state -> flag(() -> health.get().state() == state));
        Journal journal = options.journal();
        if (writer != null && journal != null) {
            journal(writer, journal);
        }
        if (retention != null) {
            gauge(RelayMetric.JOURNAL_REMOVED, retention::removed);
        }
        Spool spool = options.spool();
        if (spool != null) {
            gauge(RelayMetric.SPOOL_PUBLICATIONS, () -> spool.size().publications());
            gauge(RelayMetric.SPOOL_BYTES, () -> spool.size().bytes());
            gauge(RelayMetric.SPOOL_MAX_BYTES, spool::maxBytes);
        }
    }

    private void connections(List<ShardScope> scopes, Population population) {
        sum(RelayMetric.CONNECTIONS, scopes, ShardScope::connections);
        count(RelayMetric.CONNECTIONS_OPENED, "", scopes, Count.OPENED);
        tally(RelayMetric.CONNECTIONS_CLOSED, scopes, ShardMeter::closes);
        tally(RelayMetric.CONNECTIONS_REFUSED, scopes, ShardMeter::refusals);
        gauge(RelayMetric.CLIENTS, population::clients);
        gauge(RelayMetric.USERS, population::users);
        sum(RelayMetric.SUBSCRIPTIONS, scopes, ShardScope::subscriptions);
        tally(RelayMetric.ERRORS, scopes, ShardMeter::errors);
    }

    private void traffic(List<ShardScope> scopes) {
        sum(RelayMetric.CHANNELS, scopes, ShardScope::channelCount);
        count(RelayMetric.PUBLICATIONS, "client", scopes, Count.PUBLISHED_BY_CLIENT);
        count(RelayMetric.PUBLICATIONS, "server", scopes, Count.PUBLISHED_BY_SERVER);
        histogram(RelayMetric.FANOUT, "", parts(scopes, ShardMeter::fanout));
        sum(RelayMetric.DELIVERIES, scopes, ShardScope::deliveries);
        histogram(RelayMetric.DELIVERY_LATENCY, "", parts(scopes, ShardMeter::delivery));
        for (Durability durability : List.of(Durability.ASYNC, Durability.SYNC)) {
            histogram(RelayMetric.ACK_LATENCY, label(durability), parts(scopes, meter -> meter.ack(durability)));
        }
        count(RelayMetric.RECEIVED, "", scopes, Count.RECEIVED_BYTES);
        count(RelayMetric.SENT, "", scopes, Count.SENT_BYTES);
        count(RelayMetric.RECOVERIES, "memory", scopes, Count.RECOVERED_FROM_MEMORY);
        count(RelayMetric.RECOVERIES, "journal", scopes, Count.RECOVERED_FROM_JOURNAL);
        count(RelayMetric.RECOVERIES, "failed", scopes, Count.RECOVERY_FAILED);
        sum(RelayMetric.OUTBOX_BYTES, scopes, ShardScope::outboxBytes);
        sum(RelayMetric.OUTBOX_DROPPED, scopes, ShardScope::dropped);
        sum(RelayMetric.OUTBOX_SHED, scopes, ShardScope::shed);
    }

    private void shards(List<ShardScope> scopes) {
        for (ShardScope scope : scopes) {
            Shard shard = scope.shard();
            String index = Integer.toString(scope.index());
            gauge(RelayMetric.SHARD_BUSY.metricName(index), shard::busyNanos);
            gauge(RelayMetric.SHARD_INBOX.metricName(index), shard::inboxSize);
            gauge(RelayMetric.SHARD_CONNECTIONS.metricName(index), scope::connections);
        }
    }

    private void journal(JournalWriter writer, Journal journal) {
        histogram(RelayMetric.JOURNAL_BATCH, "", List.of(batches));
        histogram(RelayMetric.JOURNAL_COMMIT, "", List.of(commits));
        labelled(RelayMetric.JOURNAL_STATE, Keeping.values(), keeping -> flag(() -> Keeping.of(writer) == keeping));
        gauge(RelayMetric.JOURNAL_WARNINGS, () -> journal.warnings().size());
        EventQueue events = writer.events();
        gauge(RelayMetric.EVENTS_WRITTEN, events::written);
        gauge(RelayMetric.EVENTS_LOST, events::lostInAll);
        gauge(RelayMetric.EVENTS_REMOVED, events::removed);
    }

    /** How publications are kept. */
    private enum Keeping {
        DIRECT,
        SPOOLING,
        UNAVAILABLE;

        static Keeping of(JournalWriter writer) {
            return !writer.takesPublications() ? UNAVAILABLE : writer.isSpooling() ? SPOOLING : DIRECT;
        }
    }

    private void count(RelayMetric metric, String label, List<ShardScope> scopes, Count count) {
        gauge(name(metric, label), total(scopes, scope -> scope.shard().meter().count(count)));
    }

    private void sum(RelayMetric metric, List<ShardScope> scopes, ToLongFunction<ShardScope> figure) {
        gauge(metric, total(scopes, figure));
    }

    private void tally(RelayMetric metric, List<ShardScope> scopes, Function<ShardMeter, CodeCounts> tally) {
        for (String label : tally.apply(scopes.get(0).shard().meter()).labels()) {
            gauge(
                    metric.metricName(label),
                    total(scopes, scope -> tally.apply(scope.shard().meter()).count(label)));
        }
    }

    private <E extends Enum<E>> void labelled(RelayMetric metric, E[] values, Function<E, LongSupplier> figure) {
        for (E value : values) {
            gauge(metric.metricName(label(value)), figure.apply(value));
        }
    }

    private void gauge(RelayMetric metric, LongSupplier figure) {
        gauge(metric.metricName(), figure);
    }

    private void gauge(String name, LongSupplier figure) {
        registry.gauge(name, () -> (Gauge<Long>) figure::getAsLong);
    }

    private void histogram(RelayMetric metric, String label, List<Buckets> parts) {
        registry.histogram(name(metric, label), () -> new BucketHistogram(parts));
    }

    private static LongSupplier total(List<ShardScope> scopes, ToLongFunction<ShardScope> figure) {
        return () -> scopes.stream().mapToLong(figure).sum();
    }

    private static List<Buckets> parts(List<ShardScope> scopes, Function<ShardMeter, Buckets> part) {
        return scopes.stream().map(scope -> part.apply(scope.shard().meter())).toList();
    }

    private static LongSupplier flag(BooleanSupplier on) {
        return () -> on.getAsBoolean() ? 1 : 0;
    }

    private static String name(RelayMetric metric, String label) {
        return label.isEmpty() ? metric.metricName() : metric.metricName(label);
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
