package dev.relay.internal.channel;

import static dev.relay.internal.channel.RecoveryTest.PLAIN;
import static dev.relay.internal.channel.RecoveryTest.at;
import static dev.relay.internal.channel.RecoveryTest.forget;
import static dev.relay.internal.channel.RecoveryTest.recover;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.History;
import dev.relay.HistoryQuery;
import dev.relay.HistoryResult;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.RecoveryMode;
import dev.relay.internal.Decisions;
import dev.relay.internal.FaultyJournal;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.journal.ReadRange;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What of a publication is kept where not all of it may be. */
class DiscretionTest {
    @ParameterizedTest
    @EnumSource(
            value = Durability.class,
            names = {"SYNC", "ASYNC"})
    void without_payloads_in_the_journal_subscribers_get_them_and_the_journal_all_the_rest(Durability durability) {
        try (World world = world(options(durability).journalPayload(false))) {
            Client client = world.client(0);
            client.subscribed("news");
            world.published("news", "secret");
            assertThat(client.received()).containsExactly("news#1=secret");
            Publication row = journaled(world).get(0);
            assertThat(row.data().isWithheld()).isTrue();
            assertThat(row.offset()).isEqualTo(1);
            assertThat(row.timeMicros()).isPositive();
        }
    }

    @Test
    void without_payloads_in_the_journal_what_is_in_memory_is_recovered_and_read() {
        try (World world = world(options(Durability.SYNC).journalPayload(false))) {
            world.published("news", "1", "2", "3");
            assertThat(recover(world, at(1, ""), PLAIN)).isEqualTo("subscribed recoverable at 1 recovered #2=2 #3=3");
            assertThat(history(world, HistoryQuery.oldest(-1))).isEqualTo("#1=1 #2=2 #3=3 top 3");
            assertThat(world.journal.reads()).isZero();
        }
    }

    @Test
    void without_payloads_in_the_journal_nothing_is_recovered_that_memory_has_not() {
        try (World world = world(options(Durability.SYNC).journalPayload(false))) {
            world.published("news", "1", "2", "3");
            world.endAll();
            forget(world);
            assertThat(recover(world, at(1, ""), PLAIN)).isEqualTo("subscribed recoverable at 3 not recovered");
            assertThat(history(world, HistoryQuery.oldest(-1))).isEqualTo("top 3");
            assertThat(history(world, HistoryQuery.newest(2))).isEqualTo("top 3");
            world.published("news", "4");
            assertThat(recover(world, at(3, ""), PLAIN)).isEqualTo("subscribed recoverable at 3 recovered #4=4");
            assertThat(recover(world, at(2, ""), PLAIN)).isEqualTo("subscribed recoverable at 4 not recovered");
            assertThat(history(world, HistoryQuery.oldest(-1))).isEqualTo("#4=4 top 4");
            assertThat(history(world, HistoryQuery.newest(-1))).isEqualTo("#4=4 top 4");
        }
    }

    @Test
    void the_newest_state_without_a_payload_in_the_journal_is_not_given_as_an_empty_one() {
        try (World world = world(options(Durability.SYNC).journalPayload(false).recoveryMode(RecoveryMode.CACHE))) {
            world.published("news", "1", "2");
            assertThat(recover(world, at(0, ""), PLAIN)).contains("#2=2");
            world.endAll();
            forget(world);
            assertThat(recover(world, at(0, ""), PLAIN))
                    .contains("not recovered")
                    .doesNotContain("#");
        }
    }

