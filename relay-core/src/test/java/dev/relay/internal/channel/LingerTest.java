package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.ChannelOptions;
import dev.relay.ClientSelector;
import dev.relay.CloseCode;
import dev.relay.Durability;
import dev.relay.InvalidConfigurationException;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Publications that wait for others of their channel, so that they leave together. */
class LingerTest {
    private static final Duration LINGER = Duration.ofMillis(20);

    @Test
    void what_is_published_within_the_time_leaves_in_one_write() {
        try (World world = world(ChannelOptions.builder())) {
            Client client = world.client(0);
            client.subscribed("news");
            int before = client.transport.writes().size();
            for (int i = 1; i <= 4; i++) {
                world.published("news", "" + i);
                world.clock.advance(Duration.ofMillis(4));
            }
            assertThat(client.received()).isEmpty();
            wait(world);
            assertThat(client.received()).containsExactly("news=1", "news=2", "news=3", "news=4");
            assertThat(client.transport.writes()).hasSize(before + 1);
            world.published("news", "5");
            assertThat(client.received()).isEmpty();
            wait(world);
            assertThat(client.received()).containsExactly("news=5");
        }
    }

    @Test
    void the_time_runs_from_the_first_publication_on() {
        try (World world = world(ChannelOptions.builder())) {
            Client client = world.client(0);
            client.subscribed("news");
            world.published("news", "1");
            world.clock.advance(Duration.ofMillis(15));
            world.published("news", "2");
            world.clock.advance(Duration.ofMillis(7));
            world.turns();
            assertThat(client.received()).containsExactly("news=1", "news=2");
        }
    }

    @Test
    void a_shard_does_not_sleep_longer_than_that() {
        try (World world = world(ChannelOptions.builder())) {
            Client client = world.client(0);
            client.subscribed("news");
            world.published("news", "1");
            assertThat(world.shards.get(0).turnThatMayWait())
                    .isPositive()
                    .isLessThanOrEqualTo(LINGER.plusMillis(2).toNanos());
        }
    }

    @Test
    void without_it_everything_leaves_at_the_end_of_the_turn() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.subscribed("news");
            world.published("news", "1");
            assertThat(client.received()).containsExactly("news=1");
        }
    }

    @Test
    void much_does_not_wait() {
        try (World world = world(ChannelOptions.builder())) {
            Client client = world.client(0);
            client.subscribed("news");
            world.published("news", "1", "x".repeat(17_000));
            assertThat(client.received()).hasSize(2);
        }
    }

    @Test
    void who_unsubscribes_gets_what_came_before_and_then_the_reply() {
        try (World world = world(ChannelOptions.builder())) {
            Client client = world.client(0);
            Client other = world.client(0);
            client.subscribed("news");
            other.subscribed("news");
            world.published("news", "1");
            assertThat(client.exchange(client.unsubscribe("news"))).containsExactly("news=1", "3:unsubscribed");
            wait(world);
            assertThat(client.received()).isEmpty();
            assertThat(other.received()).containsExactly("news=1");
        }
    }

    @Test
    void who_is_unsubscribed_or_closed_by_the_server_gets_it_first() {
        try (World world = world(ChannelOptions.builder())) {
            Client unsubscribed = world.client(0);
            unsubscribed.subscribed("news");
            world.published("news", "1");
            world.order(clients -> clients.unsubscribe(ClientSelector.user(""), "news"));
            assertThat(unsubscribed.received()).containsExactly("news=1", "news unsubscribed 2000");
            Client closed = world.client(0);
            closed.subscribed("news");
            world.published("news", "2");
            closed.connection.close(CloseCode.FORCE_RECONNECT);
            world.turns();
            assertThat(closed.received()).containsExactly("news=2", "<close 3011 force reconnect>");
        }
    }

    @Test
    void who_subscribes_meanwhile_gets_what_comes_after_its_position_only() {
        for (int shards = 1; shards <= 2; shards++) {
            try (World world = world(
                    shards,
                    ChannelOptions.builder().durability(Durability.ASYNC).forcePositioning(true))) {
                Client first = world.client(0);
                first.subscribed("news");
                world.published("news", "a", "b");
                Client second = world.client(0);
                assertThat(second.subscribed("news")).containsExactly("2:subscribed positioned at 2");
                world.published("news", "c");
                wait(world);
                assertThat(second.received()).containsExactly("news#3=c");
                assertThat(first.received()).containsExactly("news#1=a", "news#2=b", "news#3=c");
            }
        }
    }

    @Test
    void a_join_is_told_after_what_was_published_before_it() {
        try (World world = world(ChannelOptions.builder().joinLeave(true).forcePushJoinLeave(true))) {
            Client client = world.client(0);
            client.subscribed("news");
            client.forget();
            world.published("news", "1");
            Client newcomer = world.client(0);
            newcomer.subscribed("news");
            assertThat(client.received()).containsExactly("news=1", "news joined ");
        }
    }

    @Test
    void a_tenth_of_a_second_is_the_most() {
        for (Duration time : List.of(Duration.ofMillis(101), Duration.ofMillis(-1))) {
            assertThatThrownBy(() -> ChannelOptions.builder().linger(time).build())
                    .isInstanceOf(InvalidConfigurationException.class)
                    .hasMessageContaining("linger must be 0 to 100 ms");
        }
    }

    private static void wait(World world) {
        world.clock.advance(LINGER.plusMillis(2));
        world.turns();
    }

    private static World world(ChannelOptions.Builder options) {
        return world(1, options);
    }

    private static World world(int shards, ChannelOptions.Builder options) {
        return World.of(shards, options.linger(LINGER).build());
    }
}
