package dev.relay.journal;

import static java.util.Objects.requireNonNull;

import dev.relay.Durability;

/**
 * One publication that waits in a {@link Spool} for its journal.
 *
 * @param position where it stands in the spool, which gives it; 0 on the way in
 * @param channel whose stream it belongs to
 * @param durability of that stream
 * @param append what the journal will be offered
 */
public record Spooled(long position, String channel, Durability durability, Append append) {
    public Spooled {
        requireNonNull(channel, "channel");
        requireNonNull(durability, "durability");
        requireNonNull(append, "append");
    }
}
