package dev.relay.journal;

import static java.util.Objects.requireNonNull;

import dev.relay.Publication;
import org.jspecify.annotations.Nullable;

/**
 * One publication on its way into a journal.
 *
 * @param streamId of {@link StreamState}
 * @param appendId random; tells an append that is offered again from a foreign one at the same offset
 * @param publication with its offset and epoch
 * @param key is kept with it, or not at all; {@code null} for none
 * @param outboxRow is deleted with it; {@code null} for none
 */
public record Append(
        long streamId,
        long appendId,
        Publication publication,
        @Nullable AppendKey key,
        @Nullable OutboxRow outboxRow) {
    public Append {
        requireNonNull(publication, "publication");
    }

    /** An append that was not made from an outbox. */
    public Append(long streamId, long appendId, Publication publication, @Nullable AppendKey key) {
        this(streamId, appendId, publication, key, null);
    }

    /** An append without an idempotency key, not made from an outbox. */
    public Append(long streamId, long appendId, Publication publication) {
        this(streamId, appendId, publication, null, null);
    }
}
