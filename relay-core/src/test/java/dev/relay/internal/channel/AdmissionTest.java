package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.internal.ManualClock;
import dev.relay.internal.SteppedShard;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    @Test
    void charges_are_admitted_up_to_the_limit_and_given_back() {
        Admission admission = new Admission(new SteppedShard(0, new ManualClock()).shard(), 10_000);
        int charge = admission.admit(4_000);
        assertThat(charge).isGreaterThanOrEqualTo(4_000);
        assertThat(admission.admit(4_000)).isEqualTo(charge);
        assertThat(admission.admit(4_000)).isZero();
        admission.release(charge);
        assertThat(admission.admit(4_000)).isEqualTo(charge);
    }

    @Test
    void a_publication_of_any_legal_size_is_admitted_when_nothing_else_is_on_its_way() {
        Admission admission = new Admission(new SteppedShard(0, new ManualClock()).shard(), 64 << 10);
        int charge = admission.admit(1 << 20);
        assertThat(charge).isPositive();
        assertThat(admission.admit(1)).isZero();
        admission.release(charge);
        assertThat(admission.admit(1)).isPositive();
    }

    @Test
    void a_home_that_cannot_pass_on_what_it_has_admits_nothing_and_sessions_wait() {
        try (World world = World.of(2, ChannelOptions.transientChannel())) {
            String mine = world.channelAt(0, "mine");
            Client client = world.client(0);
            fill(world, 1);
            world.shards.get(0).shard().send(1, () -> {});

            client.send(client.publish(mine, "1"), client.publish(mine, "2"));
            world.shards.get(0).turn();
            world.shards.get(0).turn();
            assertThat(client.received()).isEmpty();
            assertThat(client.transport.wantsRead()).isFalse();
            assertThat(world.topology().admission(0).admit(1)).isZero();

            world.shards.get(1).turn();
            world.shards.get(0).turn();
            assertThat(client.received()).containsExactly("2:published", "3:published");
            assertThat(client.transport.wantsRead()).isTrue();
        }
    }

    @Test
    void what_a_retry_has_produced_leaves_before_the_shard_sleeps() {
        try (World world = World.of(2, ChannelOptions.transientChannel())) {
            String mine = world.channelAt(0, "mine");
            Client client = world.client(0);
            fill(world, 1);
            world.shards.get(0).shard().send(1, () -> {});
            client.send(client.publish(mine, "1"));
            world.shards.get(0).turn();
            assertThat(world.shards.get(0).turnThatMayWait()).isLessThanOrEqualTo(1_000_000);

            world.shards.get(1).turn();
            long waited = 0;
            for (int turn = 0; turn < 3 && client.transport.text().endsWith("connected]"); turn++) {
                waited = Math.max(waited, world.shards.get(0).turnThatMayWait());
            }
            assertThat(client.received()).containsExactly("2:published");
            assertThat(waited).isLessThanOrEqualTo(1_000_000);
        }
    }

    private static void fill(World world, int shard) {
        int tasks = 0;
        while (world.shards.get(shard).shard().offer(() -> {})) {
            tasks++;
        }
        assertThat(tasks).isGreaterThan(1000);
    }
}
