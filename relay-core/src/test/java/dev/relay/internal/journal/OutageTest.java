package dev.relay.internal.journal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.ErrorCode;
import dev.relay.HistoryResult;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import dev.relay.internal.FaultyJournal;
import dev.relay.internal.MemorySpool;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.internal.journal.JournalWriter.State;
import dev.relay.journal.Append;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.MemoryJournal;
import dev.relay.journal.ReadRange;
import dev.relay.journal.Spooled;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The database goes away, comes back, and has become another meanwhile; publishers are acknowledged from the spool. */
class OutageTest {
    private static final ChannelOptions SYNC = ChannelOptions.builder()
            .durability(Durability.SYNC)
            .forceRecovery(true)
            .build();
    private static final ChannelOptions ASYNC = ChannelOptions.builder()
            .durability(Durability.ASYNC)
            .forceRecovery(true)
            .build();

    @Test
    void publishers_and_subscribers_do_not_notice_that_the_database_is_away() {
        try (World world = world(SYNC)) {
            Client client = world.client(0);
            client.subscribed("news");
            world.published("news", "1");

            world.journal.breakDown(Reason.UNAVAILABLE);
            assertThat(offset(answered(world, "news", "2"))).isEqualTo(2);
            assertThat(offset(answered(world, "news", "3"))).isEqualTo(3);
            assertThat(world.writer().state()).isEqualTo(State.SPOOLING);
            assertThat(world.writer().detail()).contains("spooling: 2 publications");
            assertThat(client.received()).containsExactly("news#1=1", "news#2=2", "news#3=3");
            assertThat(stored(world, "news")).containsExactly("1");

            world.journal.repair();
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1", "2", "3");
            assertThat(offset(answered(world, "news", "4"))).isEqualTo(4);
            assertThat(stored(world, "news")).containsExactly("1", "2", "3", "4");
            assertThat(world.writer().detail()).isEmpty();
        }
    }

    @Test
    void a_commit_of_unknown_outcome_is_acknowledged_from_the_spool_and_is_there_once() {
        try (World world = world(SYNC)) {
            world.published("news", "1");
            world.journal.commitThenFail(Reason.UNKNOWN_OUTCOME);
            world.journal.failAppend(Reason.UNAVAILABLE);
            assertThat(offset(answered(world, "news", "2"))).isEqualTo(2);
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1", "2");
        }
    }

    @Test
    void one_hiccup_does_not_need_the_spool() {
        try (World world = world(SYNC)) {
            world.journal.failAppend(Reason.UNAVAILABLE);
            world.published("news", "1");
            assertThat(spool(world).most()).isZero();
        }
    }

    @Test
    void a_server_that_hung_is_not_asked_twice_before_the_publisher_is_answered() {
        try (World world = world(SYNC)) {
            world.published("news", "1");
            world.journal.blockAppend();
            CompletableFuture<PublishResult> result = world.publish("news", "2");
            world.await("the append hangs", world.journal::isAppendBlocked);
            world.clock.advance(Duration.ofSeconds(2));
            world.journal.breakDown(Reason.UNAVAILABLE);
            world.journal.releaseAppend();
            world.await("answered", result::isDone);
            assertThat(offset(result)).isEqualTo(2);
            assertThat(world.journal.attempts()).isEqualTo(2);
            world.journal.repair();
            drained(world);
        }
    }

    @Test
    void a_database_that_hangs_keeps_nobody_waiting_once_it_is_known() {
        try (World world = world(SYNC)) {
            world.published("news", "1");
            world.journal.breakDown(Reason.UNAVAILABLE);
            answered(world, "news", "2");
            world.journal.blockAppend(); // the drain will hang in it
            world.journal.repair();
            world.await("the drain hangs", world.journal::isAppendBlocked);
            assertThat(offset(answered(world, "news", "3"))).isEqualTo(3);
            assertThat(offset(answered(world, "news", "4"))).isEqualTo(4);
            world.journal.releaseAppend();
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1", "2", "3", "4");
        }
    }

