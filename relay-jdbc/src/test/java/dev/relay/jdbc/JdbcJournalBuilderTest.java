package dev.relay.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relay.InvalidConfigurationException;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JdbcJournalBuilderTest {
    @Test
    void all_faults_are_told_at_once() {
        InvalidConfigurationException failure = catchThrowableOfType(
                InvalidConfigurationException.class,
                () -> JdbcJournal.builder().nodeId(" ").build());
        assertThat(failure.faults()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://host/relay",
                "jdbc:mysql://host:3306",
                "jdbc:mysql://(host=h,user=u)/relay",
                "jdbc:mysql://host/relay?password=%zz",
                "jdbc:sqlite:",
                "jdbc:sqlite::memory:",
                "jdbc:sqlite:file:relay.db",
                "jdbc:sqlite:relay.db?journal_mode=OFF",
                "relay.db"
            })
    void a_url_that_cannot_work_is_refused(String url) {
        assertThatThrownBy(() -> JdbcJournal.builder().url(url).build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageStartingWith("url: ");
    }

    @Test
    void a_mysql_url_is_taken_apart_so_that_the_driver_gets_no_secrets_in_it() {
        List<String> faults = new ArrayList<>();
        MysqlUrl url = MysqlUrl.parse(
                "jdbc:mysql://u:p%40ss@db.example:3307/re%20lay?socketTimeout=9000&password=s%3Dcret&x",
                null, null, faults);
        assertThat(faults).isEmpty();
        assertThat(url).isNotNull();
        if (url != null) {
            assertThat(url.address()).isEqualTo("jdbc:mysql://db.example:3307/re lay");
            assertThat(url.properties())
                    .containsEntry("user", "u")
                    .containsEntry("password", "s=cret")
                    .containsEntry("socketTimeout", "9000");
        }
    }

    @Test
    void an_unreachable_server_is_unavailable_and_no_message_holds_the_password() {
        String url = "jdbc:mysql://127.0.0.1:1/relay?user=someone&password=topsecret";
        try (JdbcJournal journal = JdbcJournal.builder().url(url).build()) {
            JournalException failure = Failures.failure(journal::open, Reason.UNAVAILABLE);
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).contains("127.0.0.1:1").doesNotContain("topsecret");
            Failures.failure(journal::heartbeat, Reason.UNAVAILABLE);
        }
    }
}
