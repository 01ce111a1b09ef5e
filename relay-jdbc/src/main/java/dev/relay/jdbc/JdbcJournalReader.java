package dev.relay.jdbc;

import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.JournalPage;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.JournalReader;
import dev.relay.journal.StreamPage;
import dev.relay.journal.StreamQuery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks into a journal without owning it: beside a running engine, or where none runs. Writes nothing, not even tables. Made by
 * {@link JdbcJournal.Builder#buildReader}.
 *
 * <p><b>Threading.</b> Any threads at once; blocks.
 */
public final class JdbcJournalReader implements JournalReader {
    private final Database database;
    private final ReaderPool pool;

    /** What needs the dialect, and so a connection. */
    private record Parts(SearchTexts sql, JournalSearch search, StreamLister lister) {}

    // written by whoever asks first; two may, and then one of two equal ones stays
    private volatile @Nullable Parts parts;

    JdbcJournalReader(Database database) {
        this.database = database;
        this.pool = new ReaderPool(database, null);
    }

    /**
     * Looks whether there is a journal that this version can read.
     *
     * @throws JournalException {@code UNAVAILABLE} if it cannot be reached, {@code REFUSED} with what to do if there is none
     */
    public void check() {
        parts();
    }

    @Override
    public JournalPage find(JournalQuery query) {
        return parts().search.find(query);
    }

    @Override
    public StreamPage streams(StreamQuery query) {
        return parts().lister.list(query);
    }

    /**
     * Rows of a stream by offset, those of an unfinished deletion as well.
     *
     * @param streamId of {@link dev.relay.journal.StreamState}
     * @param after later offsets than this
     * @param limit at most so many
     */
    public List<StoredRow> rows(long streamId, long after, int limit) {
        Parts open = parts();
        return pool.read("rows of stream " + streamId, connection -> {
            List<StoredRow> rows = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement(open.sql.storedRows())) {
                select.setLong(1, streamId);
                select.setLong(2, after);
                select.setInt(3, limit);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        rows.add(new StoredRow(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)));
                    }
                }
            }
            return rows;
        });
    }

    private Parts parts() {
        Parts open = parts;
        if (open == null) {
            String missing = database.missing();
            if (!missing.isEmpty()) {
                throw new JournalException(Reason.REFUSED, missing);
            }
            int version = pool.read("look for the schema", connection -> version(connection));
            if (version != Schema.VERSION) {
                throw new JournalException(Reason.REFUSED, unreadable(version));
            }
            SearchTexts sql = new SearchTexts(database.dialect());
            open = new Parts(
                    sql, new JournalSearch(pool, database.dialect()), new StreamLister(pool, database.dialect()));
            parts = open;
        }
        return open;
    }

    private int version(Connection connection) throws SQLException {
        return new Schema(database).version(connection);
    }

    private String unreadable(int version) {
        if (version == 0) {
            return database.target() + " holds no journal; is it the right one?";
        }
        return database.target() + " has schema version " + version + " and this Relay reads " + Schema.VERSION + ": "
                + (version < Schema.VERSION ? "start this Relay on it once" : "use the newer Relay");
    }

    @Override
    public void close() {
        pool.close();
    }
}
