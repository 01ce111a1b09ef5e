package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.PublishResult.Published;
import dev.relay.internal.FaultyJournal;
import dev.relay.internal.World;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.MemoryJournal;
import dev.relay.journal.StreamRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Idempotency keys outlive the process, where their publications do. */
class KeptKeysTest {
    private final MemoryJournal store = new MemoryJournal();

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "ASYNC"})
    void a_repeat_after_a_restart_gets_the_first_result(Durability durability) {
        PublishResult first;
        try (World world = world(durability)) {
            world.published("news", "0");
            first = settled(world, "news", "1", "k");
            settled(world, "news", "2", "other");
        }
        try (World world = world(durability)) {
            assertThat(settled(world, "news", "again", "k")).isEqualTo(first);
            assertThat(offset(settled(world, "news", "3", "third"))).isEqualTo(4);
            assertThat(offset(settled(world, "sport", "elsewhere", "k"))).isEqualTo(1);
            assertThat(settled(world, "news", "again", "k")).isEqualTo(first);
        }
    }

    @Test
    void a_repeat_of_what_was_committed_before_a_crash_and_never_answered_gets_its_offset() {
        try (World world = world(Durability.SYNC)) {
            world.published("news", "0");
            world.journal.commitThenFail(Reason.UNKNOWN_OUTCOME);
            for (int i = 0; i < 100; i++) {
                world.journal.failAppend(Reason.UNKNOWN_OUTCOME); // so nobody gets to know
            }
            CompletableFuture<PublishResult> unanswered = world.publish("news", "1", key("k"));
            world.await("it is committed", () -> world.journal.writes().contains("append [2]"));
            world.turns();
            world.journal.abandon();
            assertThat(unanswered).isNotDone();
            try (World next = world(Durability.SYNC)) {
                assertThat(offset(settled(next, "news", "1", "k"))).isEqualTo(2);
                assertThat(offset(settled(next, "news", "2", "k2"))).isEqualTo(3);
            }
        }
    }

    @Test
    void a_key_is_not_there_without_its_publication() {
        try (World world = world(Durability.SYNC)) {
            world.published("news", "0");
            world.journal.blockAppend();
            world.publish("news", "1", key("k"));
            world.await("the append waits", world.journal::isAppendBlocked);
            world.journal.breakDown(Reason.UNKNOWN_OUTCOME);
            world.journal.abandon();
            try (World next = world(Durability.SYNC)) {
                assertThat(offset(settled(next, "news", "1", "k"))).isEqualTo(2);
                assertThat(offset(settled(next, "news", "1", "k"))).isEqualTo(2);
            }
        }
    }

    @Test
    void after_a_restart_a_key_lasts_for_what_is_left_of_its_window() {
        try (World world = world(Durability.SYNC)) {
            settled(world, "news", "1", "k");
        }
        try (World world = world(Durability.SYNC)) {
            world.clock.advance(Duration.ofMinutes(5).minusNanos(1_000));
            assertThat(offset(settled(world, "news", "2", "k"))).isEqualTo(1);
            world.clock.advance(Duration.ofNanos(1_000));
            assertThat(offset(settled(world, "news", "3", "k"))).isEqualTo(2);
        }
        try (World world = world(Durability.SYNC)) {
            world.clock.advance(Duration.ofMinutes(5));
            assertThat(offset(settled(world, "news", "4", "k"))).isEqualTo(2);
        }
    }

    @Test
    void repeats_that_come_while_the_channel_is_being_loaded_are_known_and_keep_their_order() {
        try (World world = world(Durability.SYNC)) {
            settled(world, "news", "1", "k");
        }
        try (World world = world(Durability.SYNC)) {
            world.journal.blockAppend();
            world.occupyWriter("other");
            CompletableFuture<PublishResult> repeat = world.publish("news", "1", key("k"));
            CompletableFuture<PublishResult> next = world.publish("news", "2", key("n"));
            CompletableFuture<PublishResult> nextAgain = world.publish("news", "2", key("n"));
            world.turns();
            assertThat(repeat).isNotDone();
            world.journal.releaseAppend();
            world.settle();
            assertThat(offset(repeat.join())).isEqualTo(1);
            assertThat(offset(next.join())).isEqualTo(2);
            assertThat(offset(nextAgain.join())).isEqualTo(2);
        }
    }

    @Test
    void after_a_crash_the_first_result_of_an_async_channel_is_in_its_new_epoch() {
        try (World world = world(Durability.ASYNC)) {
            settled(world, "news", "1", "k");
            world.journal.abandon();
            try (World next = world(Durability.ASYNC)) {
                PublishResult repeat = settled(next, "news", "1", "k");
                assertThat(offset(repeat)).isEqualTo(1);
                assertThat(((Published) repeat).position().epoch())
                        .isEqualTo(next.epoch("news"))
                        .isNotEmpty();
            }
        }
    }

    @Test
    void a_channel_that_was_forgotten_and_is_loaded_again_knows_its_keys_once() {
        try (World world = world(Durability.SYNC)) {
            PublishResult first = settled(world, "news", "1", "k");
            world.sweep();
            assertThat(settled(world, "news", "1", "k")).isEqualTo(first);
            assertThat(offset(settled(world, "news", "2", "k2"))).isEqualTo(2);
        }
    }

    @Test
    void keys_that_have_expired_are_deleted_when_there_is_nothing_else_to_do() {
        try (World world = world(Durability.SYNC)) {
            settled(world, "news", "1", "k");
            world.clock.advance(Duration.ofMinutes(4));
            settled(world, "news", "2", "k2");
            int before = world.journal.keyDeletions();
            world.clock.advance(Duration.ofMinutes(1));
            world.await("one, which may have begun earlier", () -> world.journal.keyDeletions() > before);
            world.clock.advance(Duration.ofSeconds(31));
            world.await("expired keys are deleted", () -> world.journal.keyDeletions() > before + 1);
        }
        MemoryJournal after = store.reopen();
        after.open();
        assertThat(after.load(List.of(new StreamRequest("news", Durability.SYNC)))
                        .get(0)
                        .keys())
                .extracting(kept -> kept.key())
                .containsExactly("k2");
    }

    @Test
    void keys_that_have_expired_are_deleted_while_new_ones_keep_coming() {
        try (World world = world(Durability.SYNC)) {
            for (int i = 0; i < 600; i++) {
                world.publish("news", "x", key("k" + i));
            }
            world.settle();
            world.await("a step for so many keys", () -> world.journal.keyDeletions() == 1);
        }
    }

    private World world(Durability durability) {
        World.Setup setup = new World.Setup();
        setup.defaults = ChannelOptions.builder()
                .durability(durability)
                .forceRecovery(true)
                .build();
        setup.journal = new FaultyJournal(store.reopen());
        return new World(setup);
    }

    private static PublishOptions key(String key) {
        return PublishOptions.builder().idempotencyKey(key).build();
    }

    private static PublishResult settled(World world, String channel, String data, String key) {
        CompletableFuture<PublishResult> result = world.publish(channel, data, key(key));
        world.settle();
        assertThat(result).isCompleted();
        return result.join();
    }

    private static long offset(PublishResult result) {
        assertThat(result).isInstanceOf(Published.class);
        return ((Published) result).position().offset();
    }
}
