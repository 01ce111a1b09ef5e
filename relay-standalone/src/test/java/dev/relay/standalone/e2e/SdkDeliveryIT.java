package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official SDK: every subscriber is given every publication, once, in the order of the journal. */
final class SdkDeliveryIT {
    private static final int MESSAGES = 10_000;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path directory;

    SdkDeliveryIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void every_subscriber_is_given_every_publication_once_and_in_order_with_sqlite() throws SQLException {
        RelaySettings settings = RelaySettings.in(directory);
        everySubscriberIsGivenEveryPublication(settings, JournalDatabase.sqlite(settings));
    }

    @Test
    void every_subscriber_is_given_every_publication_once_and_in_order_with_mysql() throws SQLException {
        JournalDatabase database = JournalDatabase.mysql();
        everySubscriberIsGivenEveryPublication(database.use(RelaySettings.in(directory)), database);
    }

    private static void everySubscriberIsGivenEveryPublication(RelaySettings settings, JournalDatabase database)
            throws SQLException {
        NodeScript.assumeInstalled();
        try (RelayProcess relay = RelayProcess.ready(settings);
                Bystander bystander = Bystander.on(relay, "quiet");
                SdkSubscriber first = SdkSubscriber.on(relay, "busy");
                SdkSubscriber second = SdkSubscriber.on(relay, "busy");
                SdkPublisher publisher = SdkPublisher.connected(relay, "busy")) {
            first.awaitSubscribed(1);
            second.awaitSubscribed(1);

            publisher.publish(MESSAGES);
            bystander.stillReceives();
            publisher.awaitDone(1, LIMIT);
            bystander.stillReceives();

            // published in sequence over one connection, so id and offset agree
            List<SdkSubscriber.Received> all = IntStream.rangeClosed(1, MESSAGES)
                    .mapToObj(id -> new SdkSubscriber.Received(id, id))
                    .toList();
            for (SdkSubscriber subscriber : List.of(first, second)) {
                subscriber.awaitReceived(MESSAGES, LIMIT);
                subscriber.stop();
                subscriber.hasRecoveredEachTime();
                assertThat(subscriber.received()).isEqualTo(all);
            }
            assertThat(publisher.acknowledged()).hasSize(MESSAGES).doesNotHaveDuplicates();
            assertThat(publisher.unacknowledged()).isEmpty();
            assertThat(database.rows("busy"))
                    .extracting(row -> new SdkSubscriber.Received(row.seq(), row.id()))
                    .isEqualTo(all);
        }
    }
}
