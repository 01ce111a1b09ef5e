package dev.relay.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.relay.jdbc.Database.Use;
import dev.relay.journal.JournalException.Reason;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found out at the start about a server of either kind. */
@Timeout(60)
final class ServerChecksIT {
    @ParameterizedTest
    @ValueSource(strings = {MysqlFixture.VARIABLE, MariaDbJournalIT.VARIABLE})
    void a_server_that_is_set_well_gives_no_warning(String variable) throws SQLException {
        try (JdbcJournal journal = opened(variable)) {
            assertThat(journal.warnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {MysqlFixture.VARIABLE, MariaDbJournalIT.VARIABLE})
    void each_setting_that_may_lose_or_refuse_messages_is_named_with_what_to_do(String variable) throws SQLException {
        String url = url(variable);
        try {
            execute(url, "SET GLOBAL innodb_flush_log_at_trx_commit = 0", "SET GLOBAL max_allowed_packet = 1048576");
            try (JdbcJournal journal = opened(variable)) {
                assertThat(journal.warnings())
                        .satisfiesExactly(
                                durable -> assertThat(durable)
                                        .contains("NOT DURABLE", "innodb_flush_log_at_trx_commit=0", "set the first"),
                                packet -> assertThat(packet).contains("max_allowed_packet=1048576", "raise it"));
            }
        } finally {
            execute(url, "SET GLOBAL innodb_flush_log_at_trx_commit = 1", "SET GLOBAL max_allowed_packet = 67108864");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {MysqlFixture.VARIABLE, MariaDbJournalIT.VARIABLE})
    void a_user_who_may_only_read_is_told_what_to_grant(String variable) throws SQLException {
        opened(variable).close();
        JdbcJournal reader = JdbcJournal.builder()
                .url(url(variable).replace("user=relay", "user=relay_reader"))
                .nodeId("reader")
                .build();
        assertThat(Failures.failure(reader::open, Reason.UNAVAILABLE))
                .hasMessageContaining("denied")
                .hasMessageContaining(
                        "grant the user SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX and DROP on relay.*");
    }

    @ParameterizedTest
    @ValueSource(strings = {MysqlFixture.VARIABLE, MariaDbJournalIT.VARIABLE})
    void a_missing_privilege_on_a_table_is_found_before_traffic_needs_it(String variable) throws SQLException {
        opened(variable).close();
        try (Connection reader =
                DriverManager.getConnection(url(variable).replace("user=relay", "user=relay_reader"))) {
            assertThatThrownBy(() -> ServerChecks.rehearse(reader)).hasMessageContaining("denied");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {MysqlFixture.VARIABLE, MariaDbJournalIT.VARIABLE})
    void the_time_zone_of_the_server_does_not_matter(String variable) throws SQLException {
        String url = url(variable);
        try {
            execute(url, "SET GLOBAL time_zone = '+05:00'");
            MysqlDatabase database =
                    new MysqlDatabase(requireNonNull(MysqlUrl.parse(url, null, null, new ArrayList<>())));
            try (Connection connection = database.connect(Use.WRITE);
                    Statement statement = connection.createStatement();
                    ResultSet zone = statement.executeQuery("SELECT @@session.time_zone")) {
                assertThat(zone.next()).isTrue();
                assertThat(zone.getString(1)).isEqualTo("+00:00");
            }
        } finally {
            execute(url, "SET GLOBAL time_zone = 'SYSTEM'");
        }
    }

    private static String url(String variable) {
        String url = System.getenv(variable);
        assumeThat(url).as("%s is not set; no server to test with", variable).isNotNull();
        return url;
    }

    private static JdbcJournal opened(String variable) throws SQLException {
        String url = url(variable);
        ServerJournalContract.dropTables(url);
        JdbcJournal journal = JdbcJournal.builder().url(url).nodeId("one").build();
        journal.open();
        return journal;
    }

    private static void execute(String url, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
