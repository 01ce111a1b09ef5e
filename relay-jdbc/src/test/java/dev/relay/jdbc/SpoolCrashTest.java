package dev.relay.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.journal.Spooled;
import dev.relay.journal.StreamState;
import dev.relay.tck.Samples;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that spools is killed. */
@Timeout(60)
final class SpoolCrashTest {
    private static final StreamState STREAM = new StreamState("orders", 1, "epoch", 0, 0);

    private long acknowledged;
    private long removed;

    @Test
    void a_killed_process_leaves_everything_it_acknowledged_and_did_not_remove(@TempDir Path directory)
            throws Exception {
        Path file = directory.resolve("spool.db");
        for (int round = 1; round <= 4; round++) {
            runAndKill(file, acknowledged + 150 + 97L * round);
            try (SqliteSpool spool = SqliteSpool.at(file)) {
                spool.open();
                List<Spooled> left = spool.oldest(Integer.MAX_VALUE, Long.MAX_VALUE);
                List<Long> offsets = left.stream()
                        .map(one -> one.append().publication().offset())
                        .toList();
                long first = offsets.get(0);
                long last = offsets.get(offsets.size() - 1);
                assertThat(first).isBetween(removed + 1, removed + 14);
                assertThat(last).isBetween(acknowledged, acknowledged + 20);
                assertThat(offsets)
                        .isEqualTo(LongStream.rangeClosed(first, last).boxed().toList());
                assertThat(left.get(left.size() - 1).append()).isEqualTo(Samples.append(STREAM, last));
                assertThat(spool.size().publications()).isEqualTo(left.size());
                acknowledged = last;
            }
        }
    }

    private void runAndKill(Path file, long through) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        SpoolingProcess.class.getName(),
                        file.toString(),
                        Long.toString(acknowledged))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = process.inputReader(UTF_8)) {
            StringBuilder other = new StringBuilder();
            boolean killed = false;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("acknowledged ")) {
                    acknowledged = Long.parseLong(line.substring("acknowledged ".length()));
                } else if (line.startsWith("removed ")) {
                    removed = Long.parseLong(line.substring("removed ".length()));
                } else {
                    other.append(line).append('\n');
                }
                if (!killed && acknowledged >= through) {
                    killed = true;
                    process.toHandle().destroyForcibly(); // SIGKILL; the handle leaves the output readable
                }
            }
            assertThat(killed).as("the process ended: %s", other).isTrue();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }
}
