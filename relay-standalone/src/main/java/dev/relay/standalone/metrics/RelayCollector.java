package dev.relay.standalone.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import dev.relay.BucketCounts;
import dev.relay.Bucketed;
import dev.relay.RelayMetric;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What Relay's registry holds, with the types, units and labels that its own table of metrics knows. The bridge that comes
 * with Prometheus' library knows none of them: to it a count that only grows is a gauge, and a histogram is a summary.
 *
 * <p><b>Threading.</b> Any.
 */
final class RelayCollector implements MultiCollector {
    private static final double NANOS_PER_SECOND = 1e9;

    private final MetricRegistry registry;
    private final List<Exposed> known = Exposed.all();
    private final String version;

    RelayCollector(MetricRegistry registry, String version) {
        this.registry = registry;
        this.version = version;
    }

    @Override
    public MetricSnapshots collect() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        all.metricSnapshot(InfoSnapshot.builder()
                .name("relay_build")
                .help("which Relay this is")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of("version", version))
                        .build())
                .build());
        for (Exposed metric : known) {
            Map<Labels, Metric> values = values(metric);
            if (!values.isEmpty()) {
                all.metricSnapshot(snapshot(metric, values));
            }
        }
        return all.build();
    }

    private Map<Labels, Metric> values(Exposed metric) {
        Map<Labels, Metric> values = new LinkedHashMap<>();
        registry.getMetrics().forEach((name, value) -> {
            String label = metric.labelValue(name);
            if (label != null) {
                values.put(label.isEmpty() ? Labels.EMPTY : Labels.of(metric.label(), label), value);
            }
        });
        return values;
    }

    private static MetricSnapshot snapshot(Exposed metric, Map<Labels, Metric> values) {
        return switch (metric.kind()) {
            case COUNTER -> {
                CounterSnapshot.Builder counter = described(CounterSnapshot.builder(), metric);
                values.forEach((labels, value) -> counter.dataPoint(CounterDataPointSnapshot.builder()
                        .labels(labels)
                        .value(number(metric, value))
                        .build()));
                yield counter.build();
            }
            case GAUGE -> {
                GaugeSnapshot.Builder gauge = described(GaugeSnapshot.builder(), metric);
                values.forEach((labels, value) -> gauge.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels)
                        .value(number(metric, value))
                        .build()));
                yield gauge.build();
            }
            case HISTOGRAM -> {
                HistogramSnapshot.Builder histogram = described(HistogramSnapshot.builder(), metric);
                values.forEach((labels, value) ->
                        histogram.dataPoint(distribution(metric, labels, ((Bucketed) value).read())));
                yield histogram.build();
            }
        };
    }

    private static <B extends MetricSnapshot.Builder<B>> B described(B builder, Exposed metric) {
        B described = builder.name(metric.name()).help(metric.description());
        return switch (metric.unit()) {
            case NONE -> described;
            case BYTES -> described.unit(Unit.BYTES);
            case SECONDS -> described.unit(Unit.SECONDS);
        };
    }

    private static double number(Exposed metric, Metric value) {
        return ((Number) ((Gauge<?>) value).getValue()).doubleValue() / scale(metric);
    }

    private static HistogramDataPointSnapshot distribution(Exposed metric, Labels labels, BucketCounts counts) {
        double[] bounds = new double[counts.bounds() + 1];
        long[] found = new long[counts.bounds() + 1];
        for (int i = 0; i < found.length; i++) {
            bounds[i] = i == counts.bounds() ? Double.POSITIVE_INFINITY : counts.upperBound(i) / scale(metric);
            found[i] = counts.count(i);
        }
        return HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, found))
                .sum(counts.sum() / scale(metric))
                .build();
    }

    private static double scale(Exposed metric) {
        return metric.unit() == RelayMetric.Unit.SECONDS ? NANOS_PER_SECOND : 1;
    }
}
