package dev.relay.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the tables to the version this code knows. Steps are files {@code schema-<version>-<database>.sql}; a step that
 * was interrupted is run again, so every statement in them must bear that. One thread at a time.
 */
final class Schema {
    /** The newest version there is a step for. */
    static final int VERSION = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

    private final Database database;

    Schema(Database database) {
        this.database = database;
    }

    /** Runs the steps that are missing. The caller keeps other processes out. */
    void migrate() {
        Transactions transactions = new Transactions(database, Database.Use.MIGRATE);
        try {
            transactions.run("migrate the schema", transaction -> {
                try (Statement statement = transaction.connection().createStatement()) {
                    statement.execute("CREATE TABLE IF NOT EXISTS relay_schema (version INTEGER NOT NULL PRIMARY KEY)");
                    for (int version = version(statement) + 1; version <= VERSION; version++) {
                        for (String step : steps(version)) {
                            statement.execute(step);
                        }
                        statement.execute("INSERT INTO relay_schema (version) VALUES (" + version + ")");
                        LOG.info("schema migrated: version={} in {}", version, database.target());
                    }
                }
            });
        } finally {
            transactions.disconnect();
        }
    }

    /**
     * Whether {@link #migrate} has something to do.
     *
     * @throws JournalException {@code REFUSED} when the tables are newer than this code
     */
    boolean isOld(Transactions transaction) throws SQLException {
        try (Statement statement = transaction.connection().createStatement()) {
            if (!exists(statement)) {
                return true;
            }
            int version = version(statement);
            if (version > VERSION) {
                throw new JournalException(
                        Reason.REFUSED,
                        database.target() + " has schema version " + version
                                + ", made by a newer Relay; this one knows " + VERSION
                                + ": start the newer Relay, or restore a backup from before");
            }
            return version < VERSION;
        }
    }

    /** The version of the tables; 0 if there are none. */
    int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return exists(statement) ? version(statement) : 0;
        }
    }

    private boolean exists(Statement statement) throws SQLException {
        String sql = database instanceof SqliteDatabase
                ? "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'relay_schema'"
                : "SELECT 1 FROM information_schema.tables"
                        + " WHERE table_schema = DATABASE() AND table_name = 'relay_schema'";
        try (ResultSet result = statement.executeQuery(sql)) {
            return result.next();
        }
    }

    private static int version(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery("SELECT MAX(version) FROM relay_schema")) {
            return result.next() ? result.getInt(1) : 0; // NULL reads as 0
        }
    }

    private String[] steps(int version) {
        boolean mariaDb = database.schemaName().equals("mariadb");
        String file = "schema-" + version + "-" + (mariaDb ? "mysql" : database.schemaName()) + ".sql";
        try (InputStream in = Schema.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("missing from the jar: " + file);
            }
            String text = new String(in.readAllBytes(), UTF_8);
            text = text.replaceAll("--[^\n]*", "").strip();
            // the same order under MariaDB's name for it
            return (mariaDb ? text.replace("utf8mb4_0900_bin", "utf8mb4_nopad_bin") : text).split(";\\s*");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
