package dev.relay.benchmarks.journal;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What the driver can do without Relay: rows like those of the journal, so many in one statement and transaction. */
final class RawInserts {
    private static final String TABLE = "relay_proof_raw";

    private RawInserts() {}

    /** Rows a second, committed. */
    static double perSecond(String url, int rowsPerCommit, int payloadBytes, int seconds) throws SQLException {
        boolean mysql = url.startsWith("jdbc:mysql:");
        String options = mysql ? "&useServerPrepStmts=true&cachePrepStmts=true&prepStmtCacheSqlLimit=65536" : "";
        try (Connection connection = DriverManager.getConnection(url + options);
                Statement statement = connection.createStatement()) {
            if (!mysql) {
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute("PRAGMA synchronous = FULL");
            }
            statement.execute("DROP TABLE IF EXISTS " + TABLE);
            statement.execute("CREATE TABLE " + TABLE
                    + " (stream_id BIGINT NOT NULL, seq BIGINT NOT NULL, append_id BIGINT NOT NULL,"
                    + " created_at BIGINT NOT NULL, payload " + (mysql ? "LONGBLOB" : "BLOB")
                    + " NOT NULL, PRIMARY KEY (stream_id, seq))");
            connection.setAutoCommit(false);
            try {
                return measure(connection, rowsPerCommit, payloadBytes, seconds);
            } finally {
                connection.rollback();
                statement.execute("DROP TABLE " + TABLE);
                connection.commit();
            }
        }
    }

    private static double measure(Connection connection, int rowsPerCommit, int payloadBytes, int seconds)
            throws SQLException {
        Random random = new Random(1);
        byte[] payload = new byte[payloadBytes];
        random.nextBytes(payload);
        String values = ",(?,?,?,?,?)".repeat(rowsPerCommit).substring(1);
        long rows = 0;
        long began = System.nanoTime();
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + TABLE + " VALUES " + values)) {
            while (System.nanoTime() - began < TimeUnit.SECONDS.toNanos(seconds)) {
                int at = 1;
                for (int i = 0; i < rowsPerCommit; i++) {
                    insert.setLong(at++, 1);
                    insert.setLong(at++, ++rows);
                    insert.setLong(at++, random.nextLong());
                    insert.setLong(at++, rows);
                    insert.setBytes(at++, payload);
                }
                insert.executeUpdate();
                connection.commit();
            }
        }
        return rows * 1e9 / (System.nanoTime() - began);
    }
}
