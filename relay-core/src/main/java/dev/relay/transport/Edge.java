package dev.relay.transport;

import dev.relay.JsonRedactor;
import dev.relay.JsonVerifier;
import org.jspecify.annotations.Nullable;

/** Where connections come from: makes one poller for each shard. */
public interface Edge {
    /**
     * Makes the poller of one shard and whatever it listens on. Called once per shard, by index, on the thread that
     * builds the engine; the shard's thread starts afterwards.
     *
     * @throws dev.relay.RelayException with what failed and what to do, for example a port in use; the engine then
     *     closes the pollers made before and is not built
     */
    Poller poller(ShardContext shard);

    /** What this edge knows of JSON; {@code null} if nothing. */
    default @Nullable JsonVerifier jsonVerifier() {
        return null;
    }

    /** What this edge can take out of JSON; {@code null} if nothing. */
    default @Nullable JsonRedactor jsonRedactor() {
        return null;
    }
}