    @Test
    void everything_reaches_a_database_that_is_slow_when_it_is_back() {
        try (World world = world(SYNC)) {
            world.published("news", "1");
            world.journal.breakDown(Reason.UNAVAILABLE);
            answered(world, "news", "2");
            world.journal.whenAppending(() -> world.clock.advance(Duration.ofSeconds(2)));
            List<CompletableFuture<PublishResult>> results = new ArrayList<>();
            for (int i = 3; i < 3_000; i++) {
                results.add(world.publish("news", "" + i));
            }
            world.await("spooled", () -> results.stream().allMatch(CompletableFuture::isDone));
            world.journal.repair();
            world.await("some are moved", () -> stored(world, "news").size() > 600);
            world.journal.whenAppending(() -> {});
            drained(world);
            assertThat(stored(world, "news")).hasSize(2_999);
        }
    }

    @Test
    void an_async_stream_spools_as_well() {
        try (World world = world(ASYNC)) {
            world.published("news", "1");
            world.journal.breakDown(Reason.UNAVAILABLE);
            answered(world, "news", "2");
            world.await("spooled", () -> spool(world).size().publications() == 1);
            world.journal.repair();
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1", "2");
        }
    }

    @Test
    void a_full_spool_refuses_and_takes_publications_again_when_there_is_room() {
        try (World world = world(SYNC, new MemorySpool(4))) {
            world.published("news", "1");
            world.journal.breakDown(Reason.UNAVAILABLE);
            List<String> acknowledged = new ArrayList<>(List.of("1"));
            for (int i = 2; i < 10; i++) {
                if (answered(world, "news", "" + i).join() instanceof PublishResult.Published) {
                    acknowledged.add("" + i);
                }
            }
            assertThat(acknowledged).containsExactly("1", "2", "3", "4", "5");
            assertThat(world.writer().state()).isEqualTo(State.SPOOL_FULL);
            assertThat(world.writer().takesPublications()).isFalse();

            world.journal.repair();
            drained(world);
            assertThat(offset(answered(world, "news", "6"))).isEqualTo(6);
            assertThat(stored(world, "news")).containsExactly("1", "2", "3", "4", "5", "6");
        }
    }

    @Test
    void a_spool_whose_disk_fails_refuses_and_is_used_again_when_it_works() {
        try (World world = world(SYNC)) {
            world.published("news", "1");
            world.journal.breakDown(Reason.UNAVAILABLE);
            spool(world).breakDown(Reason.UNAVAILABLE);
            assertThat(error(answered(world, "news", "2"))).isEqualTo(ErrorCode.INTERNAL);
            spool(world).repair();
            world.await("taken again", () -> {
                world.clock.advance(Duration.ofMillis(100));
                return world.writer().takesPublications();
            });
            assertThat(offset(answered(world, "news", "3"))).isEqualTo(2);
            world.journal.repair();
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1", "3");
        }
    }

    @Test
    void an_outcome_that_neither_database_nor_spool_can_tell_is_told_to_nobody_before_one_of_them_can() {
        try (World world = world(SYNC)) {
            world.published("news", "1");
            world.journal.commitThenFail(Reason.UNKNOWN_OUTCOME);
            world.journal.blockAppend();
            CompletableFuture<PublishResult> result = world.publish("news", "2");
            world.await("the append waits", world.journal::isAppendBlocked);
            world.clock.advance(Duration.ofSeconds(2));
            spool(world).breakDown(Reason.UNAVAILABLE);
            world.journal.releaseAppend();
            world.await("known", result::isDone);
            assertThat(world.journal.attempts()).isEqualTo(3);
            assertThat(offset(result)).isEqualTo(2);
            assertThat(stored(world, "news")).containsExactly("1", "2");
        }
    }

