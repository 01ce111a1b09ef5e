package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.HistoryQuery;
import dev.relay.HistoryResult;
import dev.relay.StreamPosition;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.transport.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of recovery: what a client gets that was away. */
class RecoveryTest {
    static final long PLAIN = 0;

    /** Where the missed publications are found. */
    enum Place {
        HOT_END,
        JOURNAL,
        SEAM
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.EnumSource(Place.class)
    void what_was_missed_comes_whole_and_in_order(Place place) {
        try (World world = World.of(journaled().build())) {
            fill(world, place);
            assertThat(recover(world, at(2, ""), PLAIN))
                    .isEqualTo("subscribed recoverable at 2 recovered #3=3 #4=4 #5=5");
            assertThat(world.journal.reads()).isEqualTo(place == Place.HOT_END ? 0 : 1);
        }
    }

    @Test
    void a_client_that_missed_nothing_is_recovered_with_nothing() {
        try (World world = five(journaled().build())) {
            assertThat(recover(world, at(5, epoch(world)), PLAIN)).isEqualTo("subscribed recoverable at 5 recovered");
        }
    }

    @Test
    void from_the_beginning_and_any_epoch() {
        try (World world = five(journaled().build())) {
            assertThat(recover(world, StreamPosition.NONE, PLAIN))
                    .isEqualTo("subscribed recoverable at 0 recovered #1=1 #2=2 #3=3 #4=4 #5=5");
        }
    }

    @Test
    void an_empty_stream_recovers_a_client_that_has_seen_nothing() {
        try (World world = World.of(journaled().build())) {
            assertThat(recover(world, StreamPosition.NONE, PLAIN)).isEqualTo("subscribed recoverable at 0 recovered");
        }
    }

    @Test
    void another_epoch_is_not_recovered() {
        try (World world = five(journaled().build())) {
            assertThat(recover(world, at(5, "other"), PLAIN)).isEqualTo("subscribed recoverable at 5 not recovered");
        }
    }

    @Test
    void a_position_behind_the_top_is_not_recovered() {
        try (World world = five(journaled().build())) {
            assertThat(recover(world, at(6, ""), PLAIN)).isEqualTo("subscribed recoverable at 5 not recovered");
        }
    }

    @Test
    void more_than_the_history_keeps_is_not_recovered() {
        try (World world = five(journaled().historySize(2).build())) {
            assertThat(recover(world, at(2, ""), PLAIN)).isEqualTo("subscribed recoverable at 5 not recovered");
            assertThat(recover(world, at(3, ""), PLAIN)).endsWith("recovered #4=4 #5=5");
        }
    }

