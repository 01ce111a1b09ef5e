package dev.relay.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.ErrorCode;
import dev.relay.PublishResult;
import dev.relay.Refused;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.internal.journal.JournalWriter.State;
import dev.relay.journal.JournalException.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class JournalWriterTest {
    private static final ChannelOptions ASYNC = ChannelOptions.builder()
            .durability(Durability.ASYNC)
            .forceRecovery(true)
            .build();

    @Test
    void a_sync_publisher_and_its_subscribers_hear_nothing_before_the_commit() {
        try (World world = World.of(ChannelOptions.journaled())) {
            Client client = world.client(0);
            client.subscribed("news");
            world.journal.blockAppend();
            client.send(client.publish("news", "1"));
            world.await("the append waits", world.journal::isAppendBlocked);
            world.turns();
            assertThat(client.received()).isEmpty();
            world.journal.releaseAppend();
            world.settle();
            assertThat(client.received()).containsExactlyInAnyOrder("3:published", "news#1=1");
        }
    }

    @Test
    void an_async_publisher_and_its_subscribers_hear_of_it_at_once() {
        try (World world = World.of(ASYNC)) {
            Client client = world.client(0);
            client.subscribed("news");
            world.journal.blockAppend();
            client.send(client.publish("news", "1"));
            world.turns();
            assertThat(client.received()).containsExactlyInAnyOrder("3:published", "news#1=1");
            world.await("the append waits", world.journal::isAppendBlocked);
        }
    }

    @Test
    void what_waits_is_committed_together_while_a_commit_is_under_way() {
        try (World world = World.of(ChannelOptions.journaled())) {
            world.published("news", "1");
            world.journal.blockAppend();
            world.occupyWriter("news");
            List.of("a", "b", "c").forEach(data -> world.publish("news", data));
            world.turns();
            world.journal.releaseAppend();
            world.settle();
            assertThat(world.journal.offered()).containsExactly(List.of(1L), List.of(2L), List.of(3L, 4L, 5L));
        }
    }

    @Test
    void a_refused_append_leaves_no_hole_and_the_next_goes_on_behind_the_last_committed() {
        try (World world = World.of(ChannelOptions.journaled())) {
            Client client = world.client(0);
            client.subscribed("news");
            world.published("news", "good");
            world.journal.poison(append -> append.publication().data().text().equals("bad"));
            world.journal.blockAppend();
            world.occupyWriter("other");
            CompletableFuture<PublishResult> before = world.publish("news", "before");
            CompletableFuture<PublishResult> bad = world.publish("news", "bad");
            CompletableFuture<PublishResult> behind = world.publish("news", "behind");
            CompletableFuture<PublishResult> elsewhere = world.publish("other", "y");
            world.turns();
            world.journal.releaseAppend();
            world.settle();

            assertThat(offset(before)).isEqualTo(2);
            assertThat(error(bad)).isEqualTo(ErrorCode.INTERNAL);
            assertThat(error(behind)).isEqualTo(ErrorCode.INTERNAL);
            assertThat(offset(elsewhere)).isEqualTo(2);
            assertThat(offset(settled(world, "next"))).isEqualTo(3);
            assertThat(client.received()).containsExactly("news#1=good", "news#2=before", "news#3=next");
        }
    }

    @Test
    void an_unknown_outcome_is_asked_again_and_nobody_is_told_before_it_is_known() {
        try (World world = World.of(ChannelOptions.journaled())) {
            world.published("news", "1");
            world.journal.commitThenFail(Reason.UNKNOWN_OUTCOME);
            world.journal.failAppend(Reason.UNAVAILABLE);
            world.journal.failAppend(Reason.UNAVAILABLE);
            CompletableFuture<PublishResult> result = world.publish("news", "2");
            world.await("it is known", result::isDone);
            assertThat(offset(result)).isEqualTo(2);
            assertThat(world.journal.offered())
                    .containsExactly(List.of(1L), List.of(2L), List.of(2L), List.of(2L), List.of(2L));
            assertThat(world.writer().state()).isEqualTo(State.OPEN);
        }
    }

    @Test
    void a_store_that_is_not_reachable_refuses_with_100_and_comes_back() {
        try (World world = World.of(ChannelOptions.journaled())) {
            world.published("news", "1");
            world.journal.breakDown(Reason.UNAVAILABLE);
            CompletableFuture<PublishResult> refused = world.publish("news", "2");
            world.await("refused", refused::isDone);
            assertThat(error(refused)).isEqualTo(ErrorCode.INTERNAL);
            assertThat(error(settledNow(world, "3"))).isEqualTo(ErrorCode.INTERNAL);
            world.journal.repair();
            world.await("back", () -> world.writer().state() == State.OPEN);
            assertThat(offset(settled(world, "4"))).isEqualTo(2);
        }
    }

    @Test
    void one_hiccup_is_not_noticed() {
        try (World world = World.of(ChannelOptions.journaled())) {
            world.journal.failAppend(Reason.UNAVAILABLE);
            assertThat(offset(settled(world, "1"))).isEqualTo(1);
        }
    }

    @Test
    void an_async_stream_keeps_what_the_journal_refused_and_offers_it_again_in_order() {
        try (World world = World.of(ASYNC)) {
            world.published("news", "1");
            world.journal.failAppend(Reason.UNAVAILABLE);
            world.journal.failAppend(Reason.UNAVAILABLE);
            world.publish("news", "2");
            world.publish("news", "3");
            world.await("committed, so that the channel can be forgotten", () -> {
                world.clock.advance(java.time.Duration.ofMillis(50));
                world.topology().registry(0).sweep();
                world.topology().registry(0).sweep();
                return world.topology().registry(0).homeCount() == 0;
            });
            assertThat(offset(settled(world, "4"))).isEqualTo(4);
        }
    }

    @Test
    void a_fenced_writer_has_failed_for_good() {
        try (World world = World.of(ChannelOptions.journaled())) {
            world.published("news", "1");
            world.journal.failAppend(Reason.FENCED);
            CompletableFuture<PublishResult> refused = world.publish("news", "2");
            world.await("refused", refused::isDone);
            assertThat(world.writer().state()).isEqualTo(State.FAILED);
            assertThat(error(settledNow(world, "3"))).isEqualTo(ErrorCode.INTERNAL);
            assertThat(world.journal.offered()).hasSize(2);
        }
    }

    @Test
    void a_writer_that_is_fenced_in_half_a_batch_does_not_write_the_other_half() {
        try (World world = World.of(ChannelOptions.journaled())) {
            world.published("news", "1");
            world.published("other", "1");
            world.journal.blockAppend();
            world.occupyWriter("third");
            CompletableFuture<PublishResult> first = world.publish("news", "2");
            CompletableFuture<PublishResult> second = world.publish("other", "2");
            world.turns();
            world.journal.failNothingFirst();
            world.journal.failAppend(Reason.REFUSED);
            world.journal.failAppend(Reason.FENCED);
            world.journal.releaseAppend();
            world.await("both are told", () -> first.isDone() && second.isDone());
            assertThat(error(first)).isEqualTo(ErrorCode.INTERNAL);
            assertThat(error(second)).isEqualTo(ErrorCode.INTERNAL);
            assertThat(world.writer().state()).isEqualTo(State.FAILED);
        }
    }

    @Test
    void a_channel_whose_load_is_refused_does_not_harm_others() {
        try (World world = World.of(ChannelOptions.journaled())) {
            world.published("news", "1");
            world.journal.blockAppend();
            world.occupyWriter("news");
            world.journal.refuseLoadsOf("bad");
            CompletableFuture<PublishResult> bad = world.publish("bad", "x");
            CompletableFuture<PublishResult> good = world.publish("good", "x");
            CompletableFuture<PublishResult> news = world.publish("news", "x");
            world.turns();
            world.journal.releaseAppend();
            world.settle();
            assertThat(error(bad)).isEqualTo(ErrorCode.INTERNAL);
            assertThat(offset(good)).isEqualTo(1);
            assertThat(offset(news)).isEqualTo(3);
        }
    }

    private static CompletableFuture<PublishResult> settled(World world, String data) {
        CompletableFuture<PublishResult> result = world.publish("news", data);
        world.settle();
        return result;
    }

    private static CompletableFuture<PublishResult> settledNow(World world, String data) {
        CompletableFuture<PublishResult> result = world.publish("news", data);
        world.await("answered", result::isDone);
        return result;
    }

    private static long offset(CompletableFuture<PublishResult> result) {
        assertThat(result).isCompleted();
        assertThat(result.join()).isInstanceOf(PublishResult.Published.class);
        return ((PublishResult.Published) result.join()).position().offset();
    }

    private static ErrorCode error(CompletableFuture<PublishResult> result) {
        assertThat(result).isCompleted();
        assertThat(result.join()).isInstanceOf(Refused.class);
        return ((Refused) result.join()).error();
    }
}
