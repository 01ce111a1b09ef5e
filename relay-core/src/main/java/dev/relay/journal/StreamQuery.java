package dev.relay.journal;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Which streams to list, in the order of their channels' names (by code point).
 *
 * @param channels those whose names fit; {@code null} for all
 * @param cursor {@link StreamPage#cursor} of the page before; {@code ""} for the first
 * @param limit at most so many, 1 to {@link #MAX_LIMIT}
 */
public record StreamQuery(@Nullable Glob channels, String cursor, int limit) {
    /** Streams in one page. */
    public static final int MAX_LIMIT = 10_000;

    public StreamQuery {
        requireNonNull(cursor, "cursor");
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit must be 1 to " + MAX_LIMIT + ": " + limit);
        }
    }

    /** All streams. */
    public static StreamQuery all(int limit) {
        return new StreamQuery(null, "", limit);
    }

    /**
     * Only those of channels whose names fit the pattern.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public StreamQuery inChannels(String glob) {
        return new StreamQuery(Glob.compile(glob), cursor, limit);
    }

    /** The page that follows. */
    public StreamQuery after(String position) {
        return new StreamQuery(channels, position, limit);
    }
}
