package dev.relay.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** The application writes into Relay's own file. */
final class OutboxSqliteTest extends OutboxScenarios {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path directory;

    @Override
    JdbcJournal journal() {
        return JdbcJournal.sqlite(directory.resolve("relay.db"));
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    private String url() {
        return "jdbc:sqlite:" + directory.resolve("relay.db") + "?busy_timeout=60000";
    }

    @Test
    void a_killed_application_has_published_each_of_its_transactions_once(TestReporter reporter) throws Exception {
        new OutboxCrash("jdbc:sqlite:" + directory.resolve("relay.db"), url()).run(this, reporter);
    }
}
