package dev.relay;

import java.util.concurrent.CompletionStage;

/**
 * A running engine.
 *
 * <p><b>Threading.</b> Every method may be called from any thread and does not block, except {@link #close()}. Stages
 * complete on a shard's thread: do not block in what depends on them.
 */
public final class Relay implements AutoCloseable {
    private Relay() {}

    /** Starts from the defaults. */
    public static RelayBuilder builder() {
        return new RelayBuilder();
    }

    static Relay start(RelayBuilder options) {
        throw new UnsupportedOperationException();
    }

    /** Publishes to a channel. The stage completes when the channel's durability is met, or with the refusal. */
    public CompletionStage<PublishResult> publish(String channel, Payload data) {
        throw new UnsupportedOperationException();
    }

    /** Follows a channel from now on. The stage completes with the position from which on nothing is missed. */
    public CompletionStage<Subscription> subscribe(String channel, Subscriber subscriber) {
        throw new UnsupportedOperationException();
    }

    /** Reads kept publications. */
    public CompletionStage<HistoryResult> history(String channel, HistoryQuery query) {
        throw new UnsupportedOperationException();
    }

    /** Whether the engine serves everything it is configured for: the journal is open and nothing has failed. */
    public Health health() {
        throw new UnsupportedOperationException();
    }

    /**
     * Stops: takes no new connections and publications, commits and delivers what was admitted, closes every connection
     * with {@link CloseCode#SHUTDOWN}, closes the journal. Idempotent; returns when all is done, at the latest a little
     * after {@link RelayBuilder#shutdownTimeout}.
     */
    @Override
    public void close() {}
}
