package dev.relay.internal.channel;

import static dev.relay.internal.channel.RecoveryTest.PLAIN;
import static dev.relay.internal.channel.RecoveryTest.at;
import static dev.relay.internal.channel.RecoveryTest.epoch;
import static dev.relay.internal.channel.RecoveryTest.forget;
import static dev.relay.internal.channel.RecoveryTest.recover;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.ErrorCode;
import dev.relay.History;
import dev.relay.HistoryQuery;
import dev.relay.HistoryResult;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.internal.journal.JournalWriter.State;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RemoveHistoryTest {
    @ParameterizedTest
    @CsvSource({"SYNC, true", "SYNC, false", "ASYNC, true", "ASYNC, false"})
    void what_was_kept_is_gone_and_epoch_and_top_stay(Durability durability, boolean reloaded) {
        try (World world = five(durability)) {
            String epoch = epoch(world);
            if (reloaded) {
                forget(world);
            }
            assertThat(removed(world)).isEqualTo(new History(List.of(), at(5, epoch)));
            assertThat(history(world)).isEqualTo("top 5");
            assertThat(journaled(world).trimmedTo()).isEqualTo(5);
            forget(world);
            assertThat(history(world)).isEqualTo("top 5");
            world.published("news", "6");
            assertThat(history(world)).isEqualTo("#6=6 top 6");
            assertThat(epoch(world)).isEqualTo(epoch);
        }
    }

    @Test
    void connected_clients_do_not_notice() {
        try (World world = World.of(stream(Durability.SYNC))) {
            Client client = world.client(0);
            client.subscribed("news");
            world.published("news", "1", "2");
            removed(world);
            world.published("news", "3");
            assertThat(client.received()).containsExactly("news#1=1", "news#2=2", "news#3=3");
        }
    }

    @Test
    void a_client_that_missed_what_was_removed_is_not_recovered_and_others_are() {
        try (World world = five(Durability.SYNC)) {
            removed(world);
            assertThat(recover(world, at(4, ""), PLAIN)).isEqualTo("subscribed recoverable at 5 not recovered");
            assertThat(recover(world, at(5, ""), PLAIN)).isEqualTo("subscribed recoverable at 5 recovered");
            world.published("news", "6");
            assertThat(recover(world, at(4, ""), PLAIN)).isEqualTo("subscribed recoverable at 6 not recovered");
            assertThat(recover(world, at(5, ""), PLAIN)).isEqualTo("subscribed recoverable at 5 recovered #6=6");
        }
    }

    @Test
    void a_recovery_that_is_being_read_meanwhile_is_whole_or_not_at_all() {
        try (World world = five(Durability.SYNC)) {
            forget(world);
            world.holdReads();
            Client client = world.client(0);
            client.send(client.subscribe("news", at(2, ""), PLAIN));
            world.settle();
            world.journal.trimAtMost(3);
            removed(world);
            world.releaseReads();
            world.settle();
            assertThat(client.received()).containsExactly("2:subscribed recoverable at 5 not recovered");
        }
    }

    @Test
    void what_is_on_its_way_is_not_kept_yet_and_stays() {
        try (World world = five(Durability.SYNC)) {
            world.journal.blockAppend();
            world.occupyWriter("news");
            CompletableFuture<HistoryResult> removal = world.removeHistory("news");
            world.turns();
            assertThat(removal).isNotDone();
            world.journal.releaseAppend();
            world.settle();
            assertThat(((History) removal.join()).publications()).isEmpty();
            assertThat(history(world)).isEqualTo("#6=x top 6");
        }
    }

    @Test
    void what_subscribers_have_and_the_journal_does_not_yet_is_removed_as_well() {
        try (World world = five(Durability.ASYNC)) {
            world.journal.blockAppend();
            world.occupyWriter("news");
            world.publish("news", "7");
            CompletableFuture<HistoryResult> removal = world.removeHistory("news");
            world.turns();
            assertThat(removal).isNotDone();
            world.journal.releaseAppend();
            world.settle();
            assertThat(((History) removal.join()).top().offset()).isEqualTo(7);
            assertThat(history(world)).isEqualTo("top 7");
            assertThat(journaled(world))
                    .extracting(StreamState::top, StreamState::trimmedTo)
                    .containsExactly(7L, 7L);
        }
    }

    @Test
    void what_the_journal_has_refused_to_take_cannot_be_removed_before_it_has() {
        try (World world = five(Durability.ASYNC)) {
            world.journal.failAppend(Reason.REFUSED);
            world.publish("news", "6");
            CompletableFuture<HistoryResult> removal = world.removeHistory("news");
            world.settle();
            assertThat(error(removal)).isEqualTo(ErrorCode.INTERNAL);
            assertThat(history(world)).endsWith("#6=6 top 6");
            world.pass(Duration.ofSeconds(1));
            assertThat(removed(world)).isInstanceOf(History.class);
            assertThat(history(world)).isEqualTo("top 6");
        }
    }

    @Test
    void a_long_removal_goes_in_steps_and_appends_come_between() {
        try (World world = five(Durability.SYNC)) {
            world.journal.trimAtMost(2);
            world.journal.blockTrim();
            CompletableFuture<HistoryResult> removal = world.removeHistory("news");
            world.await("the trim waits", world.journal::isTrimBlocked);
            world.publish("news", "6");
            world.turns();
            world.topology().registry(0).sweep();
            world.topology().registry(0).sweep();
            assertThat(world.topology().registry(0).homeCount()).isEqualTo(1);
            world.journal.releaseTrim();
            world.await("removed", removal::isDone);
            assertThat(world.journal.writes()).endsWith("trim to 2", "append [6]", "trim to 4", "trim to 5");
            assertThat(history(world)).isEqualTo("#6=6 top 6");
        }
    }

    @Test
    void several_removals_go_on_in_turn() {
        try (World world = five(Durability.SYNC)) {
            world.published("sport", "1", "2", "3");
            world.journal.trimAtMost(2);
            world.journal.blockTrim();
            CompletableFuture<HistoryResult> first = world.removeHistory("news");
            world.await("the trim waits", world.journal::isTrimBlocked);
            CompletableFuture<HistoryResult> second = world.removeHistory("sport");
            CompletableFuture<HistoryResult> again = world.removeHistory("news");
            world.turns();
            world.journal.releaseTrim();
            world.await("removed", () -> first.isDone() && second.isDone() && again.isDone());
            assertThat(List.of(first.join(), second.join(), again.join())).allMatch(History.class::isInstance);
            assertThat(world.journal.writes())
                    .endsWith("trim to 2", "trim to 4", "trim to 2", "trim to 5", "trim to 5", "trim to 3");
        }
    }

    @Test
    void nothing_is_kept_in_an_empty_stream() {
        try (World world = World.of(stream(Durability.SYNC))) {
            assertThat(removed(world)).isEqualTo(new History(List.of(), at(0, epoch(world))));
        }
    }

    @Test
    void a_channel_without_history_has_none_to_remove() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            CompletableFuture<HistoryResult> removal = world.removeHistory("news");
            world.settle();
            assertThat(error(removal)).isEqualTo(ErrorCode.NOT_AVAILABLE);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "UNKNOWN_OUTCOME"})
    void one_hiccup_is_not_noticed(Reason reason) {
        try (World world = five(Durability.SYNC)) {
            world.journal.failTrim(reason);
            assertThat(removed(world)).isInstanceOf(History.class);
            world.published("news", "6");
            world.journal.trimThenFail(reason);
            assertThat(removed(world)).isInstanceOf(History.class);
            assertThat(history(world)).isEqualTo("top 6");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "UNKNOWN_OUTCOME", "REFUSED"})
    void a_removal_that_fails_is_refused_alone_and_can_be_tried_again(Reason reason) {
        try (World world = five(Durability.SYNC)) {
            world.journal.trimAtMost(2);
            world.journal.trimThenFail(reason);
            world.journal.failTrim(reason);
            CompletableFuture<HistoryResult> removal = world.removeHistory("news");
            world.settle();
            assertThat(error(removal)).isEqualTo(ErrorCode.INTERNAL);
            assertThat(world.writer().state()).isEqualTo(State.OPEN);
            world.journal.clearTrimFaults();
            forget(world);
            assertThat(history(world)).isEqualTo("#3=3 #4=4 #5=5 top 5");
            world.published("news", "6");
            removed(world);
            assertThat(history(world)).isEqualTo("top 6");
        }
    }

    @Test
    void a_journal_that_is_not_reachable_is_error_100() {
        try (World world = five(Durability.SYNC)) {
            world.journal.breakDown(Reason.UNAVAILABLE);
            CompletableFuture<HistoryResult> first = world.removeHistory("news");
            world.await("answered", first::isDone);
            assertThat(error(first)).isEqualTo(ErrorCode.INTERNAL);
            world.publish("news", "6");
            world.await("the outage is known", () -> world.writer().state() != State.OPEN);
            CompletableFuture<HistoryResult> second = world.removeHistory("news");
            world.turns();
            assertThat(error(second)).isEqualTo(ErrorCode.INTERNAL);
        }
    }

    @Test
    void removals_that_wait_when_the_journal_goes_away_are_answered() {
        try (World world = five(Durability.SYNC)) {
            world.journal.blockAppend();
            world.occupyWriter("news");
            CompletableFuture<HistoryResult> removal = world.removeHistory("news");
            world.turns();
            world.journal.breakDown(Reason.UNAVAILABLE);
            world.journal.releaseAppend();
            world.await("answered", removal::isDone);
            assertThat(error(removal)).isEqualTo(ErrorCode.INTERNAL);
        }
    }

    @Test
    void a_writer_that_is_fenced_in_a_removal_has_failed_for_good() {
        try (World world = five(Durability.SYNC)) {
            world.journal.failTrim(Reason.FENCED);
            CompletableFuture<HistoryResult> removal = world.removeHistory("news");
            world.await("answered", removal::isDone);
            assertThat(error(removal)).isEqualTo(ErrorCode.INTERNAL);
            world.await("known", () -> world.writer().state() == State.FAILED);
        }
    }

    @Test
    void a_journal_that_makes_no_progress_is_not_asked_for_ever() {
        try (World world = five(Durability.SYNC)) {
            world.journal.trimAtMost(0);
            CompletableFuture<HistoryResult> removal = world.removeHistory("news");
            world.settle();
            assertThat(error(removal)).isEqualTo(ErrorCode.INTERNAL);
            assertThat(world.writer().state()).isEqualTo(State.OPEN);
        }
    }

    @Test
    void a_stop_does_not_wait_for_a_long_removal() {
        World world = five(Durability.SYNC);
        CompletableFuture<HistoryResult> removal;
        try (world) {
            world.journal.trimAtMost(2);
            world.journal.blockTrim();
            removal = world.removeHistory("news");
            world.await("the trim waits", world.journal::isTrimBlocked);
            world.writer().stop();
        }
        assertThat(error(removal)).isEqualTo(ErrorCode.INTERNAL);
        assertThat(((Refused) removal.join()).detail()).contains("stopping", "offset 4");
    }

    private static World five(Durability durability) {
        World world = World.of(stream(durability));
        world.published("news", "1", "2", "3", "4", "5");
        return world;
    }

    private static ChannelOptions stream(Durability durability) {
        return ChannelOptions.builder()
                .durability(durability)
                .forceRecovery(true)
                .build();
    }

    private static HistoryResult removed(World world) {
        CompletableFuture<HistoryResult> removal = world.removeHistory("news");
        world.await("removed", removal::isDone);
        return removal.join();
    }

    private static ErrorCode error(CompletableFuture<HistoryResult> removal) {
        assertThat(removal).isCompleted();
        assertThat(removal.join()).isInstanceOf(Refused.class);
        return ((Refused) removal.join()).error();
    }

    private static String history(World world) {
        CompletableFuture<HistoryResult> result = world.history("news", HistoryQuery.oldest(-1));
        world.settle();
        StringBuilder text = new StringBuilder();
        ((History) result.join()).publications().forEach(publication -> text.append(World.text(publication))
                .append(' '));
        StreamPosition top = ((History) result.join()).top();
        return text.append("top ").append(top.offset()).toString();
    }

    /** What the journal itself says of the stream. */
    private static StreamState journaled(World world) {
        return world.journal
                .store()
                .load(List.of(new StreamRequest("news", Durability.SYNC)))
                .get(0);
    }
}