    @Test
    void more_than_the_limit_is_not_recovered() {
        try (World world = five(journaled().recoveryMaxPublications(2).build())) {
            assertThat(recover(world, at(2, ""), PLAIN)).isEqualTo("subscribed recoverable at 5 not recovered");
            assertThat(recover(world, at(3, ""), PLAIN)).endsWith("recovered #4=4 #5=5");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_has_expired_is_not_recovered(boolean reloaded) {
        try (World world =
                World.of(journaled().historyTtl(Duration.ofMinutes(1)).build())) {
            world.published("news", "1", "2");
            world.clock.advance(Duration.ofMinutes(2));
            world.published("news", "3");
            if (reloaded) {
                forget(world);
            }
            assertThat(recover(world, at(1, ""), PLAIN)).isEqualTo("subscribed recoverable at 3 not recovered");
            assertThat(recover(world, at(2, ""), PLAIN)).endsWith("at 2 recovered #3=3");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void more_bytes_than_a_reply_may_have_are_not_recovered(boolean reloaded) {
        try (World world = World.of(journaled().build())) {
            String big = "x".repeat(300 << 10);
            world.published("news", big, big, big);
            if (reloaded) {
                forget(world);
            }
            assertThat(recover(world, at(0, ""), PLAIN)).isEqualTo("subscribed recoverable at 3 not recovered");
            assertThat(recover(world, at(1, ""), PLAIN)).startsWith("subscribed recoverable at 1 recovered #2=x");
        }
    }

    @Test
    void a_client_that_rejects_what_cannot_be_recovered_gets_error_112() {
        try (World world = five(journaled().build())) {
            assertThat(recover(world, at(2, "other"), Command.Subscribe.REJECT_UNRECOVERED))
                    .isEqualTo("error 112");
            assertThat(recover(world, at(3, ""), Command.Subscribe.REJECT_UNRECOVERED))
                    .endsWith("recovered #4=4 #5=5");
        }
    }

    @Test
    void a_journal_that_cannot_be_read_is_error_100_and_nothing_follows() {
        try (World world = World.of(journaled().build())) {
            fill(world, Place.JOURNAL);
            world.journal.breakDown(dev.relay.journal.JournalException.Reason.UNAVAILABLE);
            assertThat(recoverWithoutSettling(world, at(2, ""))).isEqualTo("error 100");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void what_is_published_during_the_read_is_part_of_what_was_missed(int shards) {
        try (World world = World.of(shards, journaled().build())) {
            fill(world, Place.JOURNAL);
            world.holdReads();
            Client client = world.client(shards - 1);
            client.send(client.subscribe("news", at(3, ""), PLAIN));
            world.settle();
            world.published("news", "6", "7");
            assertThat(client.received()).isEmpty();
            world.releaseReads();
            world.settle();
            assertThat(client.received())
                    .containsExactly("2:subscribed recoverable at 3 recovered #4=4 #5=5 #6=6 #7=7");
            world.published("news", "8");
            assertThat(client.received()).containsExactly("news#8=8");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void the_journal_is_read_once_for_all_who_come_back_together(int shards) {
        try (World world = World.of(shards, journaled().build())) {
            fill(world, Place.JOURNAL);
            world.holdReads();
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                Client client = world.client(i % shards);
                client.send(client.subscribe("news", at(2 + i % 2, ""), PLAIN));
                clients.add(client);
            }
            world.settle();
            world.releaseReads();
            world.settle();
            for (int i = 0; i < clients.size(); i++) {
                assertThat(clients.get(i).received())
                        .containsExactly(
                                i % 2 == 0
                                        ? "2:subscribed recoverable at 2 recovered #3=3 #4=4 #5=5"
                                        : "2:subscribed recoverable at 3 recovered #4=4 #5=5");
            }
            assertThat(recover(world, at(3, ""), PLAIN)).endsWith("#4=4 #5=5");
            assertThat(world.journal.reads()).isEqualTo(1);
        }
    }

    @Test
    void who_has_missed_more_than_the_first_is_read_for_as_well() {
        try (World world = five(journaled().build())) {
            forget(world);
            world.holdReads();
            Client late = world.client(0);
            late.send(late.subscribe("news", at(4, ""), PLAIN));
            Client early = world.client(0);
            early.send(early.subscribe("news", at(1, ""), PLAIN));
            world.settle();
            assertThat(world.waitingReads()).isEqualTo(1);
            world.releaseReads();
            world.settle();
            assertThat(late.received()).containsExactly("2:subscribed recoverable at 4 recovered #5=5");
            assertThat(early.received()).containsExactly("2:subscribed recoverable at 1 recovered #2=2 #3=3 #4=4 #5=5");
            assertThat(world.journal.reads()).isEqualTo(2);
        }
    }

    @Test
    void what_is_removed_during_the_read_is_not_recovered() {
        try (World world = five(journaled().build())) {
            forget(world);
            world.holdReads();
            Client client = world.client(0);
            client.send(client.subscribe("news", at(2, ""), PLAIN));
            world.settle();
            CompletableFuture<HistoryResult> removal = world.removeHistory("news");
            world.await("removed", removal::isDone);
            world.releaseReads();
            world.settle();
            assertThat(client.received()).containsExactly("2:subscribed recoverable at 5 not recovered");
        }
    }

    @Test
    void who_goes_during_the_read_leaves_nothing() {
        try (World world = five(journaled().build())) {
            forget(world);
            world.holdReads();
            Client client = world.client(0);
            client.send(client.subscribe("news", at(2, ""), PLAIN));
            world.settle();
            client.transport.abort();
            world.settle();
            world.releaseReads();
            world.settle();
            assertThat(world.leftovers()).isEmpty();
        }
    }

    @Test
    void an_unsubscribe_behind_the_subscribe_waits_for_the_read() {
        try (World world = World.of(journaled().build())) {
            fill(world, Place.JOURNAL);
            world.holdReads();
            Client client = world.client(0);
            client.send(client.subscribe("news", at(4, ""), PLAIN), client.unsubscribe("news"));
            world.settle();
            world.published("news", "6");
            assertThat(client.received()).isEmpty();
            world.releaseReads();
            world.settle();
            assertThat(client.received())
                    .containsExactly("2:subscribed recoverable at 4 recovered #5=5 #6=6", "3:unsubscribed");
        }
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.EnumSource(Place.class)
    void history_pages_and_reverses_wherever_it_lies(Place place) {
        try (World world = World.of(journaled().build())) {
            fill(world, place);
            assertThat(history(world, HistoryQuery.oldest(-1))).isEqualTo("#1 #2 #3 #4 #5 top 5");
            assertThat(history(world, HistoryQuery.newest(-1))).isEqualTo("#5 #4 #3 #2 #1 top 5");
            assertThat(history(world, HistoryQuery.oldest(0))).isEqualTo("top 5");
            for (int limit = 1; limit <= 6; limit++) {
                assertThat(history(world, HistoryQuery.oldest(limit))).isEqualTo(offsets(1, Math.min(5, limit)));
                assertThat(history(world, HistoryQuery.newest(limit))).isEqualTo(offsets(5, Math.max(1, 6 - limit)));
                for (int since = 0; since <= 7; since++) {
                    assertThat(history(world, HistoryQuery.after(at(since, ""), limit)))
                            .isEqualTo(since >= 5 ? "top 5" : offsets(since + 1, Math.min(5, since + limit)));
                    if (since > 0) {
                        assertThat(history(world, new HistoryQuery(limit, at(since, ""), true)))
                                .as("reverse since %d limit %d", since, limit)
                                .isEqualTo(
                                        since == 1 || since > 6
                                                ? "top 5"
                                                : offsets(since - 1, Math.max(1, since - limit)));
                    }
                }
            }
        }
    }

    @Test
    void history_refuses_what_it_cannot_answer() {
        try (World world = five(journaled().build())) {
            assertThat(history(world, HistoryQuery.after(at(2, "other"), 1))).isEqualTo("error 112");
            assertThat(history(world, new HistoryQuery(1, at(0, ""), true))).isEqualTo("error 107");
            assertThat(history(world, HistoryQuery.after(at(2, epoch(world)), 1)))
                    .isEqualTo("#3 top 5");
        }
    }

    @Test
    void history_begins_at_the_oldest_kept() {
        try (World world = five(journaled().historySize(2).build())) {
            assertThat(history(world, HistoryQuery.oldest(-1))).isEqualTo("#4 #5 top 5");
            assertThat(history(world, HistoryQuery.after(at(1, ""), -1))).isEqualTo("#4 #5 top 5");
            assertThat(history(world, new HistoryQuery(5, at(4, ""), true))).isEqualTo("top 5");
            assertThat(history(world, new HistoryQuery(5, at(5, ""), true))).isEqualTo("#4 top 5");
        }
    }

    @Test
    void a_client_gets_no_more_history_than_the_channel_allows() {
        try (World world = five(journaled().historyMaxPublications(2).build())) {
            Client client = world.client(0);
            client.send(client.history("news", -1, null, false), client.history("news", 4, null, true));
            world.settle();
            assertThat(client.received()).containsExactly("2:history top=5 #1=1 #2=2", "3:history top=5 #5=5 #4=4");
        }
    }

    static ChannelOptions.Builder journaled() {
        return ChannelOptions.builder().durability(dev.relay.Durability.SYNC).forceRecovery(true);
    }

    private static World five(ChannelOptions options) {
        World world = World.of(options);
        world.published("news", "1", "2", "3", "4", "5");
        return world;
    }

    static void fill(World world, Place place) {
        world.published("news", "1", "2", "3");
        if (place == Place.SEAM) {
            forget(world);
        }
        world.published("news", "4", "5");
        if (place == Place.JOURNAL) {
            forget(world);
        }
    }

    /** The home evicts the channel, so that its hot end is empty when it comes back. */
    static void forget(World world) {
        for (int i = 0; i < world.shards.size(); i++) {
            world.topology().registry(i).sweep();
            world.topology().registry(i).sweep();
            assertThat(world.topology().registry(i).homeCount()).isZero();
        }
    }

    static StreamPosition at(long offset, String epoch) {
        return new StreamPosition(offset, epoch);
    }

    static String epoch(World world) {
        return Outcome.of(world, HistoryQuery.oldest(0)).top().epoch();
    }

    static String recover(World world, StreamPosition since, long flag) {
        Client client = world.client(0);
        client.send(client.subscribe("news", since, flag));
        world.settle();
        return only(client);
    }

    private static String recoverWithoutSettling(World world, StreamPosition since) {
        Client client = world.client(0);
        client.send(client.subscribe("news", since, PLAIN));
        world.await("answered", () -> client.transport.text().contains("2:"));
        return only(client);
    }

    private static String only(Client client) {
        assertThat(client.transport.text()).contains("2:");
        String reply = client.received().get(0);
        return reply.substring(reply.indexOf(':') + 1);
    }

    private static String history(World world, HistoryQuery query) {
        HistoryResult result = Outcome.get(world, query);
        if (result instanceof dev.relay.Refused refused) {
            return "error " + refused.error().code();
        }
        dev.relay.History history = (dev.relay.History) result;
        StringBuilder text = new StringBuilder();
        history.publications()
                .forEach(publication ->
                        text.append('#').append(publication.offset()).append(' '));
        return text.append("top ").append(history.top().offset()).toString();
    }

    private static String offsets(int from, int to) {
        StringBuilder text = new StringBuilder();
        int step = from <= to ? 1 : -1;
        IntStream.iterate(from, offset -> offset != to + step, offset -> offset + step)
                .forEach(offset -> text.append('#').append(offset).append(' '));
        return text.append("top 5").toString();
    }

    /** Asks for history and waits. */
    private static final class Outcome {
        static HistoryResult get(World world, HistoryQuery query) {
            var result = world.history("news", query);
            world.settle();
            return result.join();
        }

        static dev.relay.History of(World world, HistoryQuery query) {
            return (dev.relay.History) get(world, query);
        }
    }
}
