package dev.relay.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.journal.JournalException;
import dev.relay.journal.JournalPage;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.StreamQuery;
import dev.relay.tck.Samples;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.jooq.SQLDialect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteSearchTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path directory;

    private String url() {
        return "jdbc:sqlite:" + directory.resolve("relay.db");
    }

    private JdbcJournal open() {
        JdbcJournal journal = JdbcJournal.builder().url(url()).build();
        journal.open();
        return journal;
    }

    @Test
    void every_search_goes_along_its_index_in_order() throws Exception {
        try (JdbcJournal journal = open();
                Connection connection = DriverManager.getConnection(url())) {
            SearchPlans.fill(journal);
            SearchPlans.check(connection, SQLDialect.SQLITE, "EXPLAIN QUERY PLAN", (path, sql, plan) -> {
                String expected =
                        switch (path) {
                            case OFFSETS -> "sqlite_autoindex_relay_message_1 (stream_id=?";
                            case CHANNEL_TIME -> "relay_message_time (stream_id=? AND created_at";
                            case USER_TIME -> "relay_message_user (user_id=? AND ";
                            case TIME -> "relay_message_clock (";
                        };
                assertThat(String.join("\n", plan)).as(sql).contains("USING INDEX " + expected);
                assertThat(String.join("\n", plan))
                        .as(sql)
                        .doesNotContain("SCAN relay_message")
                        .doesNotContain("TEMP B-TREE FOR ORDER BY");
            });
        }
    }

    @Test
    void a_search_that_no_index_serves_looks_at_a_part_and_says_where_to_go_on() {
        try (JdbcJournal journal = open()) {
            var stream = Samples.load(journal, "orders");
            for (long first = 1; first <= 20_000; first += 500) {
                journal.append(Samples.appends(stream, first, first + 499));
            }
            JournalQuery query = JournalQuery.newest(10).ofClient("nobody").timeLimit(Duration.ZERO);
            JournalPage page = journal.find(query);
            assertThat(page.entries()).isEmpty();
            assertThat(page.more()).isTrue();
            int pages = 1;
            for (; page.more(); pages++) {
                page = journal.find(query.after(page.cursor()));
            }
            assertThat(pages)
                    .as("no page looks at more than a few hundred rows")
                    .isGreaterThan(20_000 / 1_100);
        }
    }

    @Test
    void a_reader_sees_what_an_owner_commits_and_writes_nothing() throws Exception {
        try (JdbcJournalReader reader = JdbcJournal.builder().url(url()).buildReader()) {
            Assertions.assertThatExceptionOfType(JournalException.class)
                    .isThrownBy(reader::check)
                    .withMessageContaining("there is no SQLite file");
            assertThat(directory.resolve("relay.db")).doesNotExist();
            try (JdbcJournal journal = open()) {
                var stream = Samples.load(journal, "orders");
                assertThat(reader.streams(StreamQuery.all(10)).streams()).hasSize(1);
                journal.append(Samples.appends(stream, 1, 7));
                assertThat(reader.find(JournalQuery.oldest(10)).entries()).hasSize(7);
                assertThat(reader.rows(stream.streamId(), 2, 3))
                        .extracting(StoredRow::offset)
                        .containsExactly(3L, 4L, 5L);
                journal.append(Samples.appends(stream, 8, 8));
                assertThat(reader.find(JournalQuery.oldest(10)).entries()).hasSize(8);
            }
        }
    }

    @Test
    void a_stream_is_adopted_as_it_is_elsewhere_unless_it_has_published() throws Exception {
        try (JdbcJournal journal = open()) {
            var made = journal.adopt("a", "abcd", 5);
            assertThat(made.epoch()).isEqualTo("abcd");
            assertThat(made.top()).isEqualTo(5);
            assertThat(journal.adopt("a", "other", 0)).isEqualTo(made);
            journal.append(Samples.appends(made, 6, 7));
            assertThat(journal.adopt("a", "abcd", 5).top()).isEqualTo(7);
            Samples.load(journal, "empty");
            assertThat(journal.adopt("empty", "wxyz", 3).epoch()).isEqualTo("wxyz");
            assertThat(Samples.load(journal, "empty").trimmedTo()).isEqualTo(3);
        }
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP INDEX relay_message_user");
        }
        try (JdbcJournalReader reader = JdbcJournal.builder().url(url()).buildReader()) {
            Assertions.assertThatExceptionOfType(JournalException.class)
                    .isThrownBy(() -> reader.find(JournalQuery.newest(1).ofUser("ann")))
                    .withMessageContaining("relay_message_user");
        }
    }
}
