package dev.relay;

/** A running in-process subscription. Any thread. */
public interface Subscription extends AutoCloseable {
    /** The channel followed. */
    String channel();

    /** The top of the stream when the subscription began: the first publication delivered is the next one. */
    StreamPosition position();

    /** Ends the subscription; calls already under way may still be seen. Idempotent. */
    @Override
    void close();
}
