package dev.relay.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.journal.Append;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.StreamState;
import dev.relay.tck.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong with a file. */
final class SqliteFaultsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path directory;

    private boolean mounted;

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", disk().toString());
        }
    }

    @Test
    void the_file_has_the_settings_that_durability_needs() throws Exception {
        try (JdbcJournal journal = open(file())) {
            journal.heartbeat();
            assertThat(query("PRAGMA journal_mode")).isEqualTo("wal");
            assertThat(query("PRAGMA page_size")).isEqualTo("8192");
        }
        try (Connection writer =
                new SqliteDatabase(file(), dev.relay.RelayClock.system()).connect(Database.Use.WRITE)) {
            assertThat(query(writer, "PRAGMA synchronous")).isEqualTo("2");
            assertThat(query(writer, "PRAGMA busy_timeout")).isEqualTo("2000");
        }
    }

    @Test
    void a_schema_of_a_newer_relay_is_refused() throws Exception {
        open(file()).close();
        execute("INSERT INTO relay_schema (version) VALUES (99)");
        try (JdbcJournal journal = JdbcJournal.sqlite(file())) {
            assertThat(Failures.failure(journal::open, Reason.REFUSED))
                    .hasMessageContaining("schema version 99")
                    .hasMessageContaining("newer Relay");
            execute("DELETE FROM relay_schema WHERE version = 99");
            journal.open();
        }
    }

    @Test
    void a_file_that_is_something_else_is_refused() throws Exception {
        Files.writeString(file(), "this is not a database, and long enough to have a header ".repeat(200));
        try (JdbcJournal journal = JdbcJournal.sqlite(file())) {
            assertThat(Failures.failure(journal::open, Reason.REFUSED)).hasMessageContaining("relay.db");
        }
    }

    @Test
    void missing_directories_are_made() {
        try (JdbcJournal journal = open(directory.resolve("a/b/relay.db"))) {
            journal.heartbeat();
        }
    }

    @Test
    void a_foreign_row_at_the_next_offset_is_told() throws Exception {
        try (JdbcJournal journal = open(file())) {
            StreamState stream = Samples.load(journal, "orders");
            journal.append(Samples.appends(stream, 1, 3));
            execute("INSERT INTO relay_message (stream_id, seq, append_id, created_at, kind, payload) VALUES ("
                    + stream.streamId() + ", 4, 12345, 0, 0, x'00')");

            assertThat(Failures.failure(() -> journal.append(Samples.appends(stream, 4, 5)), Reason.OCCUPIED))
                    .hasMessageContaining("offset=4");
            journal.append(Samples.appends(stream, 5, 5));
        }
    }

    @Test
    void rows_deleted_through_the_trim_mark_keep_the_top_and_are_not_read() throws Exception {
        try (JdbcJournal journal = open(file())) {
            journal.append(Samples.appends(Samples.load(journal, "orders"), 1, 9));
        }
        execute("UPDATE relay_stream SET trimmed_to = 9", "DELETE FROM relay_message WHERE seq < 7");
        try (JdbcJournal journal = open(file())) {
            StreamState stream = Samples.load(journal, "orders");
            assertThat(stream.top()).isEqualTo(9);
            assertThat(stream.trimmedTo()).isEqualTo(9);
            assertThat(journal.read(Samples.all(stream))).isEmpty();
            Failures.failure(() -> journal.append(Samples.appends(stream, 2, 2)), Reason.REFUSED);
            journal.append(Samples.appends(stream, 10, 10));
            assertThat(journal.read(Samples.all(stream))).hasSize(1);
        }
    }

    @Test
    void one_step_of_a_trim_is_bounded_in_rows_and_in_bytes() {
        try (JdbcJournal journal = open(file())) {
            StreamState small = Samples.load(journal, "small");
            StreamState large = Samples.load(journal, "large");
            journal.append(Samples.appends(small, 1, 2_000));
            journal.append(LongStream.rangeClosed(1, 200)
                    .mapToObj(offset -> Samples.append(large, offset, Payload.of(new byte[100_000])))
                    .toList());

            assertThat(journal.trim(small.streamId(), 2_000)).isEqualTo(StreamTrimmer.MAX_ROWS);
            assertThat(journal.trim(large.streamId(), 200)).isBetween(42L, 42L + 64);

            Samples.trim(journal, small, 2_000);
            Samples.trim(journal, large, 200);
            assertThat(journal.read(Samples.all(small))).isEmpty();
            assertThat(journal.read(Samples.all(large))).isEmpty();
        }
    }

    @Test
    void a_trim_that_cannot_be_made_now_leaves_everything_and_can_be_repeated() throws Exception {
        try (JdbcJournal journal = open(file())) {
            StreamState stream = Samples.load(journal, "orders");
            journal.append(Samples.appends(stream, 1, 9));
            try (Connection other = connection();
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                Failures.failure(() -> journal.trim(stream.streamId(), 5), Reason.UNAVAILABLE);
                statement.execute("ROLLBACK");
            }
            assertThat(journal.read(Samples.all(stream))).hasSize(9);
            assertThat(journal.trim(stream.streamId(), 5)).isEqualTo(5);
            assertThat(journal.read(Samples.all(stream))).hasSize(4);
        }
    }

    @Test
    void a_locked_file_is_unavailable_until_it_is_free() throws Exception {
        try (JdbcJournal journal = open(file())) {
            StreamState stream = Samples.load(journal, "orders");
            try (Connection other = connection();
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                Failures.failure(() -> journal.append(Samples.appends(stream, 1, 2)), Reason.UNAVAILABLE);
                statement.execute("ROLLBACK");
            }
            journal.append(Samples.appends(stream, 1, 2));
        }
    }

    @Test
    void a_full_disk_is_unavailable_until_there_is_room() throws Exception {
        mount("size=2m");
        Path ballast = disk().resolve("ballast");
        try (JdbcJournal journal = open(disk().resolve("relay.db"))) {
            StreamState stream = Samples.load(journal, "orders", Durability.ASYNC);
            journal.append(Samples.appends(stream, 1, 3));
            fill(ballast);
            List<Append> large = List.of(Samples.append(stream, 4, Payload.of(new byte[200_000])));

            Failures.failure(() -> journal.append(large), Reason.UNAVAILABLE);
            Failures.failure(() -> journal.append(large), Reason.UNAVAILABLE);
            assertThat(journal.read(Samples.all(stream))).hasSize(3);

            Files.delete(ballast);
            journal.append(large);
            assertThat(journal.read(Samples.all(stream))).hasSize(4);
        }
    }

    @Test
    void what_failed_and_was_not_made_good_is_not_closed_cleanly() throws Exception {
        mount("size=2m");
        Path ballast = disk().resolve("ballast");
        String epoch;
        try (JdbcJournal journal = open(disk().resolve("relay.db"))) {
            StreamState stream = Samples.load(journal, "ticks", Durability.ASYNC);
            epoch = stream.epoch();
            fill(ballast);
            List<Append> large = List.of(Samples.append(stream, 1, Payload.of(new byte[200_000])));
            Failures.failure(() -> journal.append(large), Reason.UNAVAILABLE);
            Files.delete(ballast);
        }
        try (JdbcJournal journal = open(disk().resolve("relay.db"))) {
            assertThat(Samples.load(journal, "ticks", Durability.ASYNC).epoch()).isNotEqualTo(epoch);
        }
    }

    @Test
    void a_read_only_disk_is_unavailable_until_it_can_be_written() throws Exception {
        mount("size=2m");
        open(disk().resolve("relay.db")).close();
        run("mount", "-o", "remount,ro", disk().toString());
        try (JdbcJournal journal = JdbcJournal.sqlite(disk().resolve("relay.db"))) {
            assertThat(Failures.failure(journal::open, Reason.UNAVAILABLE)).hasMessageContaining("relay.db");
            run("mount", "-o", "remount,rw", disk().toString());
            journal.open();
        }
    }

    private Path file() {
        return directory.resolve("relay.db");
    }

    private static JdbcJournal open(Path file) {
        JdbcJournal journal = JdbcJournal.sqlite(file);
        journal.open();
        return journal;
    }

    private Connection connection() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file());
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private String query(String sql) throws SQLException {
        try (Connection connection = connection()) {
            return query(connection, sql);
        }
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? String.valueOf(result.getString(1)) : "nothing";
        }
    }

    private Path disk() {
        return directory.resolve("disk");
    }

    /** A small file system of its own, where this process may have one. */
    private void mount(String options) throws Exception {
        Files.createDirectory(disk());
        mounted = isLinux() && run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk().toString()) == 0;
        Assumptions.assumeTrue(mounted, "needs root on Linux, to mount a small disk");
    }

    private static boolean isLinux() {
        return System.getProperty("os.name").equals("Linux");
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static void fill(Path file) {
        try (var out = Files.newOutputStream(file)) {
            byte[] block = new byte[4_096];
            for (int i = 0; i < 1_000_000; i++) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).as("the disk is full").hasMessageContaining("space");
        }
    }
}
