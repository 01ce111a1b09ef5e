package dev.relay.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jooq.SQLDialect;

/**
 * What differs between the databases. Stateless but for what {@link #lock} holds.
 *
 * <p><b>Threading.</b> {@link #lock} and {@link #unlock}: one thread at a time; the others: any thread.
 */
sealed interface Database permits MysqlDatabase, SqliteDatabase {
    /** What a connection is for; decides its timeouts and what it may do. */
    enum Use {
        WRITE,
        READ,
        /** As for writing, with time to rebuild a table. */
        MIGRATE
    }

    /** Names the database in messages: where it is, without anything secret. */
    String target();

    /** Why there cannot be anything to read; {@code ""} if there may be. Connecting could make it. */
    String missing();

    /** What jOOQ renders for. */
    SQLDialect dialect();

    /** Prefix of this database's migrations. */
    String schemaName();

    /** Opens a connection with everything set that durability and time limits need. */
    default Connection connect(Use use) throws SQLException {
        return connect(use, 1);
    }

    /** The same for a server that has been too slow: waits {@code patience} times as long for its answers. */
    Connection connect(Use use, int patience) throws SQLException;

    /** Begins a transaction that writes; on SQLite this waits for the write lock. */
    void begin(Connection connection) throws SQLException;

    /** Begins a transaction that reads one snapshot. */
    void beginRead(Connection connection) throws SQLException;

    void commit(Connection connection) throws SQLException;

    void rollback(Connection connection) throws SQLException;

    /** What an error means. */
    Fault fault(SQLException failure);

    /** Microseconds since 1970-01-01 UTC, by the clock that all who compare such times with each other share. */
    long nowMicros(Connection connection) throws SQLException;

    /**
     * Keeps other processes from owning the store, as far as the operating system can.
     *
     * @return whether this proves that every earlier owner is dead
     * @throws dev.relay.journal.JournalException when another living process holds it
     */
    boolean lock(String nodeId);

    /** Gives {@link #lock} back; does nothing when it is not held. */
    void unlock();

    /** Keeps others from migrating and from becoming owner, until {@link #endExclusive}. Outside of transactions. */
    boolean beginExclusive(Connection connection) throws SQLException;

    void endExclusive(Connection connection) throws SQLException;

    /**
     * Makes sure that this user may do what Relay does.
     *
     * @return what an operator should change, one line each; empty if nothing
     */
    List<String> check(Connection connection) throws SQLException;

    /** What to do about an error, to be put behind what it says; {@code ""} if that is not known. */
    String remedy(SQLException failure);
}
