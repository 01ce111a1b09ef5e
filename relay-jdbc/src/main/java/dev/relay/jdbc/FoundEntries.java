package dev.relay.jdbc;

import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.journal.JournalCursor;
import dev.relay.journal.JournalEntry;
import dev.relay.journal.JournalQuery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a page of a search holds so far. One thread. */
final class FoundEntries {
    /** Rows read whole at once: each may be large. */
    private static final int WHOLE_AT_ONCE = 64;

    private final Connection connection;
    private final JournalQuery query;
    private final SearchTexts sql;
    private final FoundStreams streams;
    private final List<JournalEntry> entries = new ArrayList<>();
    private long bytes;
    private boolean full;

    /** A whole row whose publication does not know its epoch yet. */
    record Row(long streamId, long appendId, Publication publication) {
        private static Row read(ResultSet row) throws SQLException {
            return new Row(row.getLong(1), row.getLong(2), Rows.read(row, "", 3));
        }

        JournalCursor at(JournalQuery query) {
            long time = query.byTime() ? publication.timeMicros() : 0;
            return new JournalCursor(query.byTime(), query.newestFirst(), time, streamId, publication.offset());
        }
    }

    FoundEntries(Connection connection, JournalQuery query, SearchTexts sql, FoundStreams streams) {
        this.connection = connection;
        this.query = query;
        this.sql = sql;
        this.streams = streams;
    }

    static List<Row> wholeRows(PreparedStatement select) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (ResultSet result = select.executeQuery()) {
            while (result.next()) {
                rows.add(Row.read(result));
            }
        }
        return rows;
    }

    List<JournalEntry> entries() {
        return entries;
    }

    long bytes() {
        return bytes;
    }

    int room() {
        return query.limit() - entries.size();
    }

    /** Whether a limit is reached. */
    boolean isFull() {
        return full || room() == 0;
    }

    /** Adds a row, unless it is being deleted; {@code false} if it exceeds the page's bytes. */
    boolean add(Row row) {
        FoundStreams.Stream stream = streams.byId(row.streamId());
        Publication publication = row.publication();
        if (stream == null || publication.offset() <= stream.trimmedTo()) {
            return true;
        }
        int size = publication.data().size();
        if (!entries.isEmpty() && bytes + size > query.maxBytes()) {
            full = true;
            return false;
        }
        bytes += size;
        StreamPosition position = new StreamPosition(publication.offset(), stream.epoch());
        entries.add(new JournalEntry(
                stream.channel(),
                row.appendId(),
                new Publication(
                        publication.data(),
                        publication.info(),
                        publication.tags(),
                        position,
                        publication.timeMicros())));
        return true;
    }

    /** Reads rows whole and adds them; returns the one before the first that did not fit, {@code null} if all did. */
    @Nullable
    JournalCursor addAll(List<JournalCursor> keys) throws SQLException {
        JournalCursor last = null;
        for (int from = 0; from < keys.size(); from += WHOLE_AT_ONCE) {
            List<JournalCursor> some = keys.subList(from, Math.min(keys.size(), from + WHOLE_AT_ONCE));
            Map<JournalCursor, Row> rows = read(some);
            for (JournalCursor key : some) {
                Row row = rows.get(key);
                if (row != null && !add(row)) {
                    return last;
                }
                last = key;
            }
        }
        return null;
    }

    private Map<JournalCursor, Row> read(List<JournalCursor> keys) throws SQLException {
        int size = SqlTexts.sizeFor(keys.size());
        Map<JournalCursor, Row> rows = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(sql.rows(size))) {
            for (int i = 0; i < size; i++) {
                JournalCursor key = keys.get(Math.min(i, keys.size() - 1)); // the last one fills up
                select.setLong(1 + 2 * i, key.streamId());
                select.setLong(2 + 2 * i, key.offset());
            }
            for (Row row : wholeRows(select)) {
                rows.put(row.at(query), row);
            }
        }
        return rows;
    }
}
