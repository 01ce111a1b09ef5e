package dev.relay.journal;

import static java.util.Objects.requireNonNull;

import dev.relay.Publication;

/**
 * A publication as a search finds it.
 *
 * @param channel whose stream it stands in
 * @param appendId of {@link Append}
 * @param publication with its offset, and the epoch that the stream has now
 */
public record JournalEntry(String channel, long appendId, Publication publication) {
    public JournalEntry {
        requireNonNull(channel, "channel");
        requireNonNull(publication, "publication");
    }
}
