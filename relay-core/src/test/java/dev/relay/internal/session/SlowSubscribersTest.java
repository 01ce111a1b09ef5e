package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.Durability;
import dev.relay.InvalidConfigurationException;
import dev.relay.OverflowPolicy;
import dev.relay.PublishOptions;
import dev.relay.RecoveryMode;
import dev.relay.StreamPosition;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.transport.Command;
import dev.relay.transport.FilterNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a subscriber that does not keep up is told, by the policy of the namespace. */
class SlowSubscribersTest {
    private static final String LONG = "x".repeat(400);

    @Test
    void the_oldest_publications_are_dropped_and_the_connection_stays() {
        try (World world = world(ChannelOptions.builder().overflow(OverflowPolicy.DROP_OLDEST))) {
            Client slow = world.client(0);
            Client fast = world.client(0);
            slow.subscribed("news");
            fast.subscribed("news");
            slow.transport.stall();
            world.published("news", "1" + LONG, "2" + LONG);
            world.published("news", "3" + LONG);
            world.published("news", "4" + LONG, "5");

            assertThat(catchUp(world, slow)).containsExactly("news=3" + LONG, "news=4" + LONG, "news=5");
            assertThat(fast.received()).hasSize(5);
            assertThat(world.dropped()).isEqualTo(2);
            world.published("news", "6");
            assertThat(slow.received()).containsExactly("news=6");
        }
    }

