package dev.relay;

import java.util.concurrent.CompletionStage;

/**
 * A running engine. Made by {@link RelayBuilder#build()}; implemented by Relay only.
 *
 * <p><b>Threading.</b> Every method may be called from any thread, and none blocks but {@link #close()}. Stages complete on
 * a shard's thread: do not block in what depends on them.
 */
public interface Relay extends AutoCloseable {
    /** Starts from the defaults. */
    static RelayBuilder builder() {
        return new RelayBuilder();
    }

    /**
     * Publishes to a channel. The stage completes when the channel's durability is met, or with the refusal; it does not
     * fail.
     *
     * @param channel 1 to 255 printable ASCII characters
     * @param data at most 1 MiB
     */
    CompletionStage<PublishResult> publish(String channel, Payload data);

    /**
     * Follows a channel from now on: everything after the subscription's position reaches {@code subscriber}. The stage
     * fails with a {@link RelayException} if the channel cannot be followed.
     */
    CompletionStage<Subscription> subscribe(String channel, Subscriber subscriber);

    /** Reads kept publications. The stage does not fail. */
    CompletionStage<HistoryResult> history(String channel, HistoryQuery query);

    /** Whether the engine can do everything it is configured for. */
    Health health();

    /**
     * Stops: takes no new connections and publications, commits and delivers what was admitted, closes every connection
     * with {@link CloseCode#SHUTDOWN}, closes the journal. Idempotent; returns when all is done, a little after {@link
     * RelayBuilder#shutdownTimeout} at the latest. Called on a shard's thread, it returns at once and stops the engine in
     * the background.
     */
    @Override
    void close();
}
