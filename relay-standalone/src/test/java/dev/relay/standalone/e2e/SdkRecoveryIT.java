package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of Relay while 10,000 messages are being published: what was acknowledged is in the journal and reaches
 * every subscriber through the SDK's own recovery, once and in order. {@code -Drelay.kill.rounds=20} kills it twenty times,
 * each time amid another 10,000; {@code -Drelay.kill.seed=…} kills at the same counts again.
 */
final class SdkRecoveryIT {
    private static final int MESSAGES = 10_000;
    private static final int ROUNDS = Integer.getInteger("relay.kill.rounds", 1);
    private static final long SEED = Long.getLong("relay.kill.seed", System.nanoTime());
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path directory;

    SdkRecoveryIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void acknowledged_publications_survive_kill_9_and_reach_every_subscriber_once_with_sqlite() throws SQLException {
        RelaySettings settings = RelaySettings.in(directory);
        acknowledgedPublicationsSurvive(settings, JournalDatabase.sqlite(settings));
    }

    @Test
    void acknowledged_publications_survive_kill_9_and_reach_every_subscriber_once_with_mysql() throws SQLException {
        JournalDatabase database = JournalDatabase.mysql();
        acknowledgedPublicationsSurvive(database.use(RelaySettings.in(directory)), database);
    }

    private static void acknowledgedPublicationsSurvive(RelaySettings settings, JournalDatabase database)
            throws SQLException {
        NodeScript.assumeInstalled();
        Random random = new Random(SEED);
        RelayProcess relay = RelayProcess.ready(settings);
        try (SdkSubscriber first = SdkSubscriber.on(relay, "busy");
                SdkSubscriber second = SdkSubscriber.on(relay, "busy");
                SdkSubscriber bystander = SdkSubscriber.on(relay, "quiet");
                SdkPublisher publisher = SdkPublisher.connected(relay, "busy")) {
            List<SdkSubscriber> everybody = List.of(first, second, bystander);
            everybody.forEach(subscriber -> subscriber.awaitSubscribed(1));

            for (int round = 1; round <= ROUNDS; round++) {
                publishQuietly(relay, 2 * round - 1);
                publisher.publish(MESSAGES);
                publisher.awaitAcknowledged(
                        (round - 1) * MESSAGES + random.nextInt(MESSAGES / 10, MESSAGES * 9 / 10), LIMIT);
                relay.kill();
                publisher.awaitPaused(round);

                relay = RelayProcess.ready(settings);
                int subscriptions = round + 1;
                everybody.forEach(subscriber -> subscriber.awaitSubscribed(subscriptions));
                publishQuietly(relay, 2 * round);
                publisher.resume();
                publisher.awaitDone(round, LIMIT);
            }

            List<JournalDatabase.Row> rows = database.rows("busy");
            journalHolds(rows, publisher);
            subscriberWasGiven(rows, first);
            subscriberWasGiven(rows, second);
            subscriberWasGiven(database.rows("quiet"), bystander);
            assertThat(bystander.received())
                    .extracting(SdkSubscriber.Received::id)
                    .isEqualTo(upTo(2 * ROUNDS));

            relay.terminate();
            assertThat(relay.exitCode()).isZero();
            assertThat(database.rows("busy"))
                    .as("the journal after a clean end")
                    .isEqualTo(rows);
        } catch (Throwable e) {
            e.addSuppressed(new AssertionError("killed at random with -Drelay.kill.seed=" + SEED + "\n" + relay));
            throw e;
        } finally {
            relay.close();
        }
    }

    /** Offsets 1…n, each acknowledged publication once, and besides them only what was in flight at a kill. */
    private static void journalHolds(List<JournalDatabase.Row> rows, SdkPublisher publisher) {
        assertThat(rows)
                .extracting(JournalDatabase.Row::seq)
                .as("offsets without a hole")
                .isEqualTo(LongStream.rangeClosed(1, rows.size()).boxed().toList());
        assertThat(rows).extracting(JournalDatabase.Row::id).as("stored once").doesNotHaveDuplicates();
        Set<Integer> stored =
                new HashSet<>(rows.stream().map(JournalDatabase.Row::id).toList());
        List<Integer> lost = publisher.acknowledged().stream()
                .filter(id -> !stored.contains(id))
                .toList();
        assertThat(lost).as("acknowledged, but not stored; %s", publisher).isEmpty();
        assertThat(publisher.acknowledged()).hasSize(ROUNDS * MESSAGES);

        stored.removeAll(publisher.acknowledged());
        assertThat(publisher.unacknowledged())
                .as("stored without being acknowledged: only what was in flight")
                .containsAll(stored);
        assertThat(publisher.unacknowledged())
                .as("in flight at the kills")
                .hasSizeLessThanOrEqualTo(ROUNDS * SdkPublisher.WINDOW);
    }

    private static void subscriberWasGiven(List<JournalDatabase.Row> rows, SdkSubscriber subscriber) {
        subscriber.awaitReceived(rows.size(), LIMIT);
        subscriber.stop();
        subscriber.hasRecoveredEachTime();
        assertThat(subscriber.received())
                .as("given to the application of %s", subscriber)
                .isEqualTo(rows.stream()
                        .map(row -> new SdkSubscriber.Received(row.seq(), row.id()))
                        .toList());
    }

    private static void publishQuietly(RelayProcess relay, int id) {
        try (Dialogue dialogue = Dialogue.connected(relay)) {
            dialogue.runs("""
                    > {"id":2,"publish":{"channel":"quiet","data":{"id":%d}}}
                    < {"id":2,"publish":{}}
                    """.formatted(id));
        }
    }

    private static List<Integer> upTo(int count) {
        return java.util.stream.IntStream.rangeClosed(1, count).boxed().toList();
    }
}
