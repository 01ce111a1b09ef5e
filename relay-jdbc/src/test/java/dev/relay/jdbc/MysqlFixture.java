package dev.relay.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** The MySQL database that the environment names, emptied for each test. */
final class MysqlFixture {
    static final String VARIABLE = "RELAY_TEST_MYSQL_URL";
    static final String SKIPPED = VARIABLE + " is not set; no MySQL to test with";

    private MysqlFixture() {}

    static String url() {
        String url = System.getenv(VARIABLE);
        Assumptions.assumeTrue(url != null, SKIPPED);
        return url == null ? "" : url;
    }

    static void dropTables() throws SQLException {
        ServerJournalContract.dropTables(url());
    }

    static void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The first column of the first row, or null if there is none. */
    static @Nullable String query(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getString(1) : null;
        }
    }

    static JdbcJournal journal(String nodeId) {
        return journal(nodeId, url());
    }

    static JdbcJournal journal(String nodeId, String url) {
        return JdbcJournal.builder().url(url).nodeId(nodeId).build();
    }
}
