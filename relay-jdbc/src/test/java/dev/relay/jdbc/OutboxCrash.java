package dev.relay.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.TestReporter;

/** Kills an application with its Relay, again and again, and counts what became of its transactions. */
final class OutboxCrash {
    /** How often to kill; set the property for a longer run. */
    private static final int ROUNDS = Integer.getInteger("relay.outbox.rounds", 4);

    private static final String COMMITTED = "committed ";

    private final String journalUrl;
    private final String applicationUrl;
    private final TreeSet<Long> committed = new TreeSet<>();
    private long next;

    OutboxCrash(String journalUrl, String applicationUrl) {
        this.journalUrl = journalUrl;
        this.applicationUrl = applicationUrl;
    }

    /** Every transaction that is known to be committed is published once, no other more than once, none that was rolled back. */
    void run(OutboxScenarios scenarios, TestReporter reporter) throws Exception {
        long seed = new Random().nextLong();
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            killAfter(1 + random.nextInt(120), random.nextInt(4_000_000));
        }
        scenarios.start(JdbcJournal.builder().url(journalUrl).nodeId("killed").build(), ChannelOptions.journaled());
        scenarios.awaitEmpty();
        List<String> published = scenarios.history(OutboxProcess.CHANNEL);
        List<String> expected = new ArrayList<>();
        for (long number : committed) {
            expected.add(number + "a");
            expected.add(number + "b");
        }
        assertThat(published).doesNotHaveDuplicates().containsSubsequence(expected);
        for (int i = 0; i < published.size(); i += 2) { // whole transactions, in order
            String number = published.get(i).replace("a", "");
            assertThat(published.get(i + 1)).isEqualTo(number + "b");
            assertThat(Long.parseLong(number) % 4).isNotEqualTo(3);
        }
        // what was committed without our knowing: one transaction at each kill
        assertThat(published.size()).isBetween(expected.size(), expected.size() + 2 * ROUNDS);
        reporter.publishEntry("transactions", committed.size() + " in " + ROUNDS + " rounds");
    }

    private void killAfter(int transactions, int nanos) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        OutboxProcess.class.getName(),
                        journalUrl,
                        applicationUrl,
                        Long.toString(next),
                        "100000")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = process.inputReader(UTF_8)) {
            long last = read(output, transactions);
            long moment = System.nanoTime() + nanos; // anywhere in what it does next
            while (System.nanoTime() < moment) {
                Thread.onSpinWait();
            }
            process.toHandle().destroyForcibly(); // SIGKILL; unlike the process, its handle leaves the output readable
            last = Math.max(last, read(output, Integer.MAX_VALUE));
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            next = last + 10; // beyond what it may have committed
            next -= next % 4;
        } finally {
            process.destroyForcibly();
        }
    }

    private long read(BufferedReader output, int transactions) throws IOException {
        StringBuilder other = new StringBuilder();
        long last = next;
        for (int found = 0; found < transactions; ) {
            String line = output.readLine();
            if (line == null) {
                assertThat(transactions).as("the process ended: %s", other).isEqualTo(Integer.MAX_VALUE);
                return last;
            }
            if (line.startsWith(COMMITTED)) {
                last = Long.parseLong(line.substring(COMMITTED.length()));
                committed.add(last);
                found++;
            } else {
                other.append(line).append('\n');
            }
        }
        return last;
    }
}
