package dev.relay.standalone.metrics;

import com.codahale.metrics.MetricRegistry;
import dev.relay.RelayMetric;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What {@code GET /health} says besides the state: nothing that strangers should not know.
 *
 * <p><b>Threading.</b> Any; does not block.
 */
public final class HealthDetails implements Supplier<String> {
    private final Figures figures;
    private final String version;
    private final InstantSource clock;
    private final Instant started;

    /** @param version without anything that JSON would have to escape */
    public HealthDetails(MetricRegistry registry, String version, InstantSource clock) {
        this.figures = new Figures(registry);
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
        String state = figures.journalState();
        if (state != null) {
            json.append(",\"journal\":\"").append(state).append('"');
        }
        number(json, "journal_warnings", RelayMetric.JOURNAL_WARNINGS);
        number(json, "spool_publications", RelayMetric.SPOOL_PUBLICATIONS);
        number(json, "spool_bytes", RelayMetric.SPOOL_BYTES);
        number(json, "spool_max_bytes", RelayMetric.SPOOL_MAX_BYTES);
        return json.toString();
    }

    private void number(StringBuilder json, String name, RelayMetric metric) {
        if (figures.has(metric.metricName())) {
            json.append(",\"").append(name).append("\":").append((long) figures.number(metric));
        }
    }
}
