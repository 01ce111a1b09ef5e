package dev.relay.jdbc;

/** What an {@link OutboxDrain} measures, by its name in the {@link com.codahale.metrics.MetricRegistry}. */
public enum OutboxMetric {
    /** Gauge that only grows: rows published. */
    PUBLISHED("relay.outbox_table.published"),
    /** Gauge that only grows: rows that were parked, since they can never be published as things are. */
    PARKED("relay.outbox_table.parked"),
    /** Gauge: channels whose oldest row was refused last time and is tried again. */
    REFUSED_CHANNELS("relay.outbox_table.refused_channels");

    private final String metricName;

    OutboxMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Its name in the registry. */
    public String metricName() {
        return metricName;
    }
}
