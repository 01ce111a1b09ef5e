package dev.relay.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.relay.Publication;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.ReadRange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads ranges over a small pool of read-only connections, which is made with the first read.
 *
 * <p><b>Threading.</b> Any threads at once. May block for a connection, then for the database, three seconds each.
 */
final class MessageReader implements AutoCloseable {
    private static final int CONNECTIONS = 4;
    private static final long WAIT_MILLIS = 3_000;

    /** Rows asked for at first: a driver may fetch all of them before the first is seen, and they may be large. */
    private static final int FIRST_PAGE = 64;

    private static final int LARGEST_PAGE = 1_024;

    /** What a page may grow to hold, going by the rows seen so far. */
    private static final long PAGE_BYTES = 4 << 20;

    private final Database database;
    private final SqlTexts sql;
    private final @Nullable ThreadFactory threads;
    private @Nullable HikariDataSource pool; // guarded by this
    private boolean closed; // guarded by this

    MessageReader(Database database, SqlTexts sql, @Nullable ThreadFactory threads) {
        this.database = database;
        this.sql = sql;
        this.threads = threads;
    }

    /** What to find out on a connection. */
    interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    List<Publication> read(ReadRange range) {
        String what = "stream=" + range.streamId() + " after=" + range.after();
        try {
            return ask(what, connection -> pages(connection, range));
        } catch (IllegalArgumentException e) {
            throw new JournalException(Reason.REFUSED, what + ": " + e.getMessage(), e);
        }
    }

    /** Asks something in one snapshot: a deletion between two statements would look like a hole. */
    <T> T ask(String what, Question<T> question) {
        HikariDataSource connections = pool();
        try (Connection connection = connections.getConnection()) {
            database.beginRead(connection);
            try {
                T answer = question.ask(connection);
                database.rollback(connection);
                return answer;
            } catch (SQLException | RuntimeException e) {
                rollbackAfter(e, connection);
                throw e;
            }
        } catch (SQLException e) {
            Throwable cause = e instanceof SQLTransientConnectionException && e.getCause() != null ? e.getCause() : e;
            throw new JournalException(
                    Reason.UNAVAILABLE,
                    "cannot read from " + database.target() + ": " + cause.getMessage() + " (" + what + ")",
                    e);
        }
    }

    private void rollbackAfter(Exception failure, Connection connection) {
        try {
            database.rollback(connection);
        } catch (SQLException e) {
            failure.addSuppressed(e); // the pool will find out that the connection is broken
        }
    }

    private List<Publication> pages(Connection connection, ReadRange range) throws SQLException {
        Found found = new Found(range);
        try (PreparedStatement select = connection.prepareStatement(sql.selectMessages(range.reverse()))) {
            int page = Math.min(FIRST_PAGE, range.maxPublications());
            while (page > 0) {
                select.setLong(1, range.streamId());
                select.setLong(2, found.after);
                select.setLong(3, found.through);
                select.setLong(4, range.notBeforeMicros());
                select.setInt(5, page);
                int rows = 0;
                try (ResultSet result = select.executeQuery()) {
                    while (result.next() && found.add(Rows.read(result))) {
                        rows++;
                    }
                }
                page = rows < page ? 0 : found.nextPage();
            }
        }
        return found.publications;
    }

    /** What has been read, and what is left to read. */
    private static final class Found {
        final List<Publication> publications = new ArrayList<>();
        private final ReadRange range;
        private long bytes;
        long after;
        long through;

        Found(ReadRange range) {
            this.range = range;
            this.after = range.after();
            this.through = range.through();
        }

        /** Adds one and returns true, or false if it exceeds the range's bytes. */
        boolean add(Publication publication) {
            int size = publication.data().size();
            if (!publications.isEmpty() && bytes + size > range.maxBytes()) {
                return false;
            }
            bytes += size;
            publications.add(publication);
            if (range.reverse()) {
                through = publication.offset() - 1;
            } else {
                after = publication.offset();
            }
            return true;
        }

        int nextPage() {
            long perRow = Math.max(1, bytes / publications.size());
            long rows = Math.max(1, Math.min(LARGEST_PAGE, PAGE_BYTES / perRow));
            return through > after ? (int) Math.min(rows, range.maxPublications() - publications.size()) : 0;
        }
    }

    private synchronized HikariDataSource pool() {
        if (closed) {
            throw new JournalException(Reason.UNAVAILABLE, "the journal is closed: " + database.target());
        }
        if (pool == null) {
            HikariConfig config = new HikariConfig();
            config.setPoolName("relay-readers");
            config.setDataSource(new ReaderConnections(database));
            config.setMaximumPoolSize(CONNECTIONS);
            config.setMinimumIdle(1);
            config.setConnectionTimeout(WAIT_MILLIS);
            config.setValidationTimeout(1_000);
            config.setInitializationFailTimeout(-1);
            config.setAutoCommit(database instanceof SqliteDatabase); // see SqliteDatabase.begin
            if (threads != null) {
                config.setThreadFactory(threads);
            }
            pool = new HikariDataSource(config);
        }
        return pool;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (pool != null) {
            pool.close();
        }
    }
}
