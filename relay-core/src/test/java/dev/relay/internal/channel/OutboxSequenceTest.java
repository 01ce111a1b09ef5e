package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.OutboxEntry;
import dev.relay.OutboxEntry.Sequence;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.PublishResult.Published;
import dev.relay.Refused;
import dev.relay.internal.World;
import dev.relay.internal.journal.JournalWriter;
import dev.relay.journal.Append;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.OutboxRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Entries of an outbox keep their order, whatever is refused meanwhile. */
class OutboxSequenceTest {
    private final Sequence sequence = new Sequence();

    @Test
    void what_comes_behind_an_entry_that_could_not_be_loaded_is_refused_although_it_could_be_published() {
        try (World world = World.of(ChannelOptions.journaled())) {
            world.journal.refuseLoadsOf("news");
            CompletableFuture<PublishResult> first = world.publish("news", "1", entry(1, sequence));
            world.settle();
            world.journal.refuseLoadsOf("nothing");
            CompletableFuture<PublishResult> second = world.publish("news", "2", entry(2, sequence));
            CompletableFuture<PublishResult> another = world.publish("news", "by somebody else");
            world.settle();

            assertThat(first.join()).isInstanceOf(Refused.class);
            assertThat(second.join()).isInstanceOf(Refused.class);
            assertThat(another.join()).isInstanceOf(Published.class);

            Sequence again = new Sequence();
            CompletableFuture<PublishResult> firstAgain = world.publish("news", "1", entry(1, again));
            CompletableFuture<PublishResult> secondAgain = world.publish("news", "2", entry(2, again));
            world.settle();
            assertThat(offset(firstAgain)).isEqualTo(2);
            assertThat(offset(secondAgain)).isEqualTo(3);
        }
    }

    @Test
    void what_comes_behind_an_entry_that_the_journal_did_not_take_is_refused_although_it_is_back() {
        try (World world = World.of(ChannelOptions.journaled())) {
            world.published("news", "0");
            world.journal.breakDown(Reason.UNAVAILABLE);
            CompletableFuture<PublishResult> first = world.publish("news", "1", entry(1, sequence));
            world.await("it is refused", first::isDone);
            world.journal.repair();
            world.await("back", () -> world.writer().state() == JournalWriter.State.OPEN);
            CompletableFuture<PublishResult> second = world.publish("news", "2", entry(2, sequence));
            world.settle();
            assertThat(first.join()).isInstanceOf(Refused.class);
            assertThat(second.join()).isInstanceOf(Refused.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "ASYNC"})
    void the_journal_is_told_which_row_an_append_is_made_from(Durability durability) {
        List<Append> appends = Collections.synchronizedList(new ArrayList<>());
        try (World world =
                World.of(ChannelOptions.builder().durability(durability).build())) {
            world.journal.poison(append -> {
                appends.add(append);
                return false;
            });
            world.publish("news", "1", entry(7, sequence));
            world.publish("news", "2");
            world.settle();
        }
        // what was told to be published already cannot be taken back because its row is gone
        assertThat(appends)
                .extracting(Append::outboxRow)
                .containsExactly(new OutboxRow(7, durability == Durability.SYNC), null);
    }

    private static PublishOptions entry(long id, Sequence sequence) {
        return PublishOptions.builder()
                .outboxEntry(new OutboxEntry(id, sequence))
                .build();
    }

    private static long offset(CompletableFuture<PublishResult> result) {
        assertThat(result).isCompleted();
        return ((Published) result.join()).position().offset();
    }
}
