package dev.relay.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jooq.SQLDialect;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(named = MysqlFixture.VARIABLE, matches = ".+", disabledReason = MysqlFixture.SKIPPED)
final class MysqlSearchIT {
    @BeforeEach
    void empty() throws SQLException {
        MysqlFixture.dropTables();
    }

    @Test
    void every_search_goes_along_its_index_without_sorting() throws Exception {
        try (JdbcJournal journal = MysqlFixture.journal("plans")) {
            journal.open();
            SearchPlans.fill(journal);
            MysqlFixture.execute("ANALYZE TABLE relay_message");
            try (Connection connection = DriverManager.getConnection(MysqlFixture.url())) {
                SearchPlans.check(connection, SQLDialect.MYSQL, "EXPLAIN FORMAT=TRADITIONAL", (path, sql, plan) -> {
                    String expected =
                            switch (path) {
                                case OFFSETS -> "key=PRIMARY ";
                                case CHANNEL_TIME -> "key=relay_message_time ";
                                case USER_TIME -> "key=relay_message_user ";
                                case TIME -> "key=relay_message_clock ";
                            };
                    assertThat(plan).as(sql).singleElement().asString().contains(expected);
                    assertThat(plan.get(0))
                            .as(sql)
                            .containsPattern("type=(range|ref) ")
                            .doesNotContain("filesort");
                });
            }
        }
    }
}
