package dev.relay.jdbc;

import java.sql.SQLException;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(named = MysqlFixture.VARIABLE, matches = ".+", disabledReason = MysqlFixture.SKIPPED)
final class MysqlRetentionIT extends RetentionScenario {
    MysqlRetentionIT() throws SQLException {
        MysqlFixture.dropTables(); // an instance per test
    }

    @Override
    JdbcJournal journal() {
        return MysqlFixture.journal("node-1");
    }

    @Override
    long query(String sql) throws SQLException {
        String found = MysqlFixture.query(sql);
        return found == null ? 0 : Long.parseLong(found);
    }
}
