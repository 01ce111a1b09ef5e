package dev.relay.jdbc;

import static java.util.Objects.requireNonNull;

import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer's connection, kept open between transactions, and replaced after an error that leaves it in doubt. A pool
 * would only put a hand-over between the one thread and its one connection.
 *
 * <p><b>Threading.</b> One thread at a time.
 */
final class Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    /** What to do in a transaction. */
    interface Work {
        void run(Transactions transaction) throws SQLException;
    }

    /** What to find out in a transaction. */
    interface Question<T> {
        T call(Transactions transaction) throws SQLException;
    }

    /** A row with the same key is there already; rolled back. */
    static final class DuplicateException extends Exception {
        private static final long serialVersionUID = 1L;

        DuplicateException(SQLException cause) {
            super(cause);
        }
    }

    private final Database database;
    private final Database.Use use;
    private final Patience patience;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private @Nullable Connection connection;
    private long connections;

    Transactions(Database database, Database.Use use) {
        this.database = database;
        this.use = use;
        this.patience = new Patience(System::nanoTime);
    }

    /** How many connections there have been: what was known from an earlier one may be wrong on this. */
    long connections() {
        return connections;
    }

    /** The connection of the transaction that is running. */
    Connection connection() {
        return requireNonNull(connection, "connection");
    }

    /** A statement that is prepared once per connection. */
    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection().prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    /** As {@link #call}, without a result. */
    void run(String what, Work work) {
        call(what, transaction -> {
            work.run(transaction);
            return true;
        });
    }

    /**
     * As {@link #callUnique}, for what can simply be done again: a duplicate is no more than bad luck with another
     * process, and an unknown outcome is as good as none.
     */
    <T> T call(String what, Question<T> work) {
        try {
            return callUnique(what, work);
        } catch (DuplicateException e) {
            throw failure(what, Reason.UNAVAILABLE, requireNonNull(e.getCause()));
        } catch (JournalException e) {
            if (e.reason() == Reason.UNKNOWN_OUTCOME) {
                throw new JournalException(Reason.UNAVAILABLE, e.getMessage() + "; it can be tried again", e);
            }
            throw e;
        }
    }

    /**
     * Commits what {@code work} does, or nothing of it.
     *
     * @throws JournalException {@code UNKNOWN_OUTCOME} if the commit may have happened; otherwise it has not
     * @throws DuplicateException a row was there already, nothing happened
     */
    <T> T callUnique(String what, Question<T> work) throws DuplicateException {
        connect(what);
        boolean committing = false;
        boolean finished = false;
        try {
            database.begin(connection());
            T result = work.call(this);
            committing = true;
            database.commit(connection());
            finished = true;
            if (patience.ends()) {
                disconnect(); // the next one has the usual timeouts
            }
            return result;
        } catch (SQLException e) {
            Fault fault = database.fault(e);
            finished = fault.connectionGood() && rollback();
            if (fault == Fault.DUPLICATE && !committing) {
                throw new DuplicateException(e);
            }
            if (committing && !fault.rolledBack()) {
                throw failure(what, Reason.UNKNOWN_OUTCOME, e);
            }
            throw failure(what, fault == Fault.REFUSED ? Reason.REFUSED : Reason.UNAVAILABLE, e);
        } catch (JournalException e) {
            finished = rollback();
            throw e;
        } finally {
            if (!finished) {
                patience.fails();
                disconnect(); // without a commit, so the database rolls back when it notices
            }
        }
    }

    /** Reads one snapshot; it can simply be done again. */
    <T> T callReading(String what, Question<T> question) {
        return callPlain(what, transaction -> {
            database.beginRead(connection());
            boolean finished = false;
            try {
                T result = question.call(transaction);
                finished = true;
                return result;
            } finally {
                if (finished) {
                    database.rollback(connection());
                }
            }
        });
    }

    /** Runs statements that are not part of a transaction. */
    <T> T callPlain(String what, Question<T> work) {
        connect(what);
        boolean finished = false;
        try {
            T result = work.call(this);
            finished = true;
            return result;
        } catch (SQLException e) {
            Fault fault = database.fault(e);
            throw failure(what, fault == Fault.REFUSED ? Reason.REFUSED : Reason.UNAVAILABLE, e);
        } finally {
            if (!finished) {
                patience.fails();
                disconnect();
            }
        }
    }

    private void connect(String what) {
        if (connection == null) {
            try {
                connection = database.connect(use, patience.times());
                connections++;
            } catch (SQLException e) {
                Fault fault = database.fault(e);
                throw failure(what, fault == Fault.REFUSED ? Reason.REFUSED : Reason.UNAVAILABLE, e);
            }
        }
        patience.begins();
    }

    private boolean rollback() {
        try {
            database.rollback(connection());
            return true;
        } catch (SQLException e) {
            LOG.debug("rollback failed; the connection is dropped", e);
            return false;
        }
    }

    private JournalException failure(String what, Reason reason, Throwable cause) {
        String code = cause instanceof SQLException sql
                ? " (SQLState=" + sql.getSQLState() + " code=" + sql.getErrorCode() + ")" + database.remedy(sql)
                : "";
        String doubt = reason == Reason.UNKNOWN_OUTCOME ? "; it may have been committed or not" : "";
        String said = String.valueOf(cause.getMessage()).replaceAll("\\s+", " "); // some drivers write paragraphs
        return new JournalException(
                reason, "cannot " + what + ": " + database.target() + ": " + said + code + doubt, cause);
    }

    /** Closes the connection; the next transaction opens another. */
    void disconnect() {
        prepared.clear();
        Connection last = connection;
        connection = null;
        if (last != null) {
            try {
                last.close();
            } catch (SQLException e) {
                LOG.debug("closing a connection failed", e);
            }
        }
    }
}
