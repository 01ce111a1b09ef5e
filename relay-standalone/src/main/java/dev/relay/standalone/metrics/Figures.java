package dev.relay.standalone.metrics;

import com.codahale.metrics.Counting;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Sampling;
import com.codahale.metrics.Snapshot;
import dev.relay.BucketCounts;
import dev.relay.Bucketed;
import dev.relay.RelayMetric;
import dev.relay.standalone.api.JsonOutput;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is in the registry of metrics, whatever that is. Times are in seconds, as everywhere but in the registry.
 *
 * <p><b>Threading.</b> Any thread.
 */
public final class Figures {
    private static final double NANOS = 1e9;
    private static final List<String> JOURNAL_STATES = List.of("direct", "spooling", "unavailable");

    private final MetricRegistry registry;

    public Figures(MetricRegistry registry) {
        this.registry = registry;
    }

    /** The figure of this name; 0 if there is none. */
    public double number(String name) {
        Metric metric = registry.getMetrics().get(name);
        return metric instanceof Gauge<?> gauge && value(gauge) instanceof Number number ? number.doubleValue() : 0;
    }

    /** The same by what it is. */
    public double number(RelayMetric metric) {
        return number(metric.metricName());
    }

    /** Whether there is a metric of this name. */
    public boolean has(String name) {
        return registry.getMetrics().containsKey(name);
    }

    /** How publications are kept; {@code null} where there is no journal. */
    public @Nullable String journalState() {
        return JOURNAL_STATES.stream()
                .filter(state -> number(RelayMetric.JOURNAL_STATE.metricName(state)) > 0)
                .findFirst()
                .orElse(null);
    }

    /** What a histogram has counted so far; {@code null} if there is none of this name. */
    public @Nullable BucketCounts counts(RelayMetric metric) {
        return registry.getMetrics().get(metric.metricName()) instanceof Bucketed bucketed ? bucketed.read() : null;
    }

    /** A member for each metric, in the order of their names: a number, or an object of what is known of a histogram. */
    public void write(JsonOutput out) {
        new TreeMap<>(registry.getMetrics()).forEach((name, metric) -> write(out, name, metric));
    }

    private static void write(JsonOutput out, String name, Metric metric) {
        RelayMetric known = RelayMetric.named(name);
        double scale = known != null && known.unit() == RelayMetric.Unit.SECONDS ? 1 / NANOS : 1;
        if (metric instanceof Bucketed bucketed) {
            BucketCounts counts = bucketed.read();
            long count = counts.count();
            out.object(name, each -> each.number("count", count)
                    .number("mean", count == 0 ? 0 : scale * counts.sum() / count)
                    .number("p50", scale * counts.quantile(0.5))
                    .number("p95", scale * counts.quantile(0.95))
                    .number("p99", scale * counts.quantile(0.99))
                    .number("max", scale * counts.quantile(1)));
        } else if (metric instanceof Gauge<?> gauge) {
            number(out, name, value(gauge), scale);
        } else if (metric instanceof Sampling sampling && metric instanceof Counting counting) {
            Snapshot snapshot = sampling.getSnapshot();
            out.object(name, each -> each.number("count", counting.getCount())
                    .number("mean", scale * snapshot.getMean())
                    .number("p50", scale * snapshot.getMedian())
                    .number("p95", scale * snapshot.get95thPercentile())
                    .number("p99", scale * snapshot.get99thPercentile())
                    .number("max", scale * snapshot.getMax()));
        } else if (metric instanceof Counting counting) {
            out.number(name, counting.getCount());
        }
    }

    /** One figure that cannot be had, such as that of a file that is being closed, does not take the others along. */
    private static @Nullable Object value(Gauge<?> gauge) {
        try {
            return gauge.getValue();
        } catch (RuntimeException e) {
            return null;
        }
    }

    private static void number(JsonOutput out, String name, @Nullable Object value, double scale) {
        if (value instanceof Long || value instanceof Integer) {
            long whole = ((Number) value).longValue();
            if (scale == 1) {
                out.number(name, whole);
            } else {
                out.number(name, whole * scale);
            }
        } else if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            out.number(name, number.doubleValue() * scale);
        } // what else a gauge may say is no figure
    }
}