    @Test
    void a_mark_behind_publications_is_reached_when_they_went_to_the_spool() {
        try (World world = world(SYNC)) {
            world.published("news", "1");
            world.journal.blockAppend();
            world.occupyWriter("news");
            AtomicBoolean reached = new AtomicBoolean();
            assertThat(world.writer().flush(new PendingFlush(() -> reached.set(true))))
                    .isTrue();
            world.journal.breakDown(Reason.UNAVAILABLE);
            world.journal.releaseAppend();
            world.await("reached", reached::get);
            assertThat(world.writer().state()).isEqualTo(State.SPOOLING);
            world.journal.repair();
            drained(world);
        }
    }

    @Test
    void history_is_not_removed_while_the_database_is_away() {
        try (World world = world(SYNC)) {
            world.published("news", "1");
            world.journal.breakDown(Reason.UNAVAILABLE);
            answered(world, "news", "2");
            CompletableFuture<HistoryResult> removed = world.removeHistory("news");
            world.await("answered", removed::isDone);
            assertThat(removed.join()).isInstanceOf(Refused.class);
            world.journal.repair();
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1", "2");
        }
    }

    @Test
    void a_channel_that_is_not_in_memory_is_refused_until_the_database_answers() {
        try (World world = world(SYNC)) {
            world.published("news", "1");
            world.journal.breakDown(Reason.UNAVAILABLE);
            answered(world, "news", "2");
            assertThat(error(answered(world, "other", "1"))).isEqualTo(ErrorCode.INTERNAL);
            world.sweep();
            assertThat(offset(answered(world, "news", "3")))
                    .as("is not forgotten meanwhile")
                    .isEqualTo(3);
            world.journal.repair();
            drained(world);
            assertThat(offset(answered(world, "other", "1"))).isEqualTo(1);
        }
    }

    @Test
    void what_a_killed_engine_left_in_the_spool_is_moved_at_the_next_start_and_known_before() {
        MemoryJournal store = new MemoryJournal();
        MemorySpool spool = new MemorySpool();
        store.open();
        StreamState stream =
                store.load(List.of(new StreamRequest("news", Durability.SYNC))).get(0);
        store.append(List.of(append(stream, 1)));
        store.abandon();
        spool.with(spooled(stream, 2), spooled(stream, 3));
        FaultyJournal journal = new FaultyJournal(store.reopen());
        journal.breakDown(Reason.UNAVAILABLE);
        try (World world = World.of(setup -> {
            setup.defaults = SYNC;
            setup.journal = journal;
            setup.spool = spool;
            setup.startsWithoutJournal = true;
            return setup;
        })) {
            assertThat(world.writer().state()).isEqualTo(State.SPOOLING);
            Client client = world.client(0);
            client.send(client.subscribe("news", new StreamPosition(1, stream.epoch()), 0));
            world.await("subscribed", () -> client.peek().contains("recovered"));
            assertThat(String.join(" ", client.received())).contains("2", "3");
            assertThat(offset(answered(world, "news", "4"))).isEqualTo(4);
            journal.repair();
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1", "2", "3", "4");
            assertThat(world.epoch("news")).isEqualTo(stream.epoch());
        }
    }

