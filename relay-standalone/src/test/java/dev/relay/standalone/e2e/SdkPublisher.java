package dev.relay.standalone.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A publisher that is the official JavaScript SDK. It publishes {@code {"id":1}}, {@code {"id":2}} … each at most once, and
 * remembers for which the server said that they are stored.
 */
final class SdkPublisher implements AutoCloseable {
    /** How many publications may wait for their answers, so also how many are in doubt when the server dies. */
    static final int WINDOW = 64;

    private final NodeScript script;
    // all guarded by this: the script's reader writes, the test reads
    private final List<Integer> acknowledged = new ArrayList<>();
    private final List<Integer> unacknowledged = new ArrayList<>();
    private boolean connected;
    private int pauses;
    private int done;

    private SdkPublisher(String url, String channel) {
        script = NodeScript.start("publisher.mjs", List.of(url, channel, Integer.toString(WINDOW)), this::onEvent);
    }

    /** Connects. */
    static SdkPublisher connected(RelayProcess relay, String channel) {
        SdkPublisher publisher = new SdkPublisher(relay.url(), channel);
        Await.until("connected", Duration.ofSeconds(20), publisher::isConnected, publisher::toString);
        return publisher;
    }

    /** Starts publishing until {@code count} more are acknowledged. */
    void publish(int count) {
        script.tell("publish " + count);
    }

    /** Goes on after {@link #awaitPaused}. */
    void resume() {
        script.tell("resume");
    }

    void awaitAcknowledged(int count, Duration limit) {
        Await.until(count + " acknowledged", limit, () -> acknowledged().size() >= count, this::toString);
    }

    /** Waits until it has noticed that the server is gone and nothing is in flight, {@code times} times by now. */
    void awaitPaused(int times) {
        Await.until("paused " + times + " times", Duration.ofSeconds(20), () -> pauses() >= times, this::toString);
    }

    /** Waits until what was asked for is acknowledged, {@code times} times by now. */
    void awaitDone(int times, Duration limit) {
        Await.until("done " + times + " times", limit, () -> done() >= times, this::toString);
    }

    synchronized List<Integer> acknowledged() {
        return List.copyOf(acknowledged);
    }

    synchronized List<Integer> unacknowledged() {
        return List.copyOf(unacknowledged);
    }

    @Override
    public void close() {
        script.close();
    }

    @Override
    public synchronized String toString() {
        return "acknowledged %d, unacknowledged %s, paused %d times, done %d times; %s"
                .formatted(acknowledged.size(), unacknowledged, pauses, done, script);
    }

    private synchronized boolean isConnected() {
        return connected;
    }

    private synchronized int pauses() {
        return pauses;
    }

    private synchronized int done() {
        return done;
    }

    private synchronized void onEvent(Map<String, Object> event) {
        switch (String.valueOf(event.get("event"))) {
            case "acknowledged" -> acknowledged.add(id(event));
            case "unacknowledged" -> unacknowledged.add(id(event));
            case "connected" -> connected = true;
            case "paused" -> pauses++;
            case "done" -> done++;
            default -> {} // how the connection fares is for the dump only
        }
    }

    private static int id(Map<String, Object> event) {
        if (event.get("id") instanceof Number number) {
            return number.intValue();
        }
        throw new AssertionError("no id in " + event);
    }
}
