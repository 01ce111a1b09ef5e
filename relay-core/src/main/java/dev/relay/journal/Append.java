package dev.relay.journal;

import static java.util.Objects.requireNonNull;

import dev.relay.Publication;

/**
 * One publication on its way into a journal.
 *
 * @param streamId of {@link StreamState}
 * @param appendId random; tells an append that is offered again from a foreign one at the same offset
 * @param publication with its offset and epoch
 */
public record Append(long streamId, long appendId, Publication publication) {
    public Append {
        requireNonNull(publication, "publication");
    }
}