    @Test
    void a_repeat_is_recognised_through_the_spool_and_waits_where_keys_are_not_known() {
        MemoryJournal store = new MemoryJournal();
        MemorySpool spool = new MemorySpool();
        PublishOptions one = PublishOptions.builder().idempotencyKey("one").build();
        PublishOptions two = PublishOptions.builder().idempotencyKey("two").build();
        try (World world = world(SYNC, spool, new FaultyJournal(store))) {
            world.publish("news", "1", one);
            world.settle();
            world.journal.breakDown(Reason.UNAVAILABLE);
            CompletableFuture<PublishResult> second = world.publish("news", "2", two);
            world.await("answered", second::isDone);
            CompletableFuture<PublishResult> again = world.publish("news", "2", two);
            world.await("answered", again::isDone);
            assertThat(offset(again)).isEqualTo(2);
        }
        FaultyJournal journal = new FaultyJournal(store.reopen());
        journal.breakDown(Reason.UNAVAILABLE);
        try (World world = World.of(setup -> {
            setup.defaults = SYNC;
            setup.journal = journal;
            setup.spool = spool;
            setup.startsWithoutJournal = true;
            return setup;
        })) {
            assertThat(offset(answered(world, "news", "3"))).isEqualTo(3);
            CompletableFuture<PublishResult> unknown = world.publish("news", "1", one);
            world.await("answered", unknown::isDone);
            assertThat(error(unknown)).isEqualTo(ErrorCode.INTERNAL);
            journal.repair();
            drained(world);
            world.await("its key is known again", () -> {
                CompletableFuture<PublishResult> known = world.publish("news", "1", one);
                world.await("answered", known::isDone);
                return known.join() instanceof PublishResult.Published first
                        && first.position().offset() == 1;
            });
            CompletableFuture<PublishResult> spooled = world.publish("news", "2", two);
            world.await("answered", spooled::isDone);
            assertThat(offset(spooled)).isEqualTo(2);
            assertThat(stored(world, "news")).containsExactly("1", "2", "3");
        }
    }

    @Test
    void a_crash_between_the_append_and_the_removal_leaves_everything_once() {
        MemoryJournal store = new MemoryJournal();
        MemorySpool left;
        try (World world = world(SYNC, new MemorySpool(), new FaultyJournal(store))) {
            world.published("news", "1");
            world.journal.breakDown(Reason.UNAVAILABLE);
            answered(world, "news", "2");
            answered(world, "news", "3");
            left = spool(world).copy();
            world.journal.repair();
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1", "2", "3");
        }
        assertThat(left.size().publications()).isEqualTo(2);
        try (World world = world(SYNC, left, new FaultyJournal(store.reopen()))) {
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1", "2", "3");
            assertThat(offset(answered(world, "news", "4"))).isEqualTo(4);
        }
    }

    @Test
    void an_async_stream_that_was_spooling_in_a_crash_gets_a_new_epoch_and_keeps_what_was_spooled() {
        MemoryJournal store = new MemoryJournal();
        MemorySpool spool = new MemorySpool();
        store.open();
        StreamState stream =
                store.load(List.of(new StreamRequest("news", Durability.ASYNC))).get(0);
        store.append(List.of(append(stream, 1), append(stream, 2)));
        store.abandon();
        spool.with(async(spooled(stream, 2)), async(spooled(stream, 3)));
        try (World world = world(ASYNC, spool, new FaultyJournal(store.reopen()))) {
            assertThat(offset(answered(world, "news", "4"))).isEqualTo(4);
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1", "2", "3", "4");
            assertThat(world.epoch("news")).isNotEqualTo(stream.epoch());
        }
    }

    @Test
    void what_is_spooled_when_the_engine_stops_is_moved_by_the_next_one() {
        MemoryJournal store = new MemoryJournal();
        MemorySpool spool = new MemorySpool();
        try (World world = world(SYNC, spool, new FaultyJournal(store))) {
            world.published("news", "1");
            world.journal.breakDown(Reason.UNAVAILABLE);
            answered(world, "news", "2");
        }
        assertThat(spool.size().publications()).isEqualTo(1);
        try (World world = world(SYNC, spool, new FaultyJournal(store.reopen()))) {
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1", "2");
        }
    }

    @Test
    void an_engine_that_is_fenced_while_it_spools_fails_and_keeps_its_spool() {
        MemoryJournal store = new MemoryJournal();
        MemorySpool spool = new MemorySpool();
        try (World world = world(SYNC, spool, new FaultyJournal(store))) {
            world.published("news", "1");
            world.journal.breakDown(Reason.UNAVAILABLE);
            answered(world, "news", "2");
            store.abandon(); // silent for too long
            MemoryJournal other = store.reopen();
            other.open();
            world.journal.repair();
            world.await("failed", () -> world.writer().state() == State.FAILED);
            assertThat(error(answered(world, "news", "3"))).isEqualTo(ErrorCode.INTERNAL);
            other.close();
        }
        assertThat(spool.size().publications()).isEqualTo(1);
    }

