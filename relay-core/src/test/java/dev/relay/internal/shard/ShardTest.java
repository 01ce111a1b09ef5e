package dev.relay.internal.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.internal.SteppedShard;
import dev.relay.internal.World;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardTest {
    @Test
    void what_a_shard_sends_to_itself_runs_at_once() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            List<String> ran = new ArrayList<>();
            world.shards.get(0).shard().send(0, () -> ran.add("a"));
            assertThat(ran).containsExactly("a");
        }
    }

    @Test
    void what_does_not_fit_into_another_inbox_follows_in_order_and_nothing_is_lost() {
        try (World world = World.of(2, ChannelOptions.transientChannel())) {
            SteppedShard from = world.shards.get(0);
            SteppedShard to = world.shards.get(1);
            List<Integer> arrived = new ArrayList<>();
            List<Integer> sent = new ArrayList<>();
            for (int i = 0; i < 100_000; i++) {
                int number = i;
                sent.add(number);
                from.shard().send(1, () -> arrived.add(number));
            }
            assertThat(from.shard().isCongested()).isTrue();
            for (int turn = 0; turn < 100; turn++) {
                to.turn();
                from.turn();
            }
            assertThat(from.shard().isCongested()).isFalse();
            assertThat(arrived).isEqualTo(sent);
        }
    }

    @Test
    void two_shards_whose_inboxes_are_full_do_not_wait_for_each_other() {
        try (World world = World.of(2, ChannelOptions.transientChannel())) {
            int[] arrived = new int[2];
            for (int i = 0; i < 70_000; i++) {
                world.shards.get(0).shard().send(1, () -> arrived[1]++);
                world.shards.get(1).shard().send(0, () -> arrived[0]++);
            }
            for (int turn = 0; turn < 100; turn++) {
                world.shards.forEach(SteppedShard::turn);
            }
            assertThat(arrived).containsExactly(70_000, 70_000);
        }
    }

    @Test
    void a_shard_sleeps_until_its_next_timer_and_not_at_all_with_a_task() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            SteppedShard shard = world.shards.get(0);
            assertThat(shard.turnThatMayWait()).isEqualTo(Long.MAX_VALUE);
            shard.shard().schedule(1_000_000_000L, () -> {});
            assertThat(shard.turnThatMayWait()).isBetween(1_000_000_000L, 1_020_000_000L);
            shard.shard().offer(() -> {});
            assertThat(shard.turnThatMayWait()).isZero();
        }
    }
}
