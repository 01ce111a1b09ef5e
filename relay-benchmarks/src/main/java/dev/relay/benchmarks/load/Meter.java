package dev.relay.benchmarks.load;

import org.HdrHistogram.Histogram;

/** Counts deliveries and how late they are. One thread. */
final class Meter {
    private static final long MAX_NANOS = 60_000_000_000L;

    private final int payloadBytes;
    private final Histogram latencies = new Histogram(1, MAX_NANOS, 3);
    private long delivered;
    private long corrupted;

    Meter(int payloadBytes) {
        if (payloadBytes < Marker.MIN_BYTES) {
            throw new IllegalArgumentException(
                    "a payload has at least " + Marker.MIN_BYTES + " bytes: " + payloadBytes);
        }
        this.payloadBytes = payloadBytes;
    }

    /** Looks for payloads in {@code bytes[from, to)}, a whole frame that {@code client} received at {@code now}. */
    void scan(Client client, byte[] bytes, int from, int to, long now) {
        int at = from;
        while (at < to) {
            if (!Marker.startsAt(bytes, at)) {
                at++;
            } else if (at + payloadBytes <= to && Marker.isWhole(bytes, at, payloadBytes)) {
                arrived(client, bytes, at, now);
                at += payloadBytes;
            } else {
                corrupted++;
                at++;
            }
        }
    }

    private void arrived(Client client, byte[] bytes, int at, long now) {
        if (Marker.channel(bytes, at) != client.channel()) {
            corrupted++;
            return;
        }
        if (client.ledger().received(Marker.sequence(bytes, at)) && client.isCounted()) {
            delivered++;
            latencies.recordValue(Math.min(MAX_NANOS, Math.max(1, now - Marker.nanos(bytes, at))));
        }
    }

    /** Forgets latencies, not deliveries. */
    void restart() {
        latencies.reset();
    }

    /** How many have arrived; what came again does not count. */
    long delivered() {
        return delivered;
    }

    long corrupted() {
        return corrupted;
    }

    Latency latency() {
        return new Latency(
                latencies.getTotalCount(),
                micros(latencies.getValueAtPercentile(50)),
                micros(latencies.getValueAtPercentile(99)),
                micros(latencies.getValueAtPercentile(99.9)),
                micros(latencies.getMaxValue()));
    }

    private static double micros(long nanos) {
        return nanos / 1000.0;
    }

    /** Of {@code count} deliveries, microseconds. */
    record Latency(long count, double p50, double p99, double p999, double max) {}
}
