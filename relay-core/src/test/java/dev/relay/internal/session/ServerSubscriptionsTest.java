package dev.relay.internal.session;

import static dev.relay.internal.session.Grants.accepted;
import static dev.relay.internal.session.Grants.how;
import static dev.relay.internal.session.Grants.subscriptions;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.ClientSelector;
import dev.relay.CloseCode;
import dev.relay.ControlResult;
import dev.relay.ErrorCode;
import dev.relay.ServerSubscription;
import dev.relay.StreamPosition;
import dev.relay.internal.Decisions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.internal.World.Setup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions that the server makes for a client when the application says so, and how long they stand. */
class ServerSubscriptionsTest {
    private final Decisions authorizer = new Decisions();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void the_application_can_subscribe_all_connections_of_a_user(int shards) {
        try (World world = world(setup -> {
            setup.shards = shards;
            setup.defaults = ChannelOptions.builder()
                    .presence(true)
                    .joinLeave(true)
                    .forcePushJoinLeave(true)
                    .build();
        })) {
            Client one = world.client(0, "ann");
            Client two = world.client(shards - 1, "ann");
            Client bob = world.client(0, "bob");
            assertThat(world.order(
                            clients -> clients.subscribe(ClientSelector.user("ann"), "news", how("data", "vip", 0))))
                    .isEqualTo(2);
            assertThat(one.received().get(0)).isEqualTo("news subscribed by server");
            assertThat(two.received().get(0)).isEqualTo("news subscribed by server");
            assertThat(world.present("news")).containsExactly("ann(,vip)", "ann(,vip)");
            world.published("news", "1");
            assertThat(one.received()).endsWith("news=1");
            assertThat(two.received()).endsWith("news=1");
            assertThat(bob.received()).isEmpty();
            assertThat(world.order(
                            clients -> clients.subscribe(ClientSelector.user("ann"), "news", ServerSubscription.PLAIN)))
                    .isEqualTo(2);
            assertThat(one.received()).isEmpty();
            assertThat(world.order(
                            clients -> clients.subscribe(ClientSelector.user("eve"), "news", ServerSubscription.PLAIN)))
                    .isZero();
            assertThat(world.subscriptions()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void the_application_can_have_a_client_recover(int shards) {
        try (World world = world(setup -> {
            setup.shards = shards;
            setup.defaults = ChannelOptions.journaled();
        })) {
            world.published("news", "1", "2", "3");
            Client ann = world.client(shards - 1, "ann");
            Client bob = world.client(shards - 1, "bob");
            StreamPosition since = new StreamPosition(1, world.epoch("news"));
            world.order(clients ->
                    clients.subscribe(ClientSelector.user("ann"), "news", ServerSubscription.PLAIN.since(since)));
            world.order(clients -> clients.subscribe(
                    ClientSelector.user("bob"),
                    "news",
                    ServerSubscription.PLAIN.since(new StreamPosition(1, "other"))));
            world.published("news", "4");
            assertThat(ann.received())
                    .containsExactly("news subscribed by server at 1", "news#2=2", "news#3=3", "news#4=4");
            assertThat(bob.received()).containsExactly("news subscribed by server at 3", "news#4=4");
        }
    }

    @Test
    void a_subscription_beyond_the_limit_closes_the_connection() {
        try (World world = world(setup -> setup.channelsPerClient = 1)) {
            Client ann = world.client(0, "ann");
            ann.subscribed("a");
            assertThat(world.order(
                            clients -> clients.subscribe(ClientSelector.user("ann"), "b", ServerSubscription.PLAIN)))
                    .isOne();
            assertThat(ann.received()).containsExactly("<close 3505 channel limit>");
            assertThat(world.leftovers()).isEmpty();
        }
    }

    @Test
    void a_subscription_that_has_expired_is_not_made() {
        try (World world = world(setup -> {})) {
            Client ann = world.client(0, "ann");
            world.order(clients ->
                    clients.subscribe(ClientSelector.user("ann"), "a", how(null, null, world.seconds() - 1)));
            assertThat(ann.received()).isEmpty();
            assertThat(world.subscriptions()).isZero();
        }
    }

    @Test
    void a_channel_of_an_unknown_namespace_or_no_channel_is_refused() {
        try (World world = world(setup -> {})) {
            for (String channel : List.of("nowhere:x", "smörgås", "", "x".repeat(256))) {
                ErrorCode error = channel.equals("nowhere:x") ? ErrorCode.UNKNOWN_CHANNEL : ErrorCode.BAD_REQUEST;
                assertThat(world.clients()
                                .subscribe(ClientSelector.user("ann"), channel, ServerSubscription.PLAIN)
                                .toCompletableFuture()
                                .join())
                        .isInstanceOfSatisfying(dev.relay.Refused.class, refused -> assertThat(refused.error())
                                .isEqualTo(error));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void an_order_to_subscribe_is_done_also_when_its_client_goes_meanwhile(int shards) {
        try (World world = world(setup -> {
            setup.shards = shards;
            setup.defaults = ChannelOptions.journaled();
        })) {
            world.journal.blockAppend();
            world.occupyWriter("other");
            Client ann = world.client(shards - 1, "ann");
            CompletableFuture<ControlResult> done = world.clients()
                    .subscribe(ClientSelector.user("ann"), "news", ServerSubscription.PLAIN)
                    .toCompletableFuture();
            world.turns();
            assertThat(done).isNotDone();
            ann.connection.close(CloseCode.FORCE_DISCONNECT);
            world.turns();
            assertThat(done).isCompletedWithValue(new ControlResult.Done(1));
            world.journal.releaseAppend();
            world.settle();
            assertThat(world.leftovers()).isEmpty();
        }
    }

    @Test
    void an_order_to_subscribe_is_done_also_when_the_channel_cannot_be_loaded() {
        try (World world = world(setup -> setup.defaults = ChannelOptions.journaled())) {
            Client ann = world.client(0, "ann");
            world.journal.breakDown(dev.relay.journal.JournalException.Reason.UNAVAILABLE);
            CompletableFuture<ControlResult> done = world.clients()
                    .subscribe(ClientSelector.user("ann"), "news", ServerSubscription.PLAIN)
                    .toCompletableFuture();
            world.await("an answer", done::isDone);
            assertThat(ann.received()).isEmpty();
            assertThat(world.subscriptions()).isZero();
        }
    }

    @Test
    void an_order_to_subscribe_is_done_also_when_what_was_missed_cannot_be_encoded() {
        try (World world = world(setup -> setup.defaults = ChannelOptions.journaled())) {
            world.published("news", "1", "binary");
            Client ann = world.client(0, "ann");
            assertThat(world.order(clients -> clients.subscribe(
                            ClientSelector.user("ann"), "news", ServerSubscription.PLAIN.since(StreamPosition.NONE))))
                    .isOne();
            assertThat(ann.received())
                    .containsExactly(
                            "news subscribed by server at 0", "news#1=1", "<close 3506 inappropriate protocol>");
            assertThat(world.leftovers()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void an_unsubscribe_of_the_client_waits_for_a_subscription_that_the_server_is_about_to_make(int shards) {
        try (World world = world(setup -> {
            setup.shards = shards;
            setup.defaults = ChannelOptions.builder()
                    .durability(dev.relay.Durability.SYNC)
                    .presence(true)
                    .build();
        })) {
            world.journal.blockAppend();
            world.occupyWriter("other");
            Client ann = world.client(shards - 1, "ann");
            world.clients().subscribe(ClientSelector.user("ann"), "news", ServerSubscription.PLAIN);
            world.turns();
            ann.send(ann.unsubscribe("news"), ann.subscribe("news"));
            world.turns();
            assertThat(ann.received()).isEmpty();
            world.journal.releaseAppend();
            world.settle();
            assertThat(ann.received()).containsExactly("news subscribed by server", "2:unsubscribed", "3:subscribed");
            assertThat(world.present("news")).containsExactly("ann");
            assertThat(world.subscriptions()).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void an_unsubscribe_by_the_application_also_ends_a_subscription_that_is_being_made(int shards) {
        try (World world = world(setup -> {
            setup.shards = shards;
            setup.defaults = ChannelOptions.builder()
                    .durability(dev.relay.Durability.SYNC)
                    .presence(true)
                    .build();
        })) {
            world.journal.blockAppend();
            world.occupyWriter("other");
            Client ann = world.client(shards - 1, "ann");
            ann.send(ann.subscribe("own"));
            world.clients().subscribe(ClientSelector.user("ann"), "news", ServerSubscription.PLAIN);
            world.turns();
            world.clients().unsubscribe(ClientSelector.user("ann"), "");
            world.turns();
            assertThat(ann.received()).isEmpty();
            world.journal.releaseAppend();
            world.settle();
            assertThat(ann.received())
                    .containsExactlyInAnyOrder(
                            "2:subscribed",
                            "own unsubscribed 2000",
                            "news subscribed by server",
                            "news unsubscribed 2000");
            assertThat(world.present("own")).isEmpty();
            assertThat(world.present("news")).isEmpty();
            assertThat(world.subscriptions()).isZero();
        }
    }

    @Test
    void the_last_word_of_the_application_counts_also_while_a_subscription_is_being_made() {
        try (World world = world(setup -> setup.defaults = ChannelOptions.journaled())) {
            world.journal.blockAppend();
            world.occupyWriter("other");
            Client ann = world.client(0, "ann");
            ClientSelector who = ClientSelector.user("ann");
            ann.send(ann.subscribe("own"));
            world.turns();
            for (String channel : List.of("own", "news")) {
                world.clients().subscribe(who, channel, ServerSubscription.PLAIN);
                world.clients().unsubscribe(who, channel);
                world.clients().subscribe(who, channel, ServerSubscription.PLAIN);
            }
            world.turns();
            world.journal.releaseAppend();
            world.settle();
            assertThat(ann.received())
                    .containsExactlyInAnyOrder("2:subscribed recoverable at 0", "news subscribed by server at 0");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_client_cannot_subscribe_to_what_the_server_has_subscribed_it_to(int shards) {
        grant("granted");
        try (World world = world(setup -> {
            setup.shards = shards;
            setup.defaults = ChannelOptions.journaled();
        })) {
            Client ann = world.socket(shards - 1);
            ann.send(World.connect("ann"), ann.subscribe("granted"));
            world.settle();
            assertThat(ann.received())
                    .containsExactly("1:connected granted:subscribed recoverable at 0", "2:error 105");
            world.clients().subscribe(ClientSelector.user("ann"), "news", ServerSubscription.PLAIN);
            ann.send(ann.subscribe("news"));
            world.shards.get(shards - 1).turn();
            world.settle();
            ann.send(ann.subscribe("news"));
            world.settle();
            assertThat(ann.received()).contains("4:error 105");
        }
    }

    @Test
    void they_count_among_those_a_client_may_have() {
        grant("a");
        try (World world = world(setup -> setup.channelsPerClient = 2)) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(ann.subscribe("b"), ann.subscribe("c")))
                    .containsExactly("2:subscribed", "3:error 106");
        }
    }

    @Test
    void when_one_expires_the_connection_is_closed() {
        try (World world = world(setup -> {})) {
            authorizer.connect = attempt -> accepted("ann", Map.of("a", how(null, null, world.seconds() + 60)));
            Client ann = world.client(0, "ann");
            Client bob = world.client(0, "bob");
            authorizer.connect = attempt -> accepted(attempt.token(), Map.of());
            Client eve = world.client(0, "eve");
            world.order(clients ->
                    clients.subscribe(ClientSelector.user("eve"), "a", how(null, null, world.seconds() + 60)));
            bob.exchange(bob.unsubscribe("a"));
            ann.forget();
            eve.forget();
            world.pass(Duration.ofSeconds(80));
            assertThat(ann.received()).isEmpty();
            world.pass(Duration.ofSeconds(10));
            assertThat(ann.received()).containsExactly("<close 3006 subscription expired>");
            assertThat(eve.received()).containsExactly("<close 3006 subscription expired>");
            assertThat(bob.transport.closedWith()).isNull();
        }
    }

    @Test
    void the_application_ends_it_with_a_push() {
        grant("a", "b");
        try (World world = world(setup -> {})) {
            Client ann = world.client(0, "ann");
            assertThat(world.order(clients -> clients.unsubscribe(ClientSelector.user("ann"), "a")))
                    .isOne();
            assertThat(ann.received()).containsExactly("a unsubscribed 2000");
            world.published("a", "1");
            world.published("b", "1");
            assertThat(ann.received()).containsExactly("b=1");
        }
    }

    private World world(Consumer<Setup> choice) {
        return World.of(setup -> {
            setup.authorizer = authorizer;
            choice.accept(setup);
            return setup;
        });
    }

    private void grant(String... channels) {
        authorizer.connect = attempt -> accepted(attempt.token(), subscriptions(channels));
    }
}
