package dev.relay.jdbc;

import dev.relay.journal.JournalCursor;
import dev.relay.journal.JournalQuery;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What decides whether a row is asked for. */
record FilteredRow(
        long streamId,
        long offset,
        long timeMicros,
        @Nullable String client,
        @Nullable String user,
        @Nullable String tags) {
    /** All rows of a statement with these columns. */
    static List<FilteredRow> all(PreparedStatement select) throws SQLException {
        List<FilteredRow> all = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                all.add(new FilteredRow(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6)));
            }
        }
        return all;
    }

    boolean isAskedFor(JournalQuery query, String channel) {
        // tags are not parsed for a query that does not ask for any
        var parsed = query.tags().isEmpty() ? query.tags() : TagsJson.read(tags);
        return offset > query.afterOffset()
                && offset <= query.throughOffset()
                && query.matches(channel, client == null ? null : user, client, parsed);
    }

    JournalCursor at(JournalQuery query) {
        return new JournalCursor(
                query.byTime(), query.newestFirst(), query.byTime() ? timeMicros : 0, streamId, offset);
    }
}
