package dev.relay.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Publication;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.StreamState;
import dev.relay.tck.Samples;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another process owns the file, and is killed. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // by JUnit
final class SqliteCrashTest {
    private static final String ACKNOWLEDGED = "acknowledged ";

    @TempDir
    Path directory;

    private Process owner;
    private BufferedReader output;
    private long acknowledged;

    @BeforeEach
    void start() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        owner = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        AppendingProcess.class.getName(),
                        file().toString())
                .redirectErrorStream(true)
                .start();
        output = owner.inputReader(UTF_8);
    }

    @AfterEach
    void stop() {
        owner.destroyForcibly();
    }

    @Test
    void a_killed_process_leaves_everything_it_acknowledged_and_the_file_is_free_at_once() throws Exception {
        for (int round = 0; round < 3; round++) {
            if (round > 0) {
                start();
            }
            killAfter(acknowledged + 200 + 333L * round);

            try (JdbcJournal journal = JdbcJournal.sqlite(file())) {
                journal.open();
                StreamState stream = Samples.load(journal, "orders");
                assertThat(stream.top()).isBetween(acknowledged, acknowledged + 20);
                List<Publication> publications = journal.read(Samples.all(stream));
                assertThat(publications)
                        .extracting(Publication::offset)
                        .isEqualTo(
                                LongStream.rangeClosed(1, stream.top()).boxed().toList());
                assertThat(publications.get(publications.size() - 1))
                        .isEqualTo(Samples.append(stream, stream.top()).publication());
                acknowledged = stream.top();
            }
        }
    }

    @Test
    void what_a_killed_process_published_with_keys_has_each_of_them_once() throws Exception {
        killAfter(500);
        try (JdbcJournal journal = JdbcJournal.sqlite(file())) {
            journal.open();
            StreamState stream = Samples.load(journal, "orders");
            assertThat(stream.keys())
                    .extracting(kept -> kept.offset() + "=" + kept.key())
                    .isEqualTo(LongStream.iterate(stream.top(), offset -> offset > 0, offset -> offset - 1)
                            .mapToObj(offset -> offset + "=key-" + offset)
                            .toList());
        }
    }

    @Test
    void a_second_process_is_refused_and_told_who_owns_the_file() throws Exception {
        readThrough(20);
        try (JdbcJournal second = JdbcJournal.sqlite(file())) {
            assertThat(Failures.failure(second::open, Reason.OWNED))
                    .hasMessageContaining("relay.db")
                    .hasMessageContaining("process " + owner.pid());
            killAfter(acknowledged + 20);
            second.open();
            assertThat(Samples.load(second, "orders").top()).isGreaterThanOrEqualTo(acknowledged);
        }
    }

    private Path file() {
        return directory.resolve("relay.db");
    }

    private void killAfter(long offset) throws Exception {
        readThrough(offset);
        owner.toHandle().destroyForcibly(); // SIGKILL; unlike the process, its handle leaves the output readable
        readThrough(Long.MAX_VALUE);
        assertThat(owner.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    private void readThrough(long offset) throws IOException {
        StringBuilder other = new StringBuilder();
        while (acknowledged < offset) {
            String line = output.readLine();
            if (line == null) {
                assertThat(offset).as("the process ended: %s", other).isEqualTo(Long.MAX_VALUE);
                return;
            }
            if (line.startsWith(ACKNOWLEDGED)) {
                acknowledged = Long.parseLong(line.substring(ACKNOWLEDGED.length()));
            } else {
                other.append(line).append('\n');
            }
        }
    }
}
