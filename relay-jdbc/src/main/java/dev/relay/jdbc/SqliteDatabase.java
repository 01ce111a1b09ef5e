package dev.relay.jdbc;

import dev.relay.RelayClock;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.jooq.SQLDialect;
import org.jspecify.annotations.Nullable;

/** SQLite in a file of this machine. */
final class SqliteDatabase implements Database {
    static final String PREFIX = "jdbc:sqlite:";

    private final Path file;
    private final RelayClock clock;
    private @Nullable FileOwnership ownership;

    SqliteDatabase(Path file, RelayClock clock) {
        this.file = file;
        this.clock = clock;
    }

    @Override
    public String target() {
        return "SQLite file " + file;
    }

    @Override
    public String missing() {
        return Files.exists(file) ? "" : "there is no " + target();
    }

    @Override
    public SQLDialect dialect() {
        return SQLDialect.SQLITE;
    }

    @Override
    public String schemaName() {
        return "sqlite";
    }

    /** Nobody is on the other side who could be silent, so patience makes no difference. */
    @Override
    public Connection connect(Use use, int patience) throws SQLException {
        Connection connection = driver().connect(PREFIX + file, new Properties());
        if (connection == null) {
            throw new SQLNonTransientConnectionException("the driver does not accept " + target(), "08001");
        }
        boolean ready = false;
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = " + (use == Use.MIGRATE ? 60_000 : 2_000));
            if (use == Use.READ) {
                statement.execute("PRAGMA query_only = 1");
            } else {
                statement.execute("PRAGMA page_size = 8192"); // before the file has a page
                try (ResultSet mode = statement.executeQuery("PRAGMA journal_mode = WAL")) {
                    if (!mode.next() || !"wal".equalsIgnoreCase(mode.getString(1))) {
                        throw new SQLException("write-ahead logging does not work there; is it a network file system?");
                    }
                }
                statement.execute("PRAGMA synchronous = FULL"); // fsync in every commit
                statement.execute("PRAGMA fullfsync = 1"); // macOS: through the drive's cache
                statement.execute("PRAGMA checkpoint_fullfsync = 1");
                statement.execute("PRAGMA wal_autocheckpoint = 2000"); // 16 MiB
                statement.execute("PRAGMA journal_size_limit = 67108864");
            }
            ready = true;
            return connection;
        } finally {
            if (!ready) {
                connection.close();
            }
        }
    }

    private static Driver driver() throws SQLException {
        try {
            return DriverManager.getDriver(PREFIX);
        } catch (SQLException e) {
            throw new SQLException("no JDBC driver for SQLite; add org.xerial:sqlite-jdbc to the class path", e);
        }
    }

    /**
     * In the driver's auto-commit mode, which means that it leaves transactions to us: its own mode begins the next
     * transaction, and so takes the write lock, as soon as one has ended.
     */
    @Override
    public void begin(Connection connection) throws SQLException {
        execute(connection, "BEGIN IMMEDIATE");
    }

    @Override
    public void beginRead(Connection connection) throws SQLException {
        execute(connection, "BEGIN");
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        execute(connection, "COMMIT");
    }

    @Override
    public void rollback(Connection connection) throws SQLException {
        execute(connection, "ROLLBACK");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** By SQLite's primary result code, which is the driver's error code. */
    @Override
    public Fault fault(SQLException failure) {
        return switch (failure.getErrorCode()) {
            case 19 -> Fault.DUPLICATE; // CONSTRAINT; what else it may be, the read-back tells
            case 5, 6, 15 -> Fault.CONTENDED; // BUSY, LOCKED, PROTOCOL
            case 7, 8, 13, 14 -> Fault.UNUSABLE; // NOMEM, READONLY, FULL, CANTOPEN
            case 11, 18, 20, 25, 26 -> Fault.REFUSED; // CORRUPT, TOOBIG, MISMATCH, RANGE, NOTADB
            default -> Fault.UNCLEAR; // IOERR above all: a failed fsync may have written or not
        };
    }

    /** The clock of this machine: the file's owners are all here. */
    @Override
    public long nowMicros(Connection connection) {
        return clock.epochMicros();
    }

    @Override
    public boolean lock(String nodeId) {
        if (ownership == null) {
            try {
                Path parent = file.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                ownership = FileOwnership.take(file, nodeId);
            } catch (IOException e) {
                throw new JournalException(Reason.UNAVAILABLE, "cannot lock the " + target() + ": " + e, e);
            }
        }
        return true;
    }

    @Override
    public void unlock() {
        if (ownership != null) {
            ownership.giveBack();
            ownership = null;
        }
    }

    @Override
    public boolean beginExclusive(Connection connection) {
        return true; // lock() and BEGIN IMMEDIATE are that already
    }

    @Override
    public void endExclusive(Connection connection) {}

    @Override
    public List<String> check(Connection connection) {
        return List.of(); // durable as connect() sets it, and the claim has written already
    }

    @Override
    public String remedy(SQLException failure) {
        return switch (failure.getErrorCode()) {
            case 8, 14 -> "; make the file and its directory writable for user " + System.getProperty("user.name");
            case 13 -> "; free some space";
            default -> "";
        };
    }
}
