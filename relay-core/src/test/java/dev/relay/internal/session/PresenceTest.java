package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.Subscribing;
import dev.relay.ChannelOptions;
import dev.relay.ClientSelector;
import dev.relay.CloseCode;
import dev.relay.Payload;
import dev.relay.StreamPosition;
import dev.relay.SubscriptionOverride;
import dev.relay.internal.Decisions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.transport.Command;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is in a channel. */
class PresenceTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void a_client_is_present_from_its_subscribe_reply_to_its_unsubscribe_reply(int shards) {
        try (World world = world(shards, options -> options)) {
            for (int home = 0; home < shards; home++) {
                String room = world.channelAt(home, "room");
                Client ann = world.client(0, "ann");
                Client bob = world.client(shards - 1, "bob");
                ann.send(ann.presence(room), ann.subscribe(room), ann.presence(room));
                world.turns();
                assertThat(ann.received()).containsExactly("2:presence", "3:subscribed", "4:presence ann");
                assertThat(bob.exchange(bob.subscribe(room), bob.presence(room)))
                        .containsExactly("2:subscribed", "3:presence ann bob");
                ann.send(ann.unsubscribe(room), ann.presence(room), ann.presenceStats(room));
                world.turns();
                assertThat(ann.received()).containsExactly("5:unsubscribed", "6:presence bob", "7:present 1/1");
                ann.connection.close(CloseCode.FORCE_DISCONNECT);
                bob.connection.close(CloseCode.FORCE_DISCONNECT);
                assertThat(world.present(room)).isEmpty();
            }
        }
    }

    /** Every way in which a subscription can end. */
    enum End {
        UNSUBSCRIBED((world, client) -> client.send(client.unsubscribe("room"))),
        CLOSED((world, client) -> client.connection.close(CloseCode.FORCE_DISCONNECT)),
        CLOSED_SILENTLY((world, client) -> client.connection.close(CloseCode.CONNECTION_CLOSED)),
        GONE((world, client) -> client.transport.abort()),
        BROKEN((world, client) -> {
            client.transport.breakDown();
            world.publish("room", "x");
        }),
        FAULTY((world, client) -> client.send(new Command.Pong())),
        SLOW((world, client) -> {
            client.transport.stall();
            world.publish("room", "x".repeat(2000));
        }),
        UNSUITABLE((world, client) -> world.publish("room", "binary")),
        ENDED_BY_THE_APPLICATION((world, client) -> world.clients().unsubscribe(ClientSelector.user("ann"), "room")),
        DISCONNECTED_BY_THE_APPLICATION(
                (world, client) -> world.clients().disconnect(ClientSelector.user("ann"), CloseCode.FORCE_RECONNECT));

        private interface Act {
            void on(World world, Client client);
        }

        private final Act act;

        End(Act act) {
            this.act = act;
        }
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void however_a_subscription_ends_its_client_is_gone_at_once(End end) {
        for (int shards = 1; shards <= 3; shards++) {
            int count = shards;
            try (World world = World.of(setup -> {
                setup.shards = count;
                setup.outboxBytes = 1000;
                setup.defaults = ChannelOptions.builder().presence(true).build();
                setup.authorizer = new Decisions();
                return setup;
            })) {
                Client ann = world.client(shards - 1, "ann");
                ann.subscribed("room");
                assertThat(world.present("room")).containsExactly("ann");
                end.act.on(world, ann);
                world.turns();
                assertThat(world.present("room")).isEmpty();
                assertThat(world.subscriptions()).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void stats_count_users_once_and_the_anonymous_as_one(int shards) {
        try (World world = world(shards, options -> options)) {
            List.of("ann", "ann", "bob", "", "", "").forEach(user -> {
                Client client = world.client(shards - 1, user);
                client.subscribed("room");
            });
            Client asker = world.client(0, "eve");
            assertThat(asker.exchange(
                            asker.presenceStats("room"), asker.presence("room"), asker.presenceStats("empty")))
                    .containsExactly("2:present 6/3", "3:presence    ann ann bob", "4:present 0/0");
        }
    }

    @Test
    void a_channel_without_presence_an_unknown_one_and_one_that_is_none() {
        try (World world = World.of(setup -> {
            setup.namespaces =
                    Map.of("with", ChannelOptions.builder().presence(true).build());
            setup.insecure = false;
            return setup;
        })) {
            Client client = world.client(0);
            assertThat(client.exchange(
                            client.presence("room"),
                            client.presenceStats("room"),
                            client.presence("nowhere:room"),
                            client.presenceStats("nowhere:room"),
                            client.presence("with:smörgås"),
                            client.presence("with:room"),
                            client.presenceStats("with:room")))
                    .containsExactly(
                            "2:error 108",
                            "3:error 108",
                            "4:error 102",
                            "5:error 102",
                            "6:error 107",
                            "7:error 103",
                            "8:error 103");
        }
    }

    @ParameterizedTest
    @CsvSource({
        // client, subscriber, anonymous, user, subscribed, allowed
        "true,  false, false, ann, false, true",
        "true,  false, false, '',  true,  false",
        "true,  false, true,  '',  false, true",
        "false, true,  false, ann, false, false",
        "false, true,  false, ann, true,  true",
        "false, true,  false, '',  true,  false",
        "false, true,  true,  '',  true,  true",
        "false, true,  true,  '',  false, false",
        "false, false, true,  ann, true,  false"
    })
    void who_may_ask(
            boolean client, boolean subscriber, boolean anonymous, String user, boolean subscribed, boolean allowed) {
        try (World world = World.of(setup -> {
            setup.defaults = ChannelOptions.builder()
                    .presence(true)
                    .allowSubscribeForClient(true)
                    .allowSubscribeForAnonymous(true)
                    .allowPresenceForClient(client)
                    .allowPresenceForSubscriber(subscriber)
                    .allowPresenceForAnonymous(anonymous)
                    .build();
            setup.authorizer = new Decisions();
            setup.insecure = false;
            return setup;
        })) {
            Client asker = world.client(0, user);
            if (subscribed) {
                asker.subscribed("room");
            }
            asker.send(new Command.Presence(8, "room"), new Command.PresenceStats(9, "room"));
            world.turns();
            assertThat(asker.received())
                    .containsExactly(
                            !allowed ? "8:error 103" : subscribed ? "8:presence " + user : "8:presence",
                            !allowed ? "9:error 103" : subscribed ? "9:present 1/1" : "9:present 0/0");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void what_is_known_of_a_client_can_be_replaced(int shards) {
        Decisions authorizer = new Decisions();
        authorizer.subscribe = attempt ->
                Decisions.now(new Subscribing.Allowed(Payload.of("vip"), null, 0, false, SubscriptionOverride.NONE));
        try (World world = world(shards, authorizer, options -> options)) {
            Client ann = world.client(shards - 1, "ann");
            ann.subscribed("room");
            assertThat(world.present("room")).containsExactly("ann(,vip)");
            world.order(clients -> clients.refresh(ClientSelector.user("ann"), 0, Payload.of("new")));
            assertThat(world.present("room")).containsExactly("ann(new,vip)");
            assertThat(ann.exchange(ann.presence("room"), ann.presenceStats("room")))
                    .containsExactly("refreshed for ever", "3:presence ann(new,vip)", "4:present 1/1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void what_changes_while_the_channel_is_loaded_is_not_lost(int shards) {
        try (World world = world(shards, options -> options.durability(dev.relay.Durability.SYNC))) {
            Client ann = world.client(shards - 1, "ann");
            world.journal.blockAppend();
            world.occupyWriter("other");
            ann.send(ann.subscribe("room"));
            world.turns();
            assertThat(ann.received()).isEmpty();
            world.clients().refresh(ClientSelector.user("ann"), 0, Payload.of("new"));
            world.turns();
            world.journal.releaseAppend();
            world.settle();
            assertThat(ann.received()).containsExactly("refreshed for ever", "2:subscribed");
            assertThat(world.present("room")).containsExactly("ann(new)");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_subscription_that_was_refused_leaves_nobody(int shards) {
        try (World world = world(
                shards, options -> options.durability(dev.relay.Durability.SYNC).forceRecovery(true))) {
            world.published("room", "1");
            Client ann = world.client(shards - 1, "ann");
            ann.send(ann.subscribe("room", new StreamPosition(1, "other"), Command.Subscribe.REJECT_UNRECOVERED));
            world.settle();
            assertThat(ann.received()).containsExactly("2:error 112");
            assertThat(world.present("room")).isEmpty();
            assertThat(world.subscriptions()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void who_closes_while_its_subscribe_is_on_its_way_does_not_stay(int shards) {
        Decisions authorizer = new Decisions();
        CompletableFuture<Subscribing> later = new CompletableFuture<>();
        authorizer.subscribe =
                attempt -> attempt.channel().equals("asked") ? later : Decisions.now(Subscribing.ByOptions.INSTANCE);
        try (World world = world(shards, authorizer, options -> options)) {
            Client ann = world.client(shards - 1, "ann");
            ann.send(ann.subscribe("room"), ann.subscribe("asked"));
            world.shards.get(shards - 1).turn(); // the home has not been asked yet, if it is another shard
            ann.connection.close(CloseCode.FORCE_DISCONNECT);
            later.complete(Subscribing.ByOptions.INSTANCE);
            world.turns();
            assertThat(world.present("room")).isEmpty();
            assertThat(world.present("asked")).isEmpty();
            assertThat(world.subscriptions()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_subscription_can_be_listed_or_not_against_the_channel_options(int shards) {
        Decisions authorizer = new Decisions();
        authorizer.subscribe = attempt -> Decisions.now(new Subscribing.Allowed(
                null,
                null,
                0,
                false,
                new SubscriptionOverride(!attempt.session().user().equals("spy"), null, null, null, null)));
        try (World world = world(shards, authorizer, options -> options)) {
            Client spy = world.client(shards - 1, "spy");
            Client ann = world.client(0, "ann");
            spy.subscribed("room");
            ann.subscribed("room");
            assertThat(world.present("room")).containsExactly("ann");
            spy.exchange(spy.unsubscribe("room"));
            assertThat(world.present("room")).containsExactly("ann");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void who_comes_and_goes_in_a_tight_loop_is_gone_at_the_end(int shards) {
        try (World world = world(shards, options -> options.joinLeave(true).forcePushJoinLeave(true))) {
            Client ann = world.client(shards - 1, "ann");
            Client bob = world.client(0, "bob");
            bob.subscribed("room");
            bob.forget();
            for (int i = 0; i < 10; i++) {
                ann.send(ann.subscribe("room"), ann.unsubscribe("room"));
                Client eve = world.socket(shards - 1);
                eve.send(World.connect("eve"), eve.subscribe("room"));
                world.shards.get(shards - 1).turn();
                eve.connection.close(CloseCode.FORCE_RECONNECT);
                eve.transport.abort();
            }
            world.settle(); // from shard to shard, many times
            assertThat(world.present("room")).containsExactly("bob");
            assertThat(world.subscriptions()).isOne();
            List<String> events = bob.received();
            for (String user : List.of("ann", "eve")) {
                List<String> about =
                        events.stream().filter(event -> event.endsWith(user)).toList();
                for (int i = 0; i < about.size(); i++) {
                    assertThat(about.get(i)).isEqualTo("room " + (i % 2 == 0 ? "joined " : "left ") + user);
                }
                assertThat(about.size() % 2).isZero();
            }
        }
    }

    @Test
    void an_empty_channel_is_forgotten_with_those_who_were_in_it() {
        try (World world = world(1, options -> options)) {
            Client ann = world.client(0, "ann");
            ann.subscribed("room");
            sweep(world);
            assertThat(world.topology().registry(0).homeCount()).isOne();
            ann.exchange(ann.unsubscribe("room"));
            sweep(world);
            assertThat(world.topology().registry(0).homeCount()).isZero();
            assertThat(world.topology().registry(0).followedCount()).isZero();
        }
    }

    private static void sweep(World world) {
        for (int times = 0; times < 3; times++) {
            world.topology().registry(0).sweep();
        }
    }

    private static World world(int shards, UnaryOperator<ChannelOptions.Builder> choice) {
        return world(shards, new Decisions(), choice);
    }

    private static World world(int shards, Decisions authorizer, UnaryOperator<ChannelOptions.Builder> choice) {
        return World.of(setup -> {
            setup.shards = shards;
            setup.defaults =
                    choice.apply(ChannelOptions.builder().presence(true)).build();
            setup.authorizer = authorizer;
            return setup;
        });
    }
}
