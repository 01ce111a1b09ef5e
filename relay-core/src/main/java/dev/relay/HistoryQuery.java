package dev.relay;

import org.jspecify.annotations.Nullable;

/**
 * Which kept publications to return.
 *
 * @param limit at most this many; 0 asks for the position only, a negative number for as many as the channel allows
 * @param since start strictly after this position (before it when reverse); {@code null} starts at the oldest kept (at
 *     the newest when reverse). An empty epoch matches any
 * @param reverse newest first
 */
public record HistoryQuery(int limit, @Nullable StreamPosition since, boolean reverse) {
    /** The oldest {@code limit} kept publications. */
    public static HistoryQuery oldest(int limit) {
        return new HistoryQuery(limit, null, false);
    }

    /** The newest {@code limit} kept publications, newest first. */
    public static HistoryQuery newest(int limit) {
        return new HistoryQuery(limit, null, true);
    }

    /** The {@code limit} publications that follow {@code position}. */
    public static HistoryQuery after(StreamPosition position, int limit) {
        return new HistoryQuery(limit, position, false);
    }
}
