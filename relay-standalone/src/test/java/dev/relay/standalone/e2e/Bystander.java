package dev.relay.standalone.e2e;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A well-behaved client that has nothing to do with what a test does to the server. It is connected once; whatever happens
 * to others, that connection must stay and must go on receiving.
 *
 * <p>Threading: a thread of its own reads and answers pings.
 */
final class Bystander implements AutoCloseable {
    private final RawWebSocket socket;
    private final String channel;
    private final AtomicInteger lastHeard = new AtomicInteger();
    private volatile @Nullable Throwable ended; // written by the reader
    private volatile boolean subscribed; // written by the reader
    private int said;

    private Bystander(RelayProcess relay, String channel) {
        this.socket = RawWebSocket.open(relay.port());
        this.channel = channel;
        Thread reader = new Thread(this::read, "bystander");
        reader.setDaemon(true);
        reader.start();
        socket.send("{\"id\":1,\"connect\":{}}", "{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}");
        await("the bystander is subscribed", () -> subscribed);
    }

    /** Connects and subscribes to the channel. */
    static Bystander on(RelayProcess relay, String channel) {
        return new Bystander(relay, channel);
    }

    /** Publishes a message and receives it, on the connection it has had all along. */
    void stillReceives() {
        said++;
        socket.send("{\"id\":%d,\"publish\":{\"channel\":\"%s\",\"data\":{\"said\":%d}}}"
                .formatted(2 + said, channel, said));
        await("the bystander receives what is published", () -> lastHeard.get() == said);
    }

    @Override
    public void close() {
        socket.close();
    }

    private void await(String what, java.util.function.BooleanSupplier condition) {
        Await.until(what, Duration.ofSeconds(10), () -> ended != null || condition.getAsBoolean(), this::toString);
        if (ended != null) {
            throw new AssertionError("the bystander was harmed", ended);
        }
    }

    private void read() {
        try {
            while (true) {
                Map<String, Object> message = Json.object(socket.line());
                if (message.isEmpty()) {
                    socket.send("{}");
                } else if (message.get("error") != null) {
                    throw new AssertionError("refused: " + message);
                } else if (message.get("push") instanceof Map<?, ?> push
                        && push.get("pub") instanceof Map<?, ?> publication
                        && publication.get("data") instanceof Map<?, ?> data
                        && data.get("said") instanceof Number number) {
                    if (!lastHeard.compareAndSet(number.intValue() - 1, number.intValue())) {
                        throw new AssertionError("heard " + number + " after " + lastHeard);
                    }
                } else if (message.get("subscribe") != null) {
                    subscribed = true;
                }
            }
        } catch (AssertionError e) {
            ended = e;
        }
    }

    @Override
    public String toString() {
        return "bystander: said %d, heard up to %d, ended by %s".formatted(said, lastHeard.get(), ended);
    }
}