    @Test
    void rows_that_were_journaled_without_payload_are_not_shown_when_payloads_are_journaled_again() {
        World.Setup before = new World.Setup();
        before.defaults = options(Durability.SYNC).journalPayload(false).build();
        try (World world = new World(before)) {
            world.published("news", "1", "2");
        }
        World.Setup after = new World.Setup();
        after.defaults = options(Durability.SYNC).build();
        after.journal = new FaultyJournal(before.journal.store().reopen());
        try (World world = new World(after)) {
            world.published("news", "3");
            assertThat(recover(world, at(1, ""), PLAIN)).isEqualTo("subscribed recoverable at 3 not recovered");
            assertThat(recover(world, at(2, ""), PLAIN)).isEqualTo("subscribed recoverable at 2 recovered #3=3");
            assertThat(history(world, HistoryQuery.oldest(-1))).isEqualTo("#3=3 top 3");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Durability.class,
            names = {"SYNC", "ASYNC"})
    void what_is_redacted_is_delivered_whole_and_found_nowhere_else(Durability durability) {
        try (World world = world(options(durability).journalRedact(List.of("/card")))) {
            Client client = world.client(0);
            client.subscribed("news");
            world.published("news", "card 4711", "card 4712");
            assertThat(client.received()).containsExactly("news#1=card 4711", "news#2=card 4712");
            String recovered = "subscribed recoverable at 1 recovered #2=card /card";
            assertThat(recover(world, at(1, ""), PLAIN)).isEqualTo(recovered);
            assertThat(history(world, HistoryQuery.oldest(1))).isEqualTo("#1=card /card top 2");
            world.endAll();
            forget(world);
            assertThat(recover(world, at(1, ""), PLAIN)).isEqualTo(recovered);
            assertThat(journaled(world)).extracting(row -> row.data().text()).containsOnly("card /card");
        }
    }

    @Test
    void of_what_cannot_be_redacted_nothing_is_kept() {
        try (World world = world(options(Durability.SYNC).journalRedact(List.of("/card")))) {
            Client client = world.client(0);
            client.subscribed("news");
            world.published("news", "card 4711", "no JSON 4711", "card 4712");
            assertThat(client.received()).contains("news#2=no JSON 4711");
            assertThat(recover(world, at(1, ""), PLAIN)).isEqualTo("subscribed recoverable at 3 not recovered");
            assertThat(recover(world, at(2, ""), PLAIN)).contains("recovered #3=card /card");
            assertThat(history(world, HistoryQuery.oldest(-1))).isEqualTo("#1=card /card #3=card /card top 3");
            assertThat(journaled(world).get(1).data().isWithheld()).isTrue();
        }
    }

    @Test
    void without_identity_nobody_learns_later_who_has_published() {
        try (World world = World.of(setup -> {
            setup.defaults = options(Durability.SYNC).journalIdentity(false).build();
            setup.authorizer = new Decisions();
            return setup;
        })) {
            Client ann = world.client(0, "ann");
            ann.send(ann.publish("news", "1"));
            world.settle();
            assertThat(journaled(world).get(0).info()).isNull();
            assertThat(world.journal.store().read(all(world)).get(0).data()).isEqualTo(Payload.of("1"));
        }
    }

    private static ChannelOptions.Builder options(Durability durability) {
        return ChannelOptions.builder().durability(durability).forceRecovery(true);
    }

    /** With a redactor that knows one kind of text. */
    private static World world(ChannelOptions.Builder options) {
        return World.of(setup -> {
            setup.defaults = options.build();
            setup.namespaces = Map.of();
            setup.jsonRedactor =
                    (data, pointers) -> data.text().startsWith("card ") ? Payload.of("card " + pointers.get(0)) : null;
            return setup;
        });
    }

    private static ReadRange all(World world) {
        long id = world.journal.streams(0, 1).get(0).stream().streamId();
        return new ReadRange(id, 0, Long.MAX_VALUE, false, 100, Long.MAX_VALUE, 0);
    }

    private static List<Publication> journaled(World world) {
        return world.journal.store().read(all(world));
    }

    private static String history(World world, HistoryQuery query) {
        CompletableFuture<HistoryResult> result = world.history("news", query);
        world.settle();
        History history = (History) result.join();
        StringBuilder text = new StringBuilder();
        history.publications().forEach(one -> text.append('#')
                .append(one.offset())
                .append('=')
                .append(one.data().text())
                .append(' '));
        return text.append("top ").append(history.top().offset()).toString();
    }
}