    @Test
    void what_another_engine_has_written_meanwhile_stays_and_ours_follows_in_a_new_epoch() {
        MemoryJournal store = new MemoryJournal();
        MemorySpool spool = new MemorySpool();
        store.open();
        StreamState stream =
                store.load(List.of(new StreamRequest("news", Durability.SYNC))).get(0);
        store.append(List.of(append(stream, 1), append(stream, 2)));
        store.append(List.of(new Append(stream.streamId(), 77, publication(stream, 3, "theirs"))));
        store.close();
        spool.with(spooled(stream, 2), spooled(stream, 3), spooled(stream, 4)); // 2 was moved, but not removed
        FaultyJournal journal = new FaultyJournal(store.reopen());
        journal.breakDown(Reason.UNAVAILABLE);
        try (World world = World.of(setup -> {
            setup.defaults = SYNC;
            setup.journal = journal;
            setup.spool = spool;
            setup.startsWithoutJournal = true;
            return setup;
        })) {
            Client client = world.client(0);
            client.send(client.subscribe("news"));
            world.await("subscribed", () -> !client.peek().isEmpty());
            client.forget();
            assertThat(offset(answered(world, "news", "5"))).isEqualTo(5);
            journal.repair();
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1", "2", "theirs", "3", "4", "5");
            world.await("told", () -> client.peek().contains("2500"));
            world.settle();
            assertThat(world.epoch("news")).isNotEqualTo(stream.epoch());
            assertThat(offset(answered(world, "news", "6"))).isEqualTo(7);
        }
    }

    @Test
    void a_publication_the_database_refuses_for_good_is_set_aside_and_the_others_follow() {
        try (World world = world(SYNC)) {
            world.published("news", "1");
            world.published("other", "1");
            world.journal.poison(append -> append.publication().data().text().equals("bad"));
            world.journal.breakDown(Reason.UNAVAILABLE);
            List.of("2", "bad", "4").forEach(data -> answered(world, "news", data));
            answered(world, "other", "2");
            String epoch = world.epoch("news");
            world.journal.repair();
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1", "2", "4");
            assertThat(stored(world, "other")).containsExactly("1", "2");
            assertThat(spool(world).setAside()).singleElement().satisfies(aside -> assertThat(
                            aside.append().publication().data().text())
                    .isEqualTo("bad"));
            assertThat(world.epoch("news")).isNotEqualTo(epoch);
        }
    }

    @Test
    void commits_that_a_late_replica_lacks_are_written_again() {
        try (World world = world(SYNC)) {
            Client client = world.client(0);
            client.subscribed("news");
            world.published("news", "1", "2", "3");
            world.published("quiet", "1", "2");
            String epoch = world.epoch("news");
            world.journal.lose("news", 2);
            world.journal.lose("quiet", 1);
            world.journal.failAppend(Reason.UNAVAILABLE); // the connection broke
            assertThat(offset(answered(world, "news", "4"))).isEqualTo(4);
            world.await("written again", () -> stored(world, "quiet").size() == 2);
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1", "2", "3", "4");
            assertThat(stored(world, "quiet")).containsExactly("1", "2");
            assertThat(world.epoch("news")).isEqualTo(epoch);
            assertThat(client.received()).containsExactly("news#1=1", "news#2=2", "news#3=3", "news#4=4");
        }
    }

    @Test
    void without_a_spool_commits_that_a_late_replica_lacks_are_written_again_too() {
        try (World world = World.of(SYNC)) {
            world.published("news", "1", "2", "3");
            world.journal.lose("news", 2);
            assertThat(offset(answered(world, "news", "4"))).isEqualTo(4);
            assertThat(stored(world, "news")).containsExactly("1", "2", "3", "4");
        }
    }

