package dev.relay;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Kept publications of a channel.
 *
 * @param publications in the order asked for; no holes among them
 * @param top the position of the newest publication of the stream, whether returned here or not
 */
public record History(List<Publication> publications, StreamPosition top) implements HistoryResult {
    public History {
        publications = List.copyOf(publications);
        requireNonNull(top, "top");
    }
}
