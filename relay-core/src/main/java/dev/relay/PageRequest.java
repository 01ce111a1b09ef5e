package dev.relay;

import static java.util.Objects.requireNonNull;

/**
 * Which part of a long list to return.
 *
 * @param limit at most this many, at least 1
 * @param cursor where the page before ended; {@code ""} begins at the beginning
 */
public record PageRequest(int limit, String cursor) {
    /** Everything at once. */
    public static final PageRequest ALL = new PageRequest(Integer.MAX_VALUE, "");

    public PageRequest {
        requireNonNull(cursor, "cursor");
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1: " + limit);
        }
    }
}
