package dev.relay.jdbc;

import dev.relay.RelayClock;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which run of which node may write: the one with the highest id in {@code relay_run}. Nothing else decides; the silence
 * and the locks only say when a new one may be added. One thread at a time.
 */
final class Ownership {
    /** An owner that has said nothing for so long is taken for dead; if it lives after all, it is fenced. */
    static final Duration SILENCE = Duration.ofSeconds(10);

    private static final long SILENCE_MICROS = TimeUnit.MICROSECONDS.convert(SILENCE);
    private static final long STAMP_EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

    private final Database database;
    private final SqlTexts sql;
    private final RelayClock clock;
    private final String nodeId;
    private long run;
    private long stampedNanos;

    Ownership(Database database, SqlTexts sql, RelayClock clock, String nodeId) {
        this.database = database;
        this.sql = sql;
        this.clock = clock;
        this.nodeId = nodeId;
    }

    /** This run's id. */
    long run() {
        return run;
    }

    /**
     * Becomes the owner.
     *
     * @param othersAreDead whether a lock proves that no earlier owner lives
     */
    void claim(Transactions transaction, boolean othersAreDead) throws SQLException {
        long now = database.nowMicros(transaction.connection());
        try (ResultSet newest = transaction.prepare(sql.newestRunExclusive()).executeQuery()) {
            if (newest.next()) {
                String owner = newest.getString(2);
                long silent = now - newest.getLong(3);
                newest.getLong(4);
                boolean closed = !newest.wasNull();
                // a time far in the future: the database's clock was put back, or is another's; it proves nothing
                if (!closed && !othersAreDead && !owner.equals(nodeId) && Math.abs(silent) < SILENCE_MICROS) {
                    throw new JournalException(
                            Reason.OWNED,
                            database.target() + " is owned by node " + owner + " (run " + newest.getLong(1)
                                    + ", alive " + Math.max(0, silent) / 1000 + " ms ago), and this is node " + nodeId
                                    + "; waiting until that one is closed or silent for " + SILENCE.toSeconds() + " s");
                }
                if (!closed) {
                    LOG.info(
                            "taking over from run {} of node {}, which was not closed: {}",
                            newest.getLong(1),
                            owner,
                            database.target());
                }
            }
        }
        PreparedStatement insert = transaction.prepare(sql.insertRun());
        insert.setString(1, nodeId);
        insert.setLong(2, now);
        insert.setLong(3, now);
        insert.executeUpdate();
        run = newest(transaction); // what is ours: newer ones are kept out until the commit
        stampedNanos = clock.nanoTime();
    }

    /**
     * Holds off a new owner until the transaction ends, and says now and then that this one lives.
     *
     * @throws JournalException {@code FENCED} if there is a newer run already
     */
    void check(Transactions transaction) throws SQLException {
        long nanos = clock.nanoTime();
        if (nanos - stampedNanos >= STAMP_EVERY_NANOS) {
            stamp(transaction); // before the shared lock, which two could hold and neither could raise
            stampedNanos = nanos;
        }
        checkNewest(transaction);
    }

    /** As {@link #check}, and says in any case that this owner lives. */
    void beat(Transactions transaction) throws SQLException {
        stamp(transaction);
        stampedNanos = clock.nanoTime();
        checkNewest(transaction);
    }

    private void stamp(Transactions transaction) throws SQLException {
        update(transaction, database.nowMicros(transaction.connection()), false);
    }

    private void checkNewest(Transactions transaction) throws SQLException {
        long newest = newest(transaction);
        if (newest != run) {
            throw new JournalException(
                    Reason.FENCED,
                    database.target() + " has another owner: run " + newest + " instead of our " + run
                            + "; this engine must not write any more");
        }
    }

    private long newest(Transactions transaction) throws SQLException {
        try (ResultSet newest = transaction.prepare(sql.newestRunShared()).executeQuery()) {
            return newest.next() ? newest.getLong(1) : -1;
        }
    }

    /**
     * Gives the store up.
     *
     * @param clean whether everything offered has been committed; if not, the run stays unclosed, so that asynchronous
     *     streams get new epochs, but can be taken over at once
     */
    void release(Transactions transaction, boolean clean) throws SQLException {
        checkNewest(transaction);
        update(transaction, clean ? database.nowMicros(transaction.connection()) : 0, clean);
    }

    private void update(Transactions transaction, long now, boolean closed) throws SQLException {
        PreparedStatement update = transaction.prepare(sql.updateRun());
        update.setLong(1, now);
        if (closed) {
            update.setLong(2, now);
        } else {
            update.setNull(2, Types.BIGINT);
        }
        update.setLong(3, run);
        update.executeUpdate();
    }
}
