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
import dev.relay.internal.PickyEncoding;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.transport.Command;
import dev.relay.transport.Push;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is told that somebody comes or goes, and when. */
class EventsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void a_client_hears_of_its_own_coming_but_not_of_its_going(int shards) {
        try (World world = forced(shards)) {
            for (int home = 0; home < shards; home++) {
                String room = world.channelAt(home, "room");
                Client ann = world.client(0, "ann");
                Client bob = world.client(shards - 1, "bob");
                assertThat(ann.subscribed(room)).containsExactly("2:subscribed", room + " joined ann");
                assertThat(bob.subscribed(room)).containsExactly("2:subscribed", room + " joined bob");
                assertThat(ann.received()).containsExactly(room + " joined bob");
                assertThat(bob.exchange(bob.unsubscribe(room))).containsExactly("3:unsubscribed");
                assertThat(ann.received()).containsExactly(room + " left bob");
                assertThat(ann.exchange(ann.unsubscribe(room))).containsExactly("3:unsubscribed");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_closed_connection_has_left_all_its_channels(int shards) {
        try (World world = forced(shards)) {
            Client ann = world.client(0, "ann");
            Client bob = world.client(shards - 1, "bob");
            ann.exchange(ann.subscribe("a"), ann.subscribe("b"));
            bob.exchange(bob.subscribe("a"), bob.subscribe("b"));
            ann.forget();
            bob.transport.abort();
            world.turns();
            assertThat(ann.received()).containsExactlyInAnyOrder("a left bob", "b left bob");
            assertThat(bob.received()).isEmpty();
        }
    }

    @Test
    void one_who_is_closed_because_it_is_slow_has_left_in_the_same_turn() {
        try (World world = World.of(setup -> {
            setup.outboxBytes = 1000;
            setup.defaults = channel().build();
            setup.authorizer = new Decisions();
            return setup;
        })) {
            Client ann = world.client(0, "ann");
            Client slow = world.client(0, "slow");
            ann.subscribed("room");
            slow.subscribed("room");
            ann.forget();
            slow.transport.stall();
            world.publish("room", "x".repeat(2000));
            world.shards.get(0).turn();
            assertThat(slow.transport.closedWith()).isEqualTo(CloseCode.SLOW);
            assertThat(ann.received()).containsExactly("room=" + "x".repeat(2000), "room left slow");
        }
    }

    @Test
    void events_and_publications_of_one_turn_keep_their_order_for_everybody() {
        try (World world = World.of(setup -> {
            setup.defaults = ChannelOptions.builder().joinLeave(true).build();
            setup.authorizer = new Decisions();
            return setup;
        })) {
            Client told = world.client(0, "told");
            Client alsoTold = world.client(0, "also");
            Client plain = world.client(0, "plain");
            Client bob = world.client(0, "bob");
            told.exchange(told.subscribeToAll("room"));
            alsoTold.exchange(alsoTold.subscribeToAll("room"));
            plain.exchange(plain.subscribe("room"));
            told.forget();
            alsoTold.forget();
            Client publisher = world.client(0, "publisher");
            publisher.send(publisher.publish("room", "1"), publisher.publish("room", "2"));
            bob.send(bob.subscribe("room"));
            publisher.send(publisher.publish("room", "3"));
            bob.send(bob.unsubscribe("room"));
            publisher.send(publisher.publish("room", "4"));
            bob.send(bob.subscribe("room"));
            publisher.send(publisher.publish("room", "5"));
            world.shards.get(0).turn();
            assertThat(told.received())
                    .containsExactly(
                            "room=1",
                            "room=2",
                            "room joined bob",
                            "room=3",
                            "room left bob",
                            "room=4",
                            "room joined bob",
                            "room=5")
                    .isEqualTo(alsoTold.received());
            assertThat(plain.received()).containsExactly("room=1", "room=2", "room=3", "room=4", "room=5");
            assertThat(bob.received())
                    .containsExactly("2:subscribed", "room=3", "3:unsubscribed", "4:subscribed", "room=5");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void who_is_told_has_to_ask_where_it_is_not_forced(int shards) {
        try (World world = World.of(setup -> {
            setup.shards = shards;
            setup.defaults = ChannelOptions.builder().joinLeave(true).build();
            setup.authorizer = new Decisions();
            return setup;
        })) {
            Client asks = world.client(0, "asks");
            Client silent = world.client(shards - 1, "silent");
            assertThat(asks.exchange(asks.subscribeToAll("room"))).containsExactly("2:subscribed", "room joined asks");
            assertThat(silent.subscribed("room")).containsExactly("2:subscribed");
            assertThat(asks.received()).containsExactly("room joined silent");
            asks.exchange(asks.unsubscribe("room"));
            assertThat(silent.received()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false"})
    void who_asks_must_be_permitted_to_read_presence(boolean permitted, boolean told) {
        try (World world = World.of(setup -> {
            setup.defaults = ChannelOptions.builder()
                    .joinLeave(true)
                    .allowSubscribeForClient(true)
                    .allowPresenceForSubscriber(permitted)
                    .build();
            setup.authorizer = new Decisions();
            setup.insecure = false;
            return setup;
        })) {
            Client ann = world.client(0, "ann");
            assertThat(ann.exchange(ann.subscribeToAll("room")).contains("room joined ann"))
                    .isEqualTo(told);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void nobody_hears_of_a_channel_that_does_not_tell(int shards) {
        try (World world = World.of(setup -> {
            setup.shards = shards;
            setup.authorizer = new Decisions();
            return setup;
        })) {
            Client ann = world.client(0, "ann");
            Client bob = world.client(shards - 1, "bob");
            assertThat(ann.exchange(ann.subscribeToAll("room"))).containsExactly("2:subscribed");
            assertThat(bob.exchange(bob.subscribeToAll("room"), bob.unsubscribe("room")))
                    .containsExactly("2:subscribed", "3:unsubscribed");
            assertThat(ann.received()).isEmpty();
        }
    }

    /** One that is not announced may still be told of the others, and the other way round. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_subscription_can_differ_from_its_channel(int shards) {
        Decisions authorizer = new Decisions();
        authorizer.subscribe = attempt -> Decisions.now(
                switch (attempt.session().user()) {
                    case "spy" -> overriding(false, null);
                    case "deaf" -> overriding(null, false);
                    default -> Subscribing.Allowed.PLAIN;
                });
        try (World world = forced(shards, authorizer)) {
            Client spy = world.client(0, "spy");
            Client deaf = world.client(shards - 1, "deaf");
            Client ann = world.client(0, "ann");
            assertThat(spy.subscribed("room")).containsExactly("2:subscribed");
            assertThat(deaf.subscribed("room")).containsExactly("2:subscribed");
            assertThat(ann.subscribed("room")).containsExactly("2:subscribed", "room joined ann");
            spy.exchange(spy.unsubscribe("room"), spy.subscribe("room"));
            deaf.exchange(deaf.unsubscribe("room"));
            assertThat(spy.received()).contains("room left deaf");
            assertThat(deaf.received()).isEmpty();
            assertThat(ann.received()).containsExactly("room left deaf");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void one_can_be_announced_where_the_channel_tells_nothing(int shards) {
        Decisions authorizer = new Decisions();
        authorizer.subscribe = attempt -> Decisions.now(
                switch (attempt.session().user()) {
                    case "star" -> overriding(true, null);
                    case "fan" -> overriding(true, true);
                    default -> Subscribing.Allowed.PLAIN;
                });
        try (World world = World.of(setup -> {
            setup.shards = shards;
            setup.authorizer = authorizer;
            return setup;
        })) {
            Client fan = world.client(0, "fan");
            Client ann = world.client(0, "ann");
            Client star = world.client(shards - 1, "star");
            assertThat(fan.subscribed("room")).containsExactly("2:subscribed", "room joined fan");
            ann.subscribed("room");
            star.subscribed("room");
            star.transport.abort();
            ann.exchange(ann.unsubscribe("room"));
            assertThat(fan.received()).containsExactly("room joined star", "room left star");
            assertThat(ann.received()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_subscription_that_was_refused_was_never_there(int shards) {
        try (World world = World.of(setup -> {
            setup.shards = shards;
            setup.defaults = channel()
                    .durability(dev.relay.Durability.SYNC)
                    .forceRecovery(true)
                    .build();
            setup.authorizer = new Decisions();
            return setup;
        })) {
            Client ann = world.client(0, "ann");
            ann.subscribed("room");
            Client bob = world.client(shards - 1, "bob");
            assertThat(bob.exchange(bob.subscribe(
                            "room", new StreamPosition(0, "other"), Command.Subscribe.REJECT_UNRECOVERED)))
                    .containsExactly("2:error 112");
            assertThat(bob.exchange(bob.unsubscribe("room"))).containsExactly("3:unsubscribed");
            assertThat(ann.received()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void who_is_told_of_a_leave_is_told_what_was_last_known(int shards) {
        Decisions authorizer = new Decisions();
        authorizer.subscribe = attempt ->
                Decisions.now(new Subscribing.Allowed(Payload.of("vip"), null, 0, false, SubscriptionOverride.NONE));
        try (World world = forced(shards, authorizer)) {
            Client ann = world.client(0, "ann");
            Client bob = world.client(shards - 1, "bob");
            ann.subscribed("room");
            bob.subscribed("room");
            world.order(clients -> clients.refresh(ClientSelector.user("bob"), 0, Payload.of("new")));
            bob.transport.abort();
            world.turns();
            assertThat(ann.received()).containsExactly("room joined bob(,vip)", "room left bob(new,vip)");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void what_happens_while_a_subscription_recovers_is_part_of_what_it_missed(int shards) {
        try (World world = World.of(setup -> {
            setup.shards = shards;
            setup.defaults = channel()
                    .durability(dev.relay.Durability.SYNC)
                    .forceRecovery(true)
                    .build();
            setup.authorizer = new Decisions();
            return setup;
        })) {
            world.published("room", "1");
            int home = world.topology().homeOf("room");
            world.topology().registry(home).sweep();
            world.topology().registry(home).sweep();
            world.holdReads();
            Client ann = world.client(0, "ann");
            ann.send(ann.subscribe("room", StreamPosition.NONE, 0));
            world.settle();
            Client bob = world.client(shards - 1, "bob");
            bob.subscribed("room");
            world.published("room", "2");
            bob.exchange(bob.unsubscribe("room"));
            assertThat(ann.received()).isEmpty();
            world.releaseReads();
            world.settle();
            assertThat(ann.received())
                    .containsExactly("2:subscribed recoverable at 0 recovered #1=1 #2=2", "room joined ann");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_event_that_an_encoding_cannot_carry_closes_only_those_who_are_told(boolean breaks) {
        try (World world = World.of(setup -> {
            setup.defaults = ChannelOptions.builder().joinLeave(true).build();
            setup.authorizer = new Decisions();
            return setup;
        })) {
            Predicate<Object> aboutBob = message -> message instanceof Push.Joined joined
                    && joined.info().user().equals("bob");
            PickyEncoding picky =
                    breaks ? new PickyEncoding().breakingOn(aboutBob) : new PickyEncoding().refusing(aboutBob);
            Client told = world.client(0, "told", picky);
            Client alsoTold = world.client(0, "also", picky);
            Client plain = world.client(0, "plain", picky);
            Client other = world.client(0, "other");
            told.exchange(told.subscribeToAll("room"));
            alsoTold.exchange(alsoTold.subscribeToAll("room"));
            plain.exchange(plain.subscribe("room"));
            other.exchange(other.subscribeToAll("room"));
            told.forget();
            alsoTold.forget();
            other.forget();
            Client bob = world.client(0, "bob");
            bob.send(bob.publish("room", "1"), bob.subscribe("room"), bob.publish("room", "2"));
            world.turns();
            String closed = breaks ? "<close 3004 internal server error>" : "<close 3506 inappropriate protocol>";
            assertThat(told.received()).startsWith("room=1").endsWith(closed);
            assertThat(alsoTold.received()).startsWith("room=1").endsWith(closed);
            assertThat(plain.received()).containsExactly("room=1", "room=2");
            assertThat(other.received())
                    .containsExactlyInAnyOrder(
                            "room=1", "room joined bob", "room left told", "room left also", "room=2")
                    .endsWith("room=2");
        }
    }

    private static Subscribing overriding(@Nullable Boolean joinLeave, @Nullable Boolean forcePush) {
        return new Subscribing.Allowed(
                null, null, 0, false, new SubscriptionOverride(null, joinLeave, forcePush, null, null));
    }

    private static ChannelOptions.Builder channel() {
        return ChannelOptions.builder().joinLeave(true).forcePushJoinLeave(true);
    }

    private static World forced(int shards) {
        return forced(shards, new Decisions());
    }

    private static World forced(int shards, Decisions authorizer) {
        return World.of(setup -> {
            setup.shards = shards;
            setup.defaults = channel().build();
            setup.authorizer = authorizer;
            return setup;
        });
    }
}
