package dev.relay;

import dev.relay.watch.Watch;
import dev.relay.watch.WatchQuery;
import dev.relay.watch.Watcher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

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
    default CompletionStage<PublishResult> publish(String channel, Payload data) {
        return publish(channel, data, PublishOptions.none());
    }

    /** The same with tags, an idempotency key and the like. */
    CompletionStage<PublishResult> publish(String channel, Payload data, PublishOptions options);

    /**
     * Publishes the same to several channels.
     *
     * @return the results in the order of {@code channels}; one channel's refusal does not affect the others
     */
    CompletionStage<List<PublishResult>> broadcast(List<String> channels, Payload data, PublishOptions options);

    /**
     * Follows a channel, or a pattern where the namespace allows it, from now on: everything after the subscription's position reaches {@code subscriber}. The stage
     * fails with a {@link RelayException} if the channel cannot be followed.
     */
    CompletionStage<Subscription> subscribe(String channel, Subscriber subscriber);

    /** Reads kept publications. The stage does not fail. */
    CompletionStage<HistoryResult> history(String channel, HistoryQuery query);

    /**
     * Deletes the kept publications of a channel. Epoch and top stay, so that connected clients do not notice. The stage
     * completes when it is done; its history is empty. It does not fail.
     */
    CompletionStage<HistoryResult> removeHistory(String channel);

    /** Who is in a channel now. The stage does not fail. */
    CompletionStage<PresenceResult> presence(String channel);

    /** How many are in a channel now. The stage does not fail. */
    CompletionStage<PresenceStatsResult> presenceStats(String channel);

    /**
     * Lists channels that have subscribers. The stage fails with a {@link RelayException} if the engine is stopping, and with
     * an {@link IllegalArgumentException} that says what is wrong with the pattern.
     *
     * @param pattern a glob: {@code *} any text, {@code ?} one character, {@code [a-z]}, {@code {a,b}}; {@code ""} is all
     */
    CompletionStage<ChannelPage> channels(String pattern, PageRequest page);

    /** What the application can do about the connections of its users. */
    Clients clients();

    /** What is in the journal, for the application only: no permission of a channel counts. */
    JournalView journal();

    /**
     * Watches what flows, in reports of totals, of the busiest channels and publishers, and of samples: however much there is,
     * watching costs shards little, and the watcher is told no more than it asks for.
     *
     * @throws RelayException if {@link Watch#MAX_OPEN} are open
     */
    Watch watch(WatchQuery query, Watcher watcher);

    /** Calls a method that was registered with {@link RelayBuilder#rpc}. The stage does not fail. */
    CompletionStage<RpcResult> rpc(String method, @Nullable Payload data);

    /** The engine in figures. The stage fails with a {@link RelayException} if the engine is stopping. */
    CompletionStage<NodeInfo> info();

    /** Whether the engine can do everything it is configured for. */
    Health health();

    /** {@link #drain(Duration)} over {@link RelayBuilder#drainWindow}. */
    void drain();

    /**
     * Sends the clients away, for example because another node takes over: takes no new connections, and closes those that
     * there are with {@link CloseCode#SHUTDOWN}, one after the other, spread evenly over the window. Each takes no more
     * commands from its turn on, is answered what it has sent, for 5 s at most, and given what waits for it, and goes. Until
     * its turn it works as ever, and so does everything else; {@link #health()} says how many are left.
     *
     * <p>Returns at once. It cannot be taken back, and {@link #close()} is still to be called. Called again, and by {@code
     * close()}, it can only become shorter: zero closes at once whoever is left.
     *
     * @param window zero to a day
     */
    void drain(Duration window);

    /**
     * Stops: drains over {@link RelayBuilder#drainWindow}, takes no new publications, commits and delivers what was admitted,
     * closes every connection that is left with {@link CloseCode#SHUTDOWN}, closes the journal. Idempotent; returns when all is
     * done, a little after the window and {@link RelayBuilder#shutdownTimeout} at the latest. Called on a shard's thread, it
     * returns at once and stops the engine in the background.
     */
    @Override
    void close();
}
