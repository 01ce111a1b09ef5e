package dev.relay.jdbc;

import dev.relay.journal.Glob;
import dev.relay.journal.StreamPage;
import dev.relay.journal.StreamQuery;
import dev.relay.journal.StreamState;
import dev.relay.journal.StreamSummary;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.SQLDialect;

/** Lists streams in the order of their channels. Threads as in {@link ReaderPool}. */
final class StreamLister {
    private static final int PAGE = 1_024;

    /** Names looked at for one page, however few of them fit. */
    private static final int MAX_NAMES = 100 * PAGE;

    private final ReaderPool pool;
    private final SearchTexts sql;

    StreamLister(ReaderPool pool, SQLDialect dialect) {
        this.pool = pool;
        this.sql = new SearchTexts(dialect);
    }

    /** What has been found of a page. */
    private static final class Found {
        final List<Long> ids = new ArrayList<>();
        String last = "";
        boolean more;
    }

    StreamPage list(StreamQuery query) {
        return pool.read("list streams", connection -> {
            Found found = names(connection, query);
            return new StreamPage(summaries(connection, found.ids), found.more ? found.last : "");
        });
    }

    private Found names(Connection connection, StreamQuery query) throws SQLException {
        Glob glob = query.channels();
        String prefix = glob == null ? "" : glob.prefix();
        Found found = new Found();
        found.last = query.cursor();
        try (PreparedStatement select = connection.prepareStatement(sql.channelsAfter())) {
            for (int looked = 0; looked < MAX_NAMES; ) {
                select.setString(1, found.last);
                select.setString(2, prefix);
                select.setInt(3, PAGE);
                int rows = 0;
                try (ResultSet names = select.executeQuery()) {
                    while (names.next()) {
                        rows++;
                        String channel = names.getString(2);
                        if (!channel.startsWith(prefix)) {
                            return found; // they are in order: no later one does
                        }
                        if (glob == null || glob.matches(channel)) {
                            if (found.ids.size() == query.limit()) {
                                found.more = true;
                                return found;
                            }
                            found.ids.add(names.getLong(1));
                        }
                        found.last = channel;
                    }
                }
                if (rows < PAGE) {
                    return found;
                }
                looked += rows;
            }
        }
        found.more = true;
        return found;
    }

    private List<StreamSummary> summaries(Connection connection, List<Long> ids) throws SQLException {
        Map<Long, StreamSummary> byId = new HashMap<>();
        for (int from = 0; from < ids.size(); ) {
            int size = SqlTexts.sizeFor(ids.size() - from);
            try (PreparedStatement select = connection.prepareStatement(sql.summaries(size))) {
                for (int i = 0; i < size; i++) {
                    select.setLong(1 + i, ids.get(Math.min(from + i, ids.size() - 1))); // the last one fills up
                }
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        byId.put(rows.getLong(1), summary(rows));
                    }
                }
            }
            from += size;
        }
        return ids.stream().map(byId::get).toList();
    }

    private static StreamSummary summary(ResultSet row) throws SQLException {
        long trimmedTo = row.getLong(4);
        long top = Math.max(trimmedTo, row.getLong(5));
        StreamState state = new StreamState(row.getString(2), row.getLong(1), row.getString(3), top, trimmedTo);
        return new StreamSummary(state, row.getLong(6), row.getLong(7)); // no row reads as 0
    }
}
