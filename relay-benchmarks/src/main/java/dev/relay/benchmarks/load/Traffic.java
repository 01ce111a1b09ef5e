package dev.relay.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;

/**
 * The publications of one run. At a rate, each is due at its time, and late ones are sent as late as they are; in a window,
 * as many are under way as fit, and the next is sent when one has reached everybody.
 */
final class Traffic {
    private static final int AT_ONCE = 64;
    private static final long AFTERWARDS_NANOS = 100_000_000;

    private final Clients clients;
    private final Workload workload;
    private final Meter meter;
    private final byte[][] channels;
    private final long[] sequences;
    private final byte[] payload;
    private final byte[] message;
    private final long deliveriesPerMessage;
    private final long intervalNanos;
    private long published;
    private long nextDue;

    Traffic(Clients clients, Workload workload, Meter meter, String prefix) {
        this.clients = clients;
        this.workload = workload;
        this.meter = meter;
        this.channels = new byte[workload.channels()][];
        for (int i = 0; i < channels.length; i++) {
            channels[i] = (prefix + i).getBytes(US_ASCII);
        }
        this.sequences = new long[workload.channels()];
        this.payload = new byte[workload.payloadBytes()];
        this.message = new byte[workload.payloadBytes() + prefix.length() + Dialect.MAX_ENVELOPE_BYTES];
        this.deliveriesPerMessage = workload.subscribers() / workload.channels();
        this.intervalNanos = workload.isOpenLoop() ? 1_000_000_000L / workload.ratePerSecond() : 0;
    }

    /** Publishes for so long, from now. */
    void run(long nanos) throws IOException {
        long end = System.nanoTime() + nanos;
        if (nextDue == 0) {
            nextDue = System.nanoTime();
        }
        for (long now = System.nanoTime(); now - end < 0; now = System.nanoTime()) {
            if (workload.isOpenLoop()) {
                publishDue(now);
                clients.turn(Math.min(end, nextDue));
            } else {
                publishWindow();
                clients.turn(Math.min(end, System.nanoTime() + 10_000_000));
            }
            if (clients.endedCount() > 0) {
                throw new IOException("a client was lost: " + clients.firstFault());
            }
        }
    }

    /** Waits until everything published has arrived, so long at most, and a little for what should not come. */
    void drain(long nanos) throws IOException {
        long end = System.nanoTime() + nanos;
        while (meter.delivered() < published * deliveriesPerMessage && System.nanoTime() - end < 0) {
            clients.turn(System.nanoTime() + 10_000_000);
        }
        long afterwards = System.nanoTime() + AFTERWARDS_NANOS;
        while (System.nanoTime() - afterwards < 0) {
            clients.turn(afterwards);
        }
    }

    /** How many publications each channel has had. */
    long[] sequences() {
        return sequences.clone();
    }

    long published() {
        return published;
    }

    private void publishDue(long now) throws IOException {
        for (int i = 0; i < AT_ONCE && nextDue - now <= 0; i++) {
            publish(nextDue);
            nextDue += intervalNanos;
        }
        flush();
    }

    private void publishWindow() throws IOException {
        long arrived = meter.delivered() / deliveriesPerMessage;
        if (published - arrived >= workload.window()) {
            return;
        }
        while (published - arrived < workload.window()) {
            publish(System.nanoTime());
        }
        flush();
    }

    private void publish(long scheduledNanos) {
        int channel = (int) (published % channels.length);
        Client publisher =
                clients.publishers().get(channel % clients.publishers().size());
        Marker.write(payload, scheduledNanos, channel, sequences[channel]++);
        published++;
        // commands 1 and 2 introduced the connection
        int length = clients.dialect().publish(message, published + 2, channels[channel], payload);
        publisher.append(Frames.TEXT, message, length);
    }

    private void flush() throws IOException {
        for (Client publisher : clients.publishers()) {
            publisher.flush();
        }
    }
}
