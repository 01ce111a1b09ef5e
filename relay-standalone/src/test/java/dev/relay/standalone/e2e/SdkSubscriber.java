package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A subscriber that is the official JavaScript SDK: it reconnects and recovers as the SDK does by itself. */
final class SdkSubscriber implements AutoCloseable {
    /** One publication as the application is given it. */
    record Received(long offset, int id) {}

    private final NodeScript script;
    // all guarded by this: the script's reader writes, the test reads
    private final List<Received> received = new ArrayList<>();
    private final List<Map<String, Object>> subscribed = new ArrayList<>();
    private final List<Map<String, Object>> troubles = new ArrayList<>();
    private boolean stopped;

    private SdkSubscriber(String url, String channel) {
        script = NodeScript.start("subscriber.mjs", List.of(url, channel), this::onEvent);
    }

    /** Connects and subscribes. */
    static SdkSubscriber on(RelayProcess relay, String channel) {
        return new SdkSubscriber(relay.url(), channel);
    }

    /** Waits until the SDK has subscribed {@code times} times since it was started. */
    void awaitSubscribed(int times) {
        Await.until(
                "subscribed " + times + " times",
                Duration.ofSeconds(40),
                () -> subscriptions().size() >= times,
                this::toString);
    }

    /** Waits until the application was given {@code count} publications. */
    void awaitReceived(int count, Duration limit) {
        Await.until("received " + count, limit, () -> received().size() >= count, this::toString);
    }

    /** Unsubscribes; afterwards nothing more can be received. */
    void stop() {
        script.tell("stop");
        Await.until("stopped", Duration.ofSeconds(10), this::isStopped, this::toString);
    }

    /** Every subscription after the first was recovered without a gap, and nothing else went wrong. */
    void hasRecoveredEachTime() {
        List<Map<String, Object>> later = subscriptions();
        later.remove(0);
        assertThat(later).as("subscriptions after the first of %s", this).allSatisfy(event -> assertThat(event)
                .containsEntry("wasRecovering", true)
                .containsEntry("recovered", true));
        assertThat(troubles()).as("given up in %s", this).isEmpty();
    }

    synchronized List<Received> received() {
        return List.copyOf(received);
    }

    @Override
    public void close() {
        script.close();
    }

    @Override
    public synchronized String toString() {
        return "received %d, subscribed %s, troubles %s; %s".formatted(received.size(), subscribed, troubles, script);
    }

    private synchronized List<Map<String, Object>> subscriptions() {
        return new ArrayList<>(subscribed);
    }

    private synchronized List<Map<String, Object>> troubles() {
        return List.copyOf(troubles);
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    private synchronized void onEvent(Map<String, Object> event) {
        switch (String.valueOf(event.get("event"))) {
            case "publications" -> {
                for (Object pair : (List<?>) event.getOrDefault("received", List.of())) {
                    List<?> numbers = (List<?>) pair;
                    received.add(
                            new Received(((Number) numbers.get(0)).longValue(), ((Number) numbers.get(1)).intValue()));
                }
            }
            case "subscribed" -> subscribed.add(event);
            case "unsubscribed" -> troubles.add(event);
            case "stopped" -> stopped = true;
            default -> {} // for the dump only: how the connection fares, and attempts the SDK repeats by itself
        }
    }
}