    @Test
    void a_stream_that_a_late_replica_lacks_is_made_again_and_its_subscribers_are_told() {
        try (World world = world(SYNC)) {
            world.published("news", "1", "2");
            Client client = world.client(0);
            client.subscribed("news");
            client.forget();
            String epoch = world.epoch("news");
            world.journal.loseStream("news", "heir");
            world.journal.failAppend(Reason.UNAVAILABLE);
            world.await("acknowledged", () -> answered(world, "news", "3").join() instanceof PublishResult.Published);
            drained(world);
            world.await("there", () -> stored(world, "news").size() >= 3);
            assertThat(stored(world, "news")).containsExactly("1", "2", "3");
            assertThat(stored(world, "heir")).isEmpty();
            world.await("told", () -> client.peek().contains("2500"));
            assertThat(world.epoch("news")).isNotEqualTo(epoch);
        }
    }

    @Test
    void without_a_spool_a_stream_that_a_late_replica_lacks_is_made_again_too() {
        try (World world = World.of(SYNC)) {
            world.published("news", "1", "2");
            Client client = world.client(0);
            client.subscribed("news");
            world.journal.loseStream("news", "heir");
            world.await("acknowledged", () -> answered(world, "news", "3").join() instanceof PublishResult.Published);
            assertThat(stored(world, "news")).startsWith("1", "2").endsWith("3").hasSize(3);
            assertThat(stored(world, "heir")).isEmpty();
            assertThat(client.peek()).contains("2500");
        }
    }

    @Test
    void whoever_follows_a_channel_without_a_position_does_not_notice_that_its_stream_is_another() {
        ChannelOptions plain =
                ChannelOptions.builder().durability(Durability.SYNC).build();
        try (World world = world(plain)) {
            Client client = world.client(0);
            client.subscribed("news");
            world.published("news", "1", "2");
            world.journal.loseStream("news", "heir");
            world.journal.failAppend(Reason.UNAVAILABLE);
            world.await("acknowledged", () -> answered(world, "news", "3").join() instanceof PublishResult.Published);
            drained(world);
            answered(world, "news", "4");
            assertThat(stored(world, "news")).containsExactly("1", "2", "3", "4");
            assertThat(String.join(" ", client.received()))
                    .contains("=1", "=2", "=3", "=4")
                    .doesNotContain("2500");
        }
    }

    @Test
    void what_an_async_channel_has_told_is_kept_when_its_stream_is_another() {
        try (World world = world(ASYNC)) {
            world.published("news", "1", "2");
            world.journal.loseStream("news", "heir");
            world.journal.blockAppend();
            world.publish("news", "3");
            world.await("the append waits", world.journal::isAppendBlocked);
            world.publish("news", "4");
            world.turns();
            world.journal.releaseAppend();
            world.await("all are there", () -> stored(world, "news").size() == 4);
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1", "2", "3", "4");
            assertThat(stored(world, "heir")).isEmpty();
        }
    }

    @Test
    void a_node_whose_database_another_one_owns_does_not_spool() {
        MemoryJournal store = new MemoryJournal();
        store.open();
        StreamState stream =
                store.load(List.of(new StreamRequest("news", Durability.SYNC))).get(0);
        MemorySpool spool = new MemorySpool().with(spooled(stream, 1));
        try (World world = World.of(setup -> {
            setup.defaults = SYNC;
            setup.journal = new FaultyJournal(store.reopen());
            setup.spool = spool;
            setup.startsWithoutJournal = true;
            return setup;
        })) {
            assertThat(world.writer().state()).isEqualTo(State.UNAVAILABLE);
            assertThat(error(answered(world, "news", "x"))).isEqualTo(ErrorCode.INTERNAL);
            store.close();
            drained(world);
            assertThat(stored(world, "news")).containsExactly("1");
        }
    }

