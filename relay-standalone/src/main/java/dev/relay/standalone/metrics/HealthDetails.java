package dev.relay.standalone.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.relay.RelayMetric;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * What {@code GET /health} says besides the state: nothing that strangers should not know.
 *
 * <p><b>Threading.</b> Any; does not block.
 */
public final class HealthDetails implements Supplier<String> {
    private static final List<String> JOURNAL_STATES = List.of("direct", "spooling", "unavailable");

    private final MetricRegistry registry;
    private final String version;
    private final InstantSource clock;
    private final Instant started;

    /** @param version without anything that JSON would have to escape */
    public HealthDetails(MetricRegistry registry, String version, InstantSource clock) {
        this.registry = registry;
        this.version = version;
        this.clock = clock;
        this.started = clock.instant();
    }

    @Override
    public String get() {
        StringBuilder json = new StringBuilder();
        json.append(",\"version\":\"").append(version).append('"');
        json.append(",\"uptime_seconds\":")
                .append(Duration.between(started, clock.instant()).toSeconds());
        number(json, "connections", RelayMetric.CONNECTIONS);
        number(json, "clients", RelayMetric.CLIENTS);
        for (String state : JOURNAL_STATES) {
            if (value(RelayMetric.JOURNAL_STATE.metricName(state)) > 0) {
                json.append(",\"journal\":\"").append(state).append('"');
            }
        }
        number(json, "journal_warnings", RelayMetric.JOURNAL_WARNINGS);
        number(json, "spool_publications", RelayMetric.SPOOL_PUBLICATIONS);
        number(json, "spool_bytes", RelayMetric.SPOOL_BYTES);
        number(json, "spool_max_bytes", RelayMetric.SPOOL_MAX_BYTES);
        return json.toString();
    }

    private void number(StringBuilder json, String name, RelayMetric metric) {
        long value = value(metric.metricName());
        if (value >= 0) {
            json.append(",\"").append(name).append("\":").append(value);
        }
    }

    /** Or -1 where there is none. */
    private long value(String name) {
        return registry.getMetrics().get(name) instanceof Gauge<?> gauge && gauge.getValue() instanceof Number number
                ? number.longValue()
                : -1;
    }
}
