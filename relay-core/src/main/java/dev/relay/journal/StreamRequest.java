package dev.relay.journal;

import static java.util.Objects.requireNonNull;

import dev.relay.Durability;

/**
 * A stream that the engine is about to use.
 *
 * @param channel whose stream it is
 * @param durability {@link Durability#SYNC} or {@link Durability#ASYNC}: decides whether the stream keeps its epoch
 *     after an unclean stop
 */
public record StreamRequest(String channel, Durability durability) {
    public StreamRequest {
        requireNonNull(channel, "channel");
        requireNonNull(durability, "durability");
    }
}
