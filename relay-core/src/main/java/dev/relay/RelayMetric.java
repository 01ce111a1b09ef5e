package dev.relay;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything an engine measures, by its name in the {@link com.codahale.metrics.MetricRegistry}.
 *
 * <p>Counters and gauges are {@link com.codahale.metrics.Gauge}s of {@code Long}, histograms are {@link
 * com.codahale.metrics.Histogram}s that are {@link Bucketed} as well. What has a {@link #label} is there once for each of its
 * values, with the value behind the name: {@code relay.connections.closed.3008}. Times are in nanoseconds there.
 *
 * <p>A counter begins at 0 with the engine and only grows. Figures of the shards are those of the last turn.
 */
public enum RelayMetric {
    /** Connections that are open now, whether their client has connected or not. */
    CONNECTIONS("relay.connections", Kind.GAUGE, Unit.NONE, "", "connections open now, also those still connecting"),
    /** Connections whose handshake has succeeded. */
    CONNECTIONS_OPENED("relay.connections.opened", Kind.COUNTER, Unit.NONE, "", "WebSocket handshakes that succeeded"),
    /** Connections that have ended, by {@link CloseCode}; {@code peer}: the other side left; {@code other}: no code of Relay's. */
    CONNECTIONS_CLOSED(
            "relay.connections.closed",
            Kind.COUNTER,
            Unit.NONE,
            "code",
            "connections ended, by close code; peer: the client left; other: a code of the application's"),
    /** Connections that were turned away before they opened, by {@link dev.relay.transport.RefusalReason}. */
    CONNECTIONS_REFUSED(
            "relay.connections.refused",
            Kind.COUNTER,
            Unit.NONE,
            "reason",
            "connections turned away before they opened"),
    /** Clients that are connected now. */
    CLIENTS("relay.clients", Kind.GAUGE, Unit.NONE, "", "clients connected now"),
    /** Distinct users among them. */
    USERS("relay.users", Kind.GAUGE, Unit.NONE, "", "distinct users among the connected clients"),
    /** Subscriptions of connected clients. */
    SUBSCRIPTIONS("relay.subscriptions", Kind.GAUGE, Unit.NONE, "", "subscriptions of connected clients"),
    /** Channels in memory now. */
    CHANNELS("relay.channels", Kind.GAUGE, Unit.NONE, "", "channels in memory"),
    /** Publications acknowledged to their publishers, whoever that was; repeats of a known one are not. */
    PUBLICATIONS(
            "relay.publications",
            Kind.COUNTER,
            Unit.NONE,
            "origin",
            "publications accepted, by who published: client, or server for the application and the server API"),
    /** Subscribers of the channel, at each publication; those of patterns are not among them. */
    FANOUT("relay.fanout", Kind.HISTOGRAM, Unit.NONE, "", "subscribers of the channel at each publication"),
    /** Publications times the connections each of them was handed to. */
    DELIVERIES("relay.deliveries", Kind.COUNTER, Unit.NONE, "", "publications times the connections that got them"),
    /**
     * From accepting a publication until the last of the connections that share its frame has been written to; one value
     * for each delivery. What a slow socket did not take waits in {@link #OUTBOX_BYTES}. By the wall clock: where that is
     * set, a moment's values are wrong.
     */
    DELIVERY_LATENCY(
            "relay.delivery.latency",
            Kind.HISTOGRAM,
            Unit.SECONDS,
            "",
            "from accepting a publication until it was written to the sockets, for each delivery"),
    /**
     * From accepting a publication until its publisher is told, by {@link Durability}; one value for each publication to a
     * channel with a stream. The others are acknowledged at once.
     */
    ACK_LATENCY(
            "relay.ack.latency",
            Kind.HISTOGRAM,
            Unit.SECONDS,
            "durability",
            "from accepting a publication until its publisher is told, in channels with a stream"),
    /** Bytes of WebSocket connections that have come, before they are decoded; without TLS. */
    RECEIVED(
            "relay.received.bytes", Kind.COUNTER, Unit.BYTES, "", "bytes read from WebSocket connections, without TLS"),
    /** Bytes that WebSocket connections have taken; without TLS. */
    SENT("relay.sent.bytes", Kind.COUNTER, Unit.BYTES, "", "bytes written to WebSocket connections, without TLS"),
    /** Commands of clients that were answered with an error, by {@link ErrorCode}; {@code other}: of the application's. */
    ERRORS("relay.errors", Kind.COUNTER, Unit.NONE, "code", "client commands answered with an error, by error code"),
    /** Subscribers that came back with a position, by where what they missed came from: memory, journal, or failed. */
    RECOVERIES(
            "relay.recoveries",
            Kind.COUNTER,
            Unit.NONE,
            "source",
            "subscribers that came back, by where what they missed came from; failed: it is not there any more"),
    /** Bytes of memory taken by what sockets have not taken; what many connections wait with counts once. */
    OUTBOX_BYTES("relay.outbox.bytes", Kind.GAUGE, Unit.BYTES, "", "memory taken by what sockets have not taken"),
    /**
     * Publications that {@link OverflowPolicy} has given up, times the connections that have not got them.
     */
    OUTBOX_DROPPED(
            "relay.outbox.dropped",
            Kind.COUNTER,
            Unit.NONE,
            "",
            "deliveries given up by the overflow policy of a channel"),
    /** Connections closed because {@link RelayBuilder#outboxBudgetBytes} was exceeded. */
    OUTBOX_SHED(
            "relay.outbox.shed", Kind.COUNTER, Unit.NONE, "", "connections closed because all outboxes held too much"),
    /** Publications committed together; one value for each commit. */
    JOURNAL_BATCH("relay.journal.batch", Kind.HISTOGRAM, Unit.NONE, "", "publications committed together"),
    /** How long a commit takes, from offering the batch to the journal until it is durable. */
    JOURNAL_COMMIT("relay.journal.commit", Kind.HISTOGRAM, Unit.SECONDS, "", "how long a commit of the journal takes"),
    /** 1 for the state the journal is in, 0 for the others: direct, spooling, or unavailable. */
    JOURNAL_STATE(
            "relay.journal.state",
            Kind.GAUGE,
            Unit.NONE,
            "state",
            "1 for how publications are kept now: direct, spooling, or unavailable"),
    /** What an operator should change about the journal's store; the log of the start says what. */
    JOURNAL_WARNINGS(
            "relay.journal.warnings",
            Kind.GAUGE,
            Unit.NONE,
            "",
            "settings of the database that an operator should change"),
    /** Connection events in the journal; see {@link RelayBuilder#logEvents}. */
    EVENTS_WRITTEN("relay.events.written", Kind.COUNTER, Unit.NONE, "", "connection events written to the journal"),
    /** Connection events that were too many, or that the journal could not take. */
    EVENTS_LOST("relay.events.lost", Kind.COUNTER, Unit.NONE, "", "connection events that could not be kept"),
    /** Connection events deleted because of their age. */
    EVENTS_REMOVED(
            "relay.events.removed", Kind.COUNTER, Unit.NONE, "", "connection events deleted because of their age"),
    /** Publications deleted because of {@code journal_ttl} and {@code journal_max_bytes}. */
    JOURNAL_REMOVED(
            "relay.journal.removed", Kind.COUNTER, Unit.NONE, "", "publications deleted because of their age or size"),
    /** Publications that wait in the spool for the database. */
    SPOOL_PUBLICATIONS("relay.spool.publications", Kind.GAUGE, Unit.NONE, "", "publications waiting in the spool"),
    /** Bytes on disk that they take. */
    SPOOL_BYTES("relay.spool.bytes", Kind.GAUGE, Unit.BYTES, "", "disk taken by the spool"),
    /** Bytes that the spool may take. */
    SPOOL_MAX_BYTES("relay.spool.max.bytes", Kind.GAUGE, Unit.BYTES, "", "disk the spool may take"),
    /** Time that the thread of a shard has worked; its rate is the shard's load, 1 being all it can do. */
    SHARD_BUSY("relay.shard.busy", Kind.COUNTER, Unit.SECONDS, "shard", "processor time of the shard's thread"),
    /** Tasks that wait in the inbox of a shard. */
    SHARD_INBOX("relay.shard.inbox", Kind.GAUGE, Unit.NONE, "shard", "tasks waiting in the shard's inbox"),
    /** Connections of a shard. */
    SHARD_CONNECTIONS("relay.shard.connections", Kind.GAUGE, Unit.NONE, "shard", "connections of the shard"),
    /** 1 for the {@link Health.State} of the engine, 0 for the others. */
    HEALTH("relay.health", Kind.GAUGE, Unit.NONE, "state", "1 for the state the engine is in");

    /** What can be done with a figure. */
    public enum Kind {
        /** It only grows: its rate is of interest. */
        COUNTER,
        /** It goes up and down. */
        GAUGE,
        /** How often it was how large. */
        HISTOGRAM
    }

    /** What a figure counts. */
    public enum Unit {
        /** Things. */
        NONE,
        /** Bytes. */
        BYTES,
        /** Time: nanoseconds in the registry, to be shown as seconds. */
        SECONDS
    }

    private static final List<RelayMetric> ALL = List.of(values());

    private final String metricName;
    private final Kind kind;
    private final Unit unit;
    private final String label;
    private final String description;

    RelayMetric(String metricName, Kind kind, Unit unit, String label, String description) {
        this.metricName = metricName;
        this.kind = kind;
        this.unit = unit;
        this.label = label;
        this.description = description;
    }

    /** Its name in the registry; a value of its label comes behind it, after a dot. */
    public String metricName() {
        return metricName;
    }

    /** Its name in the registry for one value of its label. */
    public String metricName(String labelValue) {
        return metricName + "." + labelValue;
    }

    public Kind kind() {
        return kind;
    }

    public Unit unit() {
        return unit;
    }

    /** What its figures are told apart by; {@code ""} if there is one only. */
    public String label() {
        return label;
    }

    /** What it is, in a few words. */
    public String description() {
        return description;
    }

    /** Which metric has this name in the registry, with a value of its label if it has one; {@code null}: none. */
    public static @Nullable RelayMetric named(String name) {
        for (RelayMetric metric : ALL) {
            boolean labelled =
                    name.lastIndexOf('.') == metric.metricName.length() && name.startsWith(metric.metricName);
            if (metric.label.isEmpty() ? name.equals(metric.metricName) : labelled) {
                return metric;
            }
        }
        return null;
    }
}
