package dev.relay.standalone.metrics;

import dev.relay.RelayMetric;
import dev.relay.RelayMetric.Kind;
import dev.relay.RelayMetric.Unit;
import dev.relay.jdbc.OutboxMetric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A metric under its name at Prometheus, without the {@code _total} of counters.
 *
 * @param registryName in the registry, without a label
 * @param label {@code ""} for none
 */
record Exposed(String registryName, String name, Kind kind, Unit unit, String label, String description) {
    /** All that there can be. */
    static List<Exposed> all() {
        List<Exposed> all = new ArrayList<>();
        for (RelayMetric metric : RelayMetric.values()) {
            all.add(new Exposed(
                    metric.metricName(),
                    name(metric.metricName(), metric.unit()),
                    metric.kind(),
                    metric.unit(),
                    metric.label(),
                    metric.description()));
        }
        for (OutboxMetric metric : OutboxMetric.values()) {
            all.add(new Exposed(
                    metric.metricName(),
                    name(metric.metricName(), Unit.NONE),
                    metric.kind(),
                    Unit.NONE,
                    "",
                    metric.description()));
        }
        return all;
    }

    /** The name that a query uses; of a histogram that of its parts without their endings. */
    String queriedName() {
        return kind == Kind.COUNTER ? name + "_total" : name;
    }

    /** What stands behind the name in the registry, if it is of this metric; {@code null}: it is not. */
    @Nullable
    String labelValue(String found) {
        if (label.isEmpty()) {
            return found.equals(registryName) ? "" : null;
        }
        boolean mine = found.startsWith(registryName) && found.lastIndexOf('.') == registryName.length();
        return mine ? found.substring(registryName.length() + 1) : null;
    }

    private static String name(String registryName, Unit unit) {
        String name = registryName.replace('.', '_');
        String ending = unit == Unit.NONE ? "" : "_" + unit.name().toLowerCase(Locale.ROOT);
        return name.endsWith(ending) ? name : name + ending;
    }
}