    @Test
    void only_the_newest_waits_where_publications_replace_each_other() {
        try (World world = world(ChannelOptions.builder().overflow(OverflowPolicy.CONFLATE))) {
            Client slow = world.client(0);
            slow.subscribed("news");
            slow.subscribed("prices");
            slow.transport.takePerWrite(5);
            world.published("news", "1", "2");
            slow.transport.stall();
            world.published("prices", "10", "11");
            world.published("news", "3");
            world.published("prices", "12");

            assertThat(catchUp(world, slow)).containsExactly("news=1", "news=3", "prices=12");
            assertThat(world.dropped()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void replies_and_what_other_channels_say_are_not_dropped(OverflowPolicy policy) {
        ChannelOptions lossy = ChannelOptions.builder().overflow(policy).build();
        try (World world = World.of(setup -> {
            setup.outboxBytes = 1000;
            setup.namespaces = Map.of("lossy", lossy);
            return setup;
        })) {
            Client slow = world.client(0);
            slow.subscribed("lossy:a");
            slow.subscribed("news");
            slow.transport.stall();
            world.published("news", "n1" + LONG);
            slow.exchange(slow.publish("other", "x"));
            world.published("lossy:a", "l1", "l2");
            assertThat(slow.transport.closedWith()).isNull();
            world.published("news", "n2" + LONG, "n3" + LONG);
            assertThat(slow.transport.closedWith()).isEqualTo(CloseCode.SLOW);
        }
    }

    @Test
    void joins_and_leaves_are_not_dropped() {
        try (World world = world(ChannelOptions.builder()
                .overflow(OverflowPolicy.CONFLATE)
                .joinLeave(true)
                .forcePushJoinLeave(true))) {
            Client slow = world.client(0);
            slow.subscribed("news");
            slow.forget();
            slow.transport.stall();
            world.published("news", "1");
            world.client(0).subscribed("news");
            world.published("news", "2");

            assertThat(catchUp(world, slow)).containsExactly("news joined ", "news=2");
        }
    }

    @ParameterizedTest
    @EnumSource(value = OverflowPolicy.class, names = "DISCONNECT", mode = EnumSource.Mode.EXCLUDE)
    void who_must_notice_a_gap_is_given_none_but_closed(OverflowPolicy policy) {
        try (World world = world(ChannelOptions.builder()
                .durability(Durability.ASYNC)
                .allowRecovery(true)
                .overflow(policy))) {
            Client plain = world.client(0);
            Client recoverable = world.client(0);
            plain.subscribed("news");
            assertThat(recoverable.exchange(recoverable(recoverable))).containsExactly("2:subscribed recoverable at 0");
            plain.transport.stall();
            recoverable.transport.stall();
            world.published("news", "1" + LONG, "2" + LONG);
            world.published("news", "3" + LONG);

            assertThat(plain.transport.closedWith()).isNull();
            assertThat(catchUp(world, plain).get(0)).doesNotStartWith("news#1=");
            assertThat(recoverable.transport.closedWith()).isEqualTo(CloseCode.SLOW);
        }
    }

    @Test
    void where_only_the_newest_is_recovered_only_the_newest_waits() {
        try (World world = world(ChannelOptions.builder()
                .durability(Durability.ASYNC)
                .forceRecovery(true)
                .recoveryMode(RecoveryMode.CACHE)
                .overflow(OverflowPolicy.CONFLATE))) {
            Client slow = world.client(0);
            slow.subscribed("news");
            slow.transport.stall();
            world.published("news", "1" + LONG, "2" + LONG);
            world.published("news", "3" + LONG, "4" + LONG);

            assertThat(catchUp(world, slow)).containsExactly("news#4=4" + LONG);
        }
    }

    @Test
    void the_newest_of_each_channel_waits_for_who_follows_a_pattern() {
        try (World world = world(ChannelOptions.builder().allowWildcards(true).overflow(OverflowPolicy.CONFLATE))) {
            Client slow = world.client(0);
            slow.subscribed("rates.*");
            slow.subscribed("rates.a");
            slow.transport.stall();
            world.published("rates.a", "1", "2");
            world.published("rates.b", "1");
            world.published("rates.a", "3");
            world.published("rates.b", "2");

            assertThat(catchUp(world, slow))
                    .containsExactlyInAnyOrder("rates.*<rates.a=3", "rates.*<rates.b=2", "rates.a=3");
        }
    }

    @Test
    void the_newest_that_a_filter_lets_pass_waits() {
        FilterNode even = new FilterNode("", "parity", "eq", "even", List.of(), List.of());
        try (World world = world(ChannelOptions.builder().allowTagsFilter(true).overflow(OverflowPolicy.CONFLATE))) {
            Client slow = world.client(0);
            world.client(0).subscribed("news");
            slow.exchange(slow.subscribe("news", even));
            slow.transport.stall();
            for (int i = 1; i <= 5; i++) {
                world.publish(
                        "news",
                        "" + i,
                        PublishOptions.builder()
                                .tags(Map.of("parity", i % 2 == 0 ? "even" : "odd"))
                                .build());
            }
            world.settle();

            assertThat(catchUp(world, slow)).containsExactly("news=4");
        }
    }

    @Test
    void giving_up_publications_and_never_missing_one_cannot_both_be_had() {
        for (OverflowPolicy policy : List.of(OverflowPolicy.DROP_OLDEST, OverflowPolicy.CONFLATE)) {
            assertThatThrownBy(() -> kept().forceRecovery(true).overflow(policy).build())
                    .isInstanceOf(InvalidConfigurationException.class)
                    .hasMessageContaining(
                            policy == OverflowPolicy.CONFLATE ? "overflow conflate" : "overflow drop_oldest")
                    .hasMessageContaining("force_recovery");
            assertThatThrownBy(
                            () -> kept().forcePositioning(true).overflow(policy).build())
                    .isInstanceOf(InvalidConfigurationException.class)
                    .hasMessageContaining("force_positioning");
        }
        assertThatThrownBy(() -> kept().forceRecovery(true)
                        .recoveryMode(RecoveryMode.CACHE)
                        .overflow(OverflowPolicy.DROP_OLDEST)
                        .build())
                .isInstanceOf(InvalidConfigurationException.class);
        assertThat(kept().forceRecovery(true)
                        .recoveryMode(RecoveryMode.CACHE)
                        .overflow(OverflowPolicy.CONFLATE)
                        .build()
                        .overflow())
                .isEqualTo(OverflowPolicy.CONFLATE);
    }

    private static ChannelOptions.Builder kept() {
        return ChannelOptions.builder().durability(Durability.SYNC);
    }

    private static Command.Subscribe recoverable(Client client) {
        return new Command.Subscribe(
                client.nextId(), "news", "", null, false, StreamPosition.NONE, true, true, false, null, 0);
    }

    /** What it gets in the end. */
    private static List<String> catchUp(World world, Client slow) {
        slow.transport.takeAll();
        slow.canTake();
        world.turns();
        return slow.received();
    }

    private static World world(ChannelOptions.Builder options) {
        return World.of(setup -> {
            setup.outboxBytes = 1000;
            setup.defaults = options.build();
            return setup;
        });
    }
}
