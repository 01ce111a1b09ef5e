package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A client that listens to a channel, publishes to it if it is told to, and notes what it is given and answered until the
 * server sends it away.
 *
 * <p>Threading: a thread of its own reads, and publishes the next message when one is answered; the test asks when {@link
 * #hasLeft}.
 */
final class Leaver implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final long PACE_NANOS = 50_000_000;

    private final RawWebSocket socket;
    private final String channel;
    private final int firstId;
    private final List<Long> offsets = new ArrayList<>();
    private final List<Integer> acknowledged = new ArrayList<>();
    private final CountDownLatch subscribed = new CountDownLatch(1);
    private final CountDownLatch left = new CountDownLatch(1);
    private int published;

    // written by the reader before left is counted down
    private RawWebSocket.@Nullable Closed closed;
    private @Nullable Throwable fault;
    private long leftNanos;

    private Leaver(RelayProcess relay, String channel, int firstId) {
        this.socket = RawWebSocket.open(relay.port());
        this.channel = channel;
        this.firstId = firstId;
        Thread reader = new Thread(this::read, "leaver");
        reader.setDaemon(true);
        reader.start();
        socket.send("{\"id\":1,\"connect\":{}}", "{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}");
        hasCome(subscribed);
    }

    /** One that listens. */
    static Leaver on(RelayProcess relay, String channel) {
        return new Leaver(relay, channel, 0);
    }

    /** One that also publishes {@code {"id":n}} with n from {@code firstId} on, the next soon after the answer to the last. */
    static Leaver publishing(RelayProcess relay, String channel, int firstId) {
        return new Leaver(relay, channel, firstId);
    }

    /** Waits until it has been sent away; fails if it was ended in any other way than with 3001. */
    Leaver hasLeft() {
        hasCome(left);
        if (fault != null) {
            throw new AssertionError("ended in another way", fault);
        }
        assertThat(closed).hasToString("close 3001 shutdown");
        return this;
    }

    /** The offsets it was given. */
    List<Long> offsets() {
        return offsets;
    }

    /** The ids of what it has published and been told so. */
    List<Integer> acknowledged() {
        return acknowledged;
    }

    /** When it was sent away. */
    long leftNanos() {
        return leftNanos;
    }

    private void read() {
        try {
            while (true) {
                heard(Json.object(socket.line()));
            }
        } catch (Throwable e) {
            leftNanos = System.nanoTime();
            closed = socket.closed();
            fault = closed == null ? e : null;
        } finally {
            left.countDown();
            subscribed.countDown();
            socket.close();
        }
    }

    private void heard(Map<String, Object> message) {
        if (message.isEmpty()) {
            socket.send("{}");
        } else if (message.get("push") instanceof Map<?, ?> push
                && push.get("pub") instanceof Map<?, ?> publication
                && publication.get("offset") instanceof Number offset) {
            offsets.add(offset.longValue());
        } else if (message.get("error") != null) {
            throw new AssertionError("refused: " + message);
        } else if (message.get("subscribe") != null) {
            subscribed.countDown();
            publishNext();
        } else if (message.get("publish") != null) {
            acknowledged.add(firstId + published - 1);
            publishNext();
        }
    }

    private void publishNext() {
        if (firstId > 0) {
            LockSupport.parkNanos(PACE_NANOS); // two hundred others have to keep up
            socket.send("{\"id\":%d,\"publish\":{\"channel\":\"%s\",\"data\":{\"id\":%d}}}"
                    .formatted(3 + published, channel, firstId + published));
            published++;
        }
    }

    private static void hasCome(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("still there after " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
