package dev.relay.journal;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A part of the list of streams.
 *
 * @param streams in the order of their channels' names
 * @param cursor for {@link StreamQuery#after}; {@code ""} if nothing follows
 */
public record StreamPage(List<StreamSummary> streams, String cursor) {
    public StreamPage {
        streams = List.copyOf(streams);
        requireNonNull(cursor, "cursor");
    }
}
