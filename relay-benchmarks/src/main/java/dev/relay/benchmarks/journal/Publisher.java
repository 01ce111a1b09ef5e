package dev.relay.benchmarks.journal;

import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Publishes numbered messages to a channel, so many at a time, and remembers what it was told about each. After the connection
 * has broken it connects again and goes on with the next number: nothing is published twice.
 *
 * <p><b>Threading.</b> {@link #run} on its own thread; {@link #stop} and the counts from any; the sets after it has ended.
 */
final class Publisher implements Runnable {
    private static final int RECONNECT_MILLIS = 50;

    /** What follows a refusal waits so long, as a client would: refusals cost nothing and come back at once. */
    private static final long REFUSED_NANOS = 20_000_000;

    private static final int FAREWELL_MILLIS = 10_000;

    private final int index;
    private final String channel;
    private final Load load;
    private final Recorder latencies;
    private final Map<Integer, Long> inFlight = new HashMap<>();
    private final BitSet acknowledged = new BitSet();
    private final BitSet refused = new BitSet();
    private final String padding;

    // Written by the publishing thread only, read by whoever shows progress.
    private volatile int acknowledgements;
    private volatile int refusals;
    private volatile boolean stopping;

    private int next;
    private long nextAtNanos;
    private long notBeforeNanos;

    /**
     * What a publisher does.
     *
     * @param port where Relay listens
     * @param window messages on their way at most
     * @param perSecond messages a second, as a rate that does not wait for acknowledgements within the window; 0 as fast as
     *     possible
     * @param payloadBytes of each message, about
     */
    record Load(int port, int window, double perSecond, int payloadBytes) {}

    /** Latencies of acknowledgements go to {@code latencies}, in microseconds. */
    Publisher(int index, String channel, Load load, Recorder latencies) {
        this.index = index;
        this.channel = channel;
        this.load = load;
        this.latencies = latencies;
        this.padding = "x".repeat(Math.max(0, load.payloadBytes() - 30));
    }

    int index() {
        return index;
    }

    /** Messages that were acknowledged so far. */
    int acknowledgements() {
        return acknowledgements;
    }

    /** Messages that were refused so far. */
    int refusals() {
        return refusals;
    }

    BitSet acknowledged() {
        return acknowledged;
    }

    BitSet refused() {
        return refused;
    }

    /** Publishes no more; what is on its way is waited for. */
    void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        nextAtNanos = System.nanoTime();
        notBeforeNanos = nextAtNanos;
        while (!stopping) {
            try (JsonSocket connected = new JsonSocket(load.port())) {
                while (!stopping) {
                    turn(connected);
                }
                farewell(connected);
            } catch (IOException e) {
                inFlight.clear(); // nobody will say what has become of them
                RelayJar.pause(RECONNECT_MILLIS);
            }
        }
    }

    private void turn(JsonSocket connected) throws IOException {
        StringBuilder commands = new StringBuilder();
        long now = System.nanoTime();
        while (now - notBeforeNanos >= 0
                && inFlight.size() < load.window()
                && (load.perSecond() == 0 || nextAtNanos <= now)) {
            commands.append(commands.length() == 0 ? "" : "\n").append(command());
            inFlight.put(next, load.perSecond() == 0 ? now : nextAtNanos);
            next++;
            if (load.perSecond() > 0) {
                nextAtNanos += (long) (1e9 / load.perSecond());
            }
        }
        if (commands.length() > 0) {
            connected.send(commands.toString());
        }
        boolean full = inFlight.size() == load.window();
        long due = Math.max(notBeforeNanos, load.perSecond() == 0 ? now : nextAtNanos);
        long wait = full ? 1_000 : Math.max(1, (due - System.nanoTime()) / 1_000_000);
        read(connected.receive((int) Math.min(1_000, wait)));
    }

    private String command() {
        return "{\"id\":" + (next + 2) + ",\"publish\":{\"channel\":\"" + channel + "\",\"data\":{\"p\":" + index
                + ",\"n\":" + next + ",\"x\":\"" + padding + "\"}}}";
    }

    private void farewell(JsonSocket connected) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FAREWELL_MILLIS);
        while (!inFlight.isEmpty() && System.nanoTime() < deadline) {
            read(connected.receive(1_000));
        }
    }

    private void read(@Nullable String replies) {
        if (replies == null) {
            return;
        }
        long now = System.nanoTime();
        for (String reply : replies.split("\n", -1)) {
            int at = reply.indexOf("\"id\":");
            if (at < 0) {
                continue;
            }
            int end = at + 5;
            while (Character.isDigit(reply.charAt(end))) {
                end++;
            }
            int number = Integer.parseInt(reply, at + 5, end, 10) - 2;
            Long sent = inFlight.remove(number);
            if (sent == null) {
                throw new IllegalStateException("answered twice or never asked: " + reply);
            }
            if (reply.contains("\"error\":")) {
                refused.set(number);
                refusals++;
                notBeforeNanos = now + REFUSED_NANOS;
            } else {
                acknowledged.set(number);
                latencies.recordValue(Math.max(0, (now - sent) / 1_000));
                acknowledgements++;
            }
        }
    }
}
