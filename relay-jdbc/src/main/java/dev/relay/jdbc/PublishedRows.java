package dev.relay.jdbc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rows that were published and may be seen again, because their append is still on its way (asynchronous channels), or because
 * there was nothing to append (a repeat). They are not published again. One thread.
 */
final class PublishedRows {
    /**
     * A row that may have been published without an append is then deleted. An append that its publisher was told of is in the
     * database by then, or the database could not delete the row either.
     */
    static final long REPEAT_NANOS = 10_000_000_000L;

    /** After so long it is certain that nobody deletes a row. */
    static final long FORSAKEN_NANOS = 60_000_000_000L;

    private record Row(String channel, boolean maybeRepeat, long publishedNanos) {}

    private final Map<Long, Row> rows = new HashMap<>();

    /** It was published in a channel that keeps a stream. */
    void add(OutboxMessage message, long nowNanos) {
        rows.put(message.id(), new Row(message.channel(), message.maybeRepeat(), nowNanos));
    }

    /**
     * What of a look at the outbox is still to be published. Forgets the rows that are gone.
     *
     * @param without the channels that were left out
     * @param isAll whether the look went to the end
     */
    List<OutboxMessage> unpublished(List<OutboxMessage> look, List<String> without, boolean isAll) {
        if (rows.isEmpty()) {
            return look;
        }
        List<OutboxMessage> unpublished = new ArrayList<>(look.size());
        Set<Long> seen = new HashSet<>();
        for (OutboxMessage message : look) {
            seen.add(message.id());
            if (!rows.containsKey(message.id())) {
                unpublished.add(message);
            }
        }
        long last = isAll || look.isEmpty()
                ? Long.MAX_VALUE
                : look.get(look.size() - 1).id();
        rows.entrySet()
                .removeIf(row -> row.getKey() <= last
                        && !seen.contains(row.getKey())
                        && !without.contains(row.getValue().channel));
        return unpublished;
    }

    /** Those that the drain has to delete. */
    List<Long> repeats(long nowNanos) {
        List<Long> repeats = new ArrayList<>();
        rows.forEach((id, row) -> {
            if (row.maybeRepeat && nowNanos - row.publishedNanos >= REPEAT_NANOS) {
                repeats.add(id);
            }
        });
        return repeats;
    }

    /** Whether a row that an append should have deleted is there long after it. */
    boolean hasForsaken(long nowNanos) {
        return rows.values().stream()
                .anyMatch(row -> !row.maybeRepeat && nowNanos - row.publishedNanos >= FORSAKEN_NANOS);
    }
}
