package dev.relay;

/** Everything an engine measures, by its name in the {@link com.codahale.metrics.MetricRegistry}. */
public enum RelayMetric {
    /** Gauge: connections that are open now, whether their client has connected or not. */
    CONNECTIONS("relay.connections"),
    /** Gauge: channels in memory now. */
    CHANNELS("relay.channels"),
    /** Gauge that only grows: publications times the connections each of them was handed to. */
    DELIVERIES("relay.deliveries"),
    /** Gauge: bytes of memory taken by what sockets have not taken; what many connections wait with counts once. */
    OUTBOX_BYTES("relay.outbox.bytes"),
    /**
     * Gauge that only grows: publications that {@link OverflowPolicy} has given up, times the connections that have not got
     * them.
     */
    OUTBOX_DROPPED("relay.outbox.dropped"),
    /** Gauge that only grows: connections closed because {@link RelayBuilder#outboxBudgetBytes} was exceeded. */
    OUTBOX_SHED("relay.outbox.shed"),
    /** Histogram: publications committed together; one value for each commit. */
    JOURNAL_BATCH("relay.journal.batch"),
    /** Timer: how long a commit takes, from offering the batch to the journal until it is durable. */
    JOURNAL_COMMIT("relay.journal.commit"),
    /** Gauge: what an operator should change about the journal's store; the log of the start says what. */
    JOURNAL_WARNINGS("relay.journal.warnings"),
    /** Gauge that only grows: connection events in the journal; see {@link RelayBuilder#logEvents}. */
    EVENTS_WRITTEN("relay.events.written"),
    /** Gauge that only grows: connection events that were too many, or that the journal could not take. */
    EVENTS_LOST("relay.events.lost"),
    /** Gauge that only grows: connection events deleted because of their age. */
    EVENTS_REMOVED("relay.events.removed"),
    /** Gauge that only grows: publications deleted because of {@code journal_ttl} and {@code journal_max_bytes}. */
    JOURNAL_REMOVED("relay.journal.removed"),
    /** Gauge: publications that wait in the spool for the database. */
    SPOOL_PUBLICATIONS("relay.spool.publications"),
    /** Gauge: bytes on disk that they take. */
    SPOOL_BYTES("relay.spool.bytes"),
    /** Gauge: 1 while publications go to the spool because the database cannot be written, else 0. */
    SPOOLING("relay.spooling");

    private final String metricName;

    RelayMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Its name in the registry. */
    public String metricName() {
        return metricName;
    }
}
