package dev.relay.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * A small pool of read-only connections, which is made with the first read.
 *
 * <p><b>Threading.</b> Any threads at once. May block for a connection, then for the database, three seconds each.
 */
final class ReaderPool implements AutoCloseable {
    private static final int CONNECTIONS = 4;
    private static final long WAIT_MILLIS = 3_000;

    /** What to find out. */
    @FunctionalInterface
    interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    private final Database database;
    private final @Nullable ThreadFactory threads;
    private @Nullable HikariDataSource pool; // guarded by this
    private boolean closed; // guarded by this

    ReaderPool(Database database, @Nullable ThreadFactory threads) {
        this.database = database;
        this.threads = threads;
    }

    /**
     * Asks within one snapshot, or a deletion between two statements would look like a hole.
     *
     * @param what names the question in messages
     */
    <T> T read(String what, Question<T> question) {
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
        } catch (IllegalArgumentException e) {
            throw new JournalException(Reason.REFUSED, what + ": " + e.getMessage(), e);
        }
    }

    private void rollbackAfter(Exception failure, Connection connection) {
        try {
            database.rollback(connection);
        } catch (SQLException e) {
            failure.addSuppressed(e); // the pool will find out that the connection is broken
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
