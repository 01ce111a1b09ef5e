package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.ChannelOptions;
import dev.relay.ClientSelector;
import dev.relay.CloseCode;
import dev.relay.Durability;
import dev.relay.PublishOptions;
import dev.relay.ServerSubscription;
import dev.relay.StreamPosition;
import dev.relay.internal.Decisions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.transport.FilterNode;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions to patterns. */
class WildcardTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void a_pattern_gets_what_is_published_to_the_channels_it_matches(int shards) {
        try (World world = world(shards, options -> options)) {
            Client one = world.client(0, "one");
            Client rest = world.client(shards - 1, "rest");
            Client exact = world.client(0, "exact");
            assertThat(one.subscribed("orders.*")).containsExactly("2:subscribed");
            assertThat(rest.subscribed("orders.**")).containsExactly("2:subscribed");
            exact.subscribed("orders.eu");
            for (int home = 0; home < shards; home++) {
                String channel = world.channelAt(home, "orders.x");
                world.published(channel, "1", "2");
                assertThat(one.received()).containsExactly("orders.*<" + channel + "=1", "orders.*<" + channel + "=2");
                assertThat(rest.received())
                        .containsExactly("orders.**<" + channel + "=1", "orders.**<" + channel + "=2");
            }
            world.published("orders.eu.42", "1");
            world.published("orders", "2");
            world.published("other.eu", "3");
            world.published("orders.eu", "4");
            assertThat(one.received()).containsExactly("orders.*<orders.eu=4");
            assertThat(rest.received()).containsExactly("orders.**<orders.eu.42=1", "orders.**<orders.eu=4");
            assertThat(exact.received()).containsExactly("orders.eu=4");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void one_connection_may_follow_a_channel_in_many_ways_and_hears_of_it_in_each(int shards) {
        try (World world = world(shards, options -> options)) {
            Client ann = world.client(shards - 1, "ann");
            ann.exchange(ann.subscribe("a.b"), ann.subscribe("a.*"), ann.subscribe("*.b"), ann.subscribe("**"));
            world.published("a.b", "1", "2");
            assertThat(ann.received())
                    .containsExactlyInAnyOrder(
                            "a.b=1",
                            "a.b=2",
                            "a.*<a.b=1",
                            "a.*<a.b=2",
                            "*.b<a.b=1",
                            "*.b<a.b=2",
                            "**<a.b=1",
                            "**<a.b=2")
                    .containsSubsequence("a.b=1", "a.b=2")
                    .containsSubsequence("a.*<a.b=1", "a.*<a.b=2")
                    .containsSubsequence("**<a.b=1", "**<a.b=2");
        }
    }

    /** From the reply on, and until the reply to the unsubscribe, nothing is missed and nothing comes that should not. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void patterns_come_and_go_while_publications_go_on(int shards) {
        try (World world = world(shards, options -> options)) {
            Client stays = world.client(0, "stays");
            Client comes = world.client(shards - 1, "comes");
            stays.subscribed("a.*");
            int published = 0;
            for (int round = 0; round < 5; round++) {
                world.published("a.x", "p" + ++published);
                assertThat(comes.received()).isEmpty();
                assertThat(comes.subscribed("a.*")).hasSize(1);
                world.published("a.x", "p" + ++published);
                assertThat(comes.received()).containsExactly("a.*<a.x=p" + published);
                if (round % 2 == 0) {
                    assertThat(comes.exchange(comes.unsubscribe("a.*"))).hasSize(1);
                } else {
                    comes.connection.close(CloseCode.FORCE_DISCONNECT);
                    comes.transport.abort();
                    comes = world.client(shards - 1, "comes");
                }
            }
            assertThat(stays.received()).hasSize(published).doesNotHaveDuplicates();
            stays.exchange(stays.unsubscribe("a.*"));
            world.published("a.x", "last");
            assertThat(stays.received()).isEmpty();
            for (int shard = 0; shard < shards; shard++) {
                assertThat(world.topology().registry(shard).patterns().size()).isZero();
            }
            assertThat(world.subscriptions()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void a_pattern_that_was_asked_for_and_given_up_before_it_stood_is_forgotten(int shards) {
        try (World world = world(shards, options -> options)) {
            Client ann = world.client(shards - 1, "ann");
            ann.send(ann.subscribe("a.*"));
            world.shards.get(shards - 1).turn(); // the other homes have not been told
            ann.transport.abort();
            world.turns();
            world.published("a.x", "1");
            for (int shard = 0; shard < shards; shard++) {
                assertThat(world.topology().registry(shard).patterns().size()).isZero();
            }
            Client bob = world.client(shards - 1, "bob");
            assertThat(bob.subscribed("a.*")).containsExactly("2:subscribed");
            world.published("a.x", "2");
            assertThat(bob.received()).containsExactly("a.*<a.x=2");
        }
    }

    @Test
    void a_pattern_has_no_stream_no_presence_and_tells_nobody_who_comes() {
        try (World world = world(2, options -> options.durability(Durability.SYNC)
                .forceRecovery(true)
                .presence(true)
                .joinLeave(true)
                .forcePushJoinLeave(true))) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(ann.subscribe("a.*", new StreamPosition(0, ""), 3)))
                    .containsExactly("2:subscribed");
            Client bob = world.client(1, "bob");
            assertThat(bob.subscribed("a.x")).containsExactly("2:subscribed recoverable at 0", "a.x joined bob");
            world.published("a.x", "1");
            assertThat(ann.received()).containsExactly("a.*<a.x#1=1");
            assertThat(bob.received()).containsExactly("a.x#1=1");
            assertThat(ann.exchange(ann.history("a.*", 10, null, false), ann.presence("a.*"), ann.presenceStats("a.*")))
                    .containsExactly("3:error 108", "4:error 108", "5:error 108");
            assertThat(ann.exchange(ann.history("a.x", 10, null, false), ann.presence("a.x")))
                    .containsExactly("6:history top=1 #1=1", "7:presence bob");
        }
    }

    @Test
    void nothing_is_published_to_a_pattern() {
        try (World world = world(1, options -> options)) {
            Client ann = world.client(0, "ann");
            ann.subscribed("a.*");
            assertThat(ann.exchange(ann.publish("a.*", "x"), ann.publish("**", "x")))
                    .containsExactly("3:error 107", "4:error 107");
        }
    }

    @Test
    void what_is_no_proper_pattern_is_refused() {
        try (World world = world(1, options -> options)) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(
                            ann.subscribe("a.**.b"),
                            ann.subscribe("a*.*"),
                            ann.subscribe("*.*.*.*.*"),
                            ann.subscribe("a.*.x#ann"),
                            ann.subscribe("a*")))
                    .containsExactly("2:error 107", "3:error 107", "4:error 107", "5:error 107", "6:subscribed");
            world.published("a1", "x");
            world.published("a*", "y");
            assertThat(ann.received()).containsExactly("a*=y");
        }
    }

    @Test
    void where_wildcards_are_not_allowed_a_star_is_a_star() {
        try (World world = World.of(setup -> {
            setup.authorizer = new Decisions();
            setup.namespaces =
                    Map.of("with", ChannelOptions.builder().allowWildcards(true).build());
            return setup;
        })) {
            Client ann = world.client(0, "ann");
            ann.exchange(ann.subscribe("a.*"), ann.subscribe("with:a.*"), ann.subscribe("**"));
            world.published("a.x", "1");
            world.published("a.*", "2");
            world.published("with:a.x", "3");
            assertThat(ann.received()).containsExactly("a.*=2", "with:a.*<with:a.x=3");
        }
    }

    @Test
    void the_namespace_says_who_may_follow_its_patterns() {
        try (World world = World.of(setup -> {
            setup.authorizer = new Decisions();
            setup.insecure = false;
            setup.namespaces = Map.of(
                    "open",
                    ChannelOptions.builder()
                            .allowWildcards(true)
                            .allowSubscribeForClient(true)
                            .build(),
                    "closed",
                    ChannelOptions.builder().allowWildcards(true).build());
            return setup;
        })) {
            Client ann = world.client(0, "ann");
            Client nobody = world.client(0, "");
            assertThat(ann.exchange(
                            ann.subscribe("open:a.*"),
                            ann.subscribe("closed:a.*"),
                            ann.subscribe("nowhere:a.*"),
                            ann.subscribe("$open:a.*")))
                    .containsExactly("2:subscribed", "3:error 103", "4:error 102", "5:error 103");
            assertThat(nobody.exchange(nobody.subscribe("open:a.*"))).containsExactly("2:error 103");
            world.published("open:a.x", "1");
            world.published("$open:a.x", "2");
            world.published("closed:a.x", "3");
            assertThat(ann.received()).containsExactly("open:a.*<open:a.x=1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_pattern_can_be_filtered_by_tags(int shards) {
        try (World world = world(shards, options -> options.allowTagsFilter(true))) {
            Client ann = world.client(shards - 1, "ann");
            Client bob = world.client(0, "bob");
            ann.exchange(ann.subscribe("a.*", new FilterNode("", "for", "eq", "ann", List.of(), List.of())));
            bob.exchange(bob.subscribe("a.*"));
            world.publish(
                    "a.x",
                    "1",
                    PublishOptions.builder().tags(Map.of("for", "ann")).build());
            world.publish(
                    "a.x",
                    "2",
                    PublishOptions.builder().tags(Map.of("for", "bob")).build());
            world.turns();
            assertThat(ann.received()).containsExactly("a.*<a.x=1");
            assertThat(bob.received()).containsExactly("a.*<a.x=1", "a.*<a.x=2");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void the_server_can_have_clients_follow_patterns(int shards) {
        Decisions authorizer = new Decisions();
        authorizer.connect = attempt -> Decisions.now(
                new Accepted(attempt.token(), null, null, 0, false, null, Map.of("a.*", ServerSubscription.PLAIN)));
        try (World world = World.of(setup -> {
            setup.shards = shards;
            setup.authorizer = authorizer;
            setup.defaults = ChannelOptions.builder().allowWildcards(true).build();
            return setup;
        })) {
            Client ann = world.socket(shards - 1);
            assertThat(ann.exchange(World.connect("ann"))).containsExactly("1:connected a.*:subscribed");
            world.order(clients -> clients.subscribe(ClientSelector.user("ann"), "b.**", ServerSubscription.PLAIN));
            world.published("a.x", "1");
            world.published("b.x.y", "2");
            assertThat(ann.received()).containsExactly("b.** subscribed by server", "a.*<a.x=1", "b.**<b.x.y=2");
            world.order(clients -> clients.unsubscribe(ClientSelector.user("ann"), ""));
            world.published("a.x", "3");
            assertThat(ann.received()).containsExactlyInAnyOrder("a.* unsubscribed 2000", "b.** unsubscribed 2000");
        }
    }

    @Test
    void a_payload_that_cannot_be_carried_closes_the_followers_of_the_pattern() {
        try (World world = world(1, options -> options)) {
            Client ann = world.client(0, "ann");
            Client bob = world.client(0, "bob");
            ann.subscribed("a.*");
            bob.subscribed("b.*");
            world.published("a.x", "binary");
            assertThat(ann.received()).containsExactly("<close 3506 inappropriate protocol>");
            assertThat(bob.transport.closedWith()).isNull();
            assertThat(world.topology().registry(0).patterns().size()).isOne();
        }
    }

    private static World world(int shards, UnaryOperator<ChannelOptions.Builder> choice) {
        return World.of(setup -> {
            setup.shards = shards;
            setup.authorizer = new Decisions();
            setup.defaults =
                    choice.apply(ChannelOptions.builder().allowWildcards(true)).build();
            return setup;
        });
    }
}
