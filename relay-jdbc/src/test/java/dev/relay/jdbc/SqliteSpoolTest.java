package dev.relay.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.Spool;
import dev.relay.journal.Spooled;
import dev.relay.journal.StreamState;
import dev.relay.tck.Samples;
import dev.relay.tck.SpoolContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteSpoolTest extends SpoolContract {
    private static final StreamState STREAM = new StreamState("orders", 1, "epoch", 0, 0);

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path directory;

    @Override
    protected Spool spool(long maxBytes) {
        return SqliteSpool.at(file(), maxBytes);
    }

    /** Closing writes nothing, so it leaves the file as a kill would; {@link SpoolCrashTest} kills. */
    @Override
    protected void crash(Spool open) {
        open.close();
    }

    @Test
    void the_file_is_small_again_after_a_long_outage() throws Exception {
        try (SqliteSpool spool = SqliteSpool.at(directory.resolve("other.db"))) {
            spool.open();
            for (long offset = 1; offset <= 300; offset += 10) {
                spool.append(large(offset, offset + 9));
            }
            assertThat(spool.size().bytes()).isGreaterThan(30 << 20);
            spool.remove(Long.MAX_VALUE);
            assertThat(spool.size().bytes()).isLessThan(1 << 20);
        }
        assertThat(Files.size(directory.resolve("other.db"))).isLessThan(1 << 20);
    }

    @Test
    void a_locked_file_takes_nothing_and_then_everything_once() throws Exception {
        try (SqliteSpool spool = SqliteSpool.at(directory.resolve("other.db"))) {
            spool.open();
            spool.append(large(1, 1));
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("other.db"));
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                Failures.failure(() -> spool.append(large(2, 3)), Reason.UNAVAILABLE);
                Failures.failure(() -> spool.remove(1), Reason.UNAVAILABLE);
                assertThat(spool.oldest(9, Long.MAX_VALUE)).hasSize(1);
                statement.execute("ROLLBACK");
            }
            spool.append(large(2, 3));
            assertThat(spool.oldest(9, Long.MAX_VALUE)).hasSize(3);
            spool.remove(1);
            assertThat(spool.size().publications()).isEqualTo(2);
        }
    }

    @Test
    void what_an_append_left_that_failed_in_its_commit_is_never_seen() throws Exception {
        Path other = directory.resolve("other.db");
        try (SqliteSpool spool = SqliteSpool.at(other)) {
            spool.open();
            spool.append(large(1, 1));
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + other);
                    Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO relay_spool SELECT position + 1, channel, durability, epoch, stream_id,"
                        + " seq + 1, append_id + 1, created_at, client_id, user_id, conn_info, chan_info, kind, tags,"
                        + " payload, idempotency_key, key_expires_at, outbox_id, outbox_stands FROM relay_spool");
                assertThat(spool.oldest(9, Long.MAX_VALUE)).hasSize(1);
                assertThat(spool.streams("orders").get(0).last()).isEqualTo(1);
                assertThat(spool.read(Samples.all(STREAM))).hasSize(1);
                statement.execute("BEGIN IMMEDIATE");
                Failures.failure(() -> spool.append(large(2, 2)), Reason.UNAVAILABLE);
                statement.execute("ROLLBACK");
            }
            spool.append(large(2, 2));
            assertThat(spool.oldest(9, Long.MAX_VALUE))
                    .extracting(one -> one.append().appendId())
                    .containsExactly(
                            Samples.append(STREAM, 1).appendId(),
                            Samples.append(STREAM, 2).appendId());
        }
    }

    @Test
    void a_file_that_is_something_else_is_refused() throws Exception {
        Path other = directory.resolve("other.db");
        Files.writeString(other, "this is not a database, and long enough to have a header ".repeat(200));
        try (SqliteSpool spool = SqliteSpool.at(other)) {
            assertThat(Failures.failure(spool::open, Reason.REFUSED)).hasMessageContaining("other.db");
        }
    }

    private Path file() {
        return directory.resolve("spool.db");
    }

    private static List<Spooled> large(long first, long last) {
        List<Spooled> large = new ArrayList<>();
        for (long offset = first; offset <= last; offset++) {
            large.add(new Spooled(
                    0, "orders", Durability.SYNC, Samples.append(STREAM, offset, Payload.of(new byte[120_000]))));
        }
        return large;
    }
}
