package dev.relay.jdbc;

import dev.relay.RelayMetric.Kind;

/** What an {@link OutboxDrain} measures, by its name in the {@link com.codahale.metrics.MetricRegistry}. */
public enum OutboxMetric {
    /** Gauge that only grows: rows published. */
    PUBLISHED("relay.outbox_table.published", Kind.COUNTER, "rows of the outbox table published"),
    /** Gauge that only grows: rows that were parked, since they can never be published as things are. */
    PARKED(
            "relay.outbox_table.parked",
            Kind.COUNTER,
            "rows of the outbox table that can never be published as they are"),
    /** Gauge: channels whose oldest row was refused last time and is tried again. */
    REFUSED_CHANNELS(
            "relay.outbox_table.refused_channels",
            Kind.GAUGE,
            "channels whose oldest row of the outbox table was refused");

    private final String metricName;
    private final Kind kind;
    private final String description;

    OutboxMetric(String metricName, Kind kind, String description) {
        this.metricName = metricName;
        this.kind = kind;
        this.description = description;
    }

    /** Its name in the registry. */
    public String metricName() {
        return metricName;
    }

    /** What can be done with it. */
    public Kind kind() {
        return kind;
    }

    /** What it is, in a few words. */
    public String description() {
        return description;
    }
}
