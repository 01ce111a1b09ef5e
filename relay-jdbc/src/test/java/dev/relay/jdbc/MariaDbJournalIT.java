package dev.relay.jdbc;

import java.sql.SQLException;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(
        named = MariaDbJournalIT.VARIABLE,
        matches = ".+",
        disabledReason = MariaDbJournalIT.VARIABLE + " is not set; no MariaDB to test with")
final class MariaDbJournalIT extends ServerJournalContract {
    static final String VARIABLE = "RELAY_TEST_MARIADB_URL";

    MariaDbJournalIT() throws SQLException {
        super(System.getenv(VARIABLE));
    }
}
