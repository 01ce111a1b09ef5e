package dev.relay.journal;

import static java.util.Objects.requireNonNull;

import dev.relay.Durability;

/**
 * What a {@link Spool} holds of one stream in one epoch.
 *
 * @param streamId the journal's key
 * @param first the lowest offset
 * @param last the highest; there is no hole between
 */
public record SpooledStream(String channel, long streamId, String epoch, Durability durability, long first, long last) {
    public SpooledStream {
        requireNonNull(channel, "channel");
        requireNonNull(epoch, "epoch");
        requireNonNull(durability, "durability");
    }
}