    @Test
    void whatever_fails_and_however_often_everything_acknowledged_is_there_once_and_in_order() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Reason[] reasons = {Reason.UNAVAILABLE, Reason.UNKNOWN_OUTCOME};
        List<String> channels = List.of("a", "b", "c");
        try (World world = world(SYNC)) {
            List<List<String>> expected = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            channels.forEach(channel -> world.published(channel, "first"));
            List<Map.Entry<Integer, CompletableFuture<PublishResult>>> waiting = new ArrayList<>();
            for (int step = 0; step < 3_000; step++) {
                switch (random.nextInt(12)) {
                    case 0 -> world.journal.commitThenFail(reasons[random.nextInt(2)]);
                    case 1 -> world.journal.failAppend(reasons[random.nextInt(2)]);
                    case 2 -> world.journal.breakDown(Reason.UNAVAILABLE);
                    case 3, 4 -> world.journal.repair();
                    case 5 -> world.turns();
                    default -> {
                        int channel = random.nextInt(channels.size());
                        waiting.add(Map.entry(channel, world.publish(channels.get(channel), "p" + step)));
                        expected.get(channel).add("p" + step);
                    }
                }
            }
            world.journal.clearAppendFaults();
            world.journal.repair();
            world.await("answered", () -> waiting.stream()
                    .allMatch(one -> one.getValue().isDone()));
            drained(world);
            assertThat(waiting)
                    .as("seed " + seed)
                    .allMatch(one -> one.getValue().join() instanceof PublishResult.Published);
            for (int i = 0; i < channels.size(); i++) {
                expected.get(i).add(0, "first");
                assertThat(stored(world, channels.get(i))).as("seed " + seed).isEqualTo(expected.get(i));
            }
        }
    }

    private static World world(ChannelOptions options) {
        return world(options, new MemorySpool());
    }

    private static World world(ChannelOptions options, MemorySpool spool) {
        return world(options, spool, new FaultyJournal());
    }

    private static World world(ChannelOptions options, MemorySpool spool, FaultyJournal journal) {
        return World.of(setup -> {
            setup.defaults = options;
            setup.spool = spool;
            setup.journal = journal;
            setup.startsWithoutJournal = spool.size().publications() > 0;
            return setup;
        });
    }

    private static MemorySpool spool(World world) {
        return requireNonNull(world.spool);
    }

    private static void drained(World world) {
        world.await("drained", () -> {
            world.clock.advance(Duration.ofMillis(10));
            return world.writer().state() == State.OPEN
                    && (world.spool == null || world.spool.size().publications() == 0);
        });
        world.settle();
    }

    /** What is in the journal, oldest first, without a hole. */
    private static List<String> stored(World world, String channel) {
        MemoryJournal store = world.journal.store();
        StreamState stream =
                store.load(List.of(new StreamRequest(channel, Durability.SYNC))).get(0);
        List<Publication> found = store.read(
                new ReadRange(stream.streamId(), 0, Long.MAX_VALUE, false, Integer.MAX_VALUE, Long.MAX_VALUE, 0));
        assertThat(found)
                .extracting(Publication::offset)
                .isEqualTo(LongStream.rangeClosed(1, found.size()).boxed().toList());
        return found.stream().map(one -> one.data().text()).toList();
    }

    private static Spooled spooled(StreamState stream, long offset) {
        return new Spooled(0, stream.channel(), Durability.SYNC, append(stream, offset));
    }

    private static Spooled async(Spooled spooled) {
        return new Spooled(0, spooled.channel(), Durability.ASYNC, spooled.append());
    }

    private static Append append(StreamState stream, long offset) {
        return new Append(stream.streamId(), offset * 31, publication(stream, offset, "" + offset));
    }

    private static Publication publication(StreamState stream, long offset, String data) {
        StreamPosition position = new StreamPosition(offset, stream.epoch());
        return new Publication(Payload.of(data), null, Map.of(), position, 1_750_000_000_000_000L + offset);
    }

    private static CompletableFuture<PublishResult> answered(World world, String channel, String data) {
        CompletableFuture<PublishResult> result = world.publish(channel, data);
        world.await("answered: " + data, result::isDone);
        world.turns();
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
