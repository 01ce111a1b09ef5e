package dev.relay.jdbc;

import java.sql.SQLException;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(named = MysqlFixture.VARIABLE, matches = ".+", disabledReason = MysqlFixture.SKIPPED)
final class MysqlJournalIT extends ServerJournalContract {
    MysqlJournalIT() throws SQLException {
        super(MysqlFixture.url());
    }
}
