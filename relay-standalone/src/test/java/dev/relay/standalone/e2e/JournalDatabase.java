package dev.relay.standalone.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The database behind a Relay, seen without Relay: plain JDBC on its tables. */
record JournalDatabase(String jdbcUrl, Map<String, String> environment) {
    /** One publication as it is stored. */
    record Row(long seq, String payload) {
        /** The {@code id} of a payload {@code {"id":17}}. */
        int id() {
            Object id = Json.object(payload).get("id");
            if (id instanceof Number number) {
                return number.intValue();
            }
            throw new AssertionError("row " + seq + " has no id: " + payload);
        }
    }

    /** The default: a file in the data directory. */
    static JournalDatabase sqlite(RelaySettings settings) {
        return new JournalDatabase("jdbc:sqlite:" + settings.dataDirectory().resolve("relay.db"), Map.of());
    }

    /** The MySQL the tests were given, emptied of what earlier tests left; without one, the test is reported skipped. */
    static JournalDatabase mysql() throws SQLException {
        @Nullable String url = System.getenv("RELAY_TEST_MYSQL_URL");
        assumeTrue(url != null && !url.isBlank(), "RELAY_TEST_MYSQL_URL is not set: scripts/testmysql start");
        JournalDatabase database = at(url);
        database.dropTables();
        return database;
    }

    /** The MySQL at this address, as it is. */
    static JournalDatabase at(String url) {
        return new JournalDatabase(url, Map.of("RELAY_DATABASE_URL", url));
    }

    RelaySettings use(RelaySettings settings) {
        RelaySettings changed = settings;
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            changed = changed.with(variable.getKey(), variable.getValue());
        }
        return changed;
    }

    /** All rows of a channel, by offset. */
    List<Row> rows(String channel) throws SQLException {
        String query = "SELECT m.seq, m.payload FROM relay_message m JOIN relay_stream s ON s.id = m.stream_id"
                + " WHERE s.channel = ? ORDER BY m.seq";
        List<Row> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, channel);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(new Row(result.getLong(1), new String(result.getBytes(2), UTF_8)));
                }
            }
        }
        return rows;
    }

    private void dropTables() throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet result =
                    connection.getMetaData().getTables(connection.getCatalog(), null, "relay\\_%", null)) {
                while (result.next()) {
                    tables.add(result.getString("TABLE_NAME"));
                }
            }
            statement.execute("SET FOREIGN_KEY_CHECKS = 0");
            for (String table : tables) {
                statement.execute("DROP TABLE `" + table + "`");
            }
        }
    }
}
