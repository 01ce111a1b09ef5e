package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.ServerSubscription;
import dev.relay.StreamPosition;
import dev.relay.internal.Decisions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.transport.Command;
import dev.relay.transport.FilterNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What if publications came twice, with a gap, or from another stream? The home sees to it that they do not. */
class GapTest {
    private final Decisions authorizer = new Decisions();
    private final World world = World.of(setup -> {
        setup.authorizer = authorizer;
        setup.defaults = ChannelOptions.builder()
                .durability(Durability.SYNC)
                .presence(true)
                .joinLeave(true)
                .allowTagsFilter(true)
                .build();
        return setup;
    });

    @AfterEach
    void closeWorld() {
        world.close();
    }

    @Test
    void a_duplicate_is_dropped_for_everybody() {
        Client positioned = subscribed("ann", true, null);
        Client plain = subscribed("bob", false, null);
        world.published("news", "1", "2");
        deliver(2, world.epoch("news"));
        deliver(1, world.epoch("news"));
        world.published("news", "3");
        assertThat(positioned.received()).containsExactly("news#1=1", "news#2=2", "news#3=3");
        assertThat(plain.received()).containsExactly("news#1=1", "news#2=2", "news#3=3");
    }

    @ParameterizedTest
    @CsvSource({"3, true", "1, false", "2, false", "7, false"})
    void a_gap_or_another_stream_ends_the_subscriptions_that_must_notice(long offset, boolean sameEpoch) {
        Client ann = subscribed("ann", true, null);
        Client eve = subscribed("eve", true, tagged("for", "eve"));
        Client bob = subscribed("bob", false, null);
        Client kim = subscribed("kim", false, tagged("for", "kim"));
        world.published("news", "1");
        deliver(offset, sameEpoch ? world.epoch("news") : "other");
        assertThat(ann.received()).containsExactly("news#1=1", "news unsubscribed 2500");
        assertThat(eve.received()).containsExactly("news unsubscribed 2500");
        assertThat(bob.received()).containsExactly("news#1=1", "news#" + offset + "=x");
        assertThat(kim.received()).isEmpty();
        assertThat(world.present("news")).containsExactly("bob", "kim");
        assertThat(world.subscriptions()).isEqualTo(2);
        assertThat(ann.exchange(ann.subscribe("news", new StreamPosition(0, ""), 0)))
                .as("the channel is free")
                .hasSize(1);
    }

    @Test
    void what_came_before_it_in_the_same_turn_is_delivered_before_the_end_is_told() {
        Client ann = subscribed("ann", true, null);
        String epoch = world.epoch("news");
        world.shards.get(0).shard().offer(() -> {
            registry().deliver(0, "news", publication(1, epoch));
            registry().deliver(0, "news", publication(3, epoch));
            registry().deliver(0, "news", publication(4, epoch));
        });
        world.turns();
        assertThat(ann.received()).containsExactly("news#1=x", "news unsubscribed 2500");
    }

    @Test
    void a_publication_without_an_offset_is_no_gap() {
        Client ann = subscribed("ann", true, null);
        world.published("news", "1");
        deliver(0, "");
        world.published("news", "2");
        assertThat(ann.received()).containsExactly("news#1=1", "news=x", "news#2=2");
    }

    @Test
    void others_hear_that_it_has_left() {
        Client ann = subscribed("ann", true, null);
        Client bob = world.client(0, "bob");
        bob.exchange(bob.subscribeToAll("news"));
        deliver(2, world.epoch("news"));
        assertThat(ann.received()).containsExactly("news unsubscribed 2500");
        assertThat(bob.received()).containsExactly("news left ann", "news#2=x");
    }

    @Test
    void a_subscription_made_by_the_server_ends_with_its_connection() {
        authorizer.connect = attempt -> Decisions.now(new Accepted(
                "ann",
                null,
                null,
                0,
                false,
                null,
                Map.of(
                        "news",
                        new ServerSubscription(
                                null,
                                null,
                                0,
                                new dev.relay.SubscriptionOverride(null, null, null, true, null),
                                null))));
        Client ann = world.socket(0);
        assertThat(ann.exchange(World.connect("ann"))).containsExactly("1:connected news:subscribed positioned at 0");
        deliver(2, world.epoch("news"));
        assertThat(ann.received()).containsExactly("<close 3010 insufficient state>");
        assertThat(world.leftovers()).isEmpty();
    }

    /** There is no reply yet that could be taken back, and an error would leave the client without the subscription. */
    @Test
    void a_subscription_that_is_not_answered_yet_ends_with_its_connection() {
        ServerSubscription recovering = new ServerSubscription(
                null, null, 0, new dev.relay.SubscriptionOverride(null, null, null, null, true), null);
        authorizer.connect = attempt -> Decisions.now(
                new Accepted("ann", null, null, 0, false, null, Map.of("news", recovering, "slow", recovering)));
        world.published("slow", "1");
        world.sweep();
        world.holdReads();
        Client ann = world.socket(0);
        ann.send(World.connect("ann", Map.of("slow", new Command.Resume(true, StreamPosition.NONE))));
        world.settle();
        assertThat(world.waitingReads()).isEqualTo(1);
        deliver(4, world.epoch("news"));
        assertThat(ann.received()).containsExactly("<close 3010 insufficient state>");
        world.releaseReads();
        world.settle();
        assertThat(ann.received()).isEmpty();
        assertThat(world.leftovers()).isEmpty();
    }

    /** Ending the first tells the second something that it cannot be told, which ends that as well. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void one_end_may_bring_about_another(boolean breaks) {
        java.util.function.Predicate<Object> left = dev.relay.transport.Push.Left.class::isInstance;
        dev.relay.internal.PickyEncoding picky = breaks
                ? new dev.relay.internal.PickyEncoding().breakingOn(left)
                : new dev.relay.internal.PickyEncoding().refusing(left);
        Client bob = subscribed("bob", false, null);
        for (int i = 0; i < 5; i++) {
            Client client = world.client(0, "ann", picky);
            client.exchange(
                    new Command.Subscribe(2, "news", "", null, false, StreamPosition.NONE, true, false, true, null, 0));
        }
        deliver(2, world.epoch("news"));
        assertThat(world.subscriptions()).isOne();
        assertThat(world.present("news")).containsExactly("bob");
        assertThat(bob.received()).containsExactly("news#2=x");
        bob.connection.close(CloseCode.FORCE_DISCONNECT);
        assertThat(world.subscriptions()).isZero();
    }

    private Client subscribed(String user, boolean positioned, @Nullable FilterNode filter) {
        Client client = world.client(0, user);
        client.exchange(new Command.Subscribe(
                2, "news", "", null, false, StreamPosition.NONE, positioned, false, false, filter, 0));
        return client;
    }

    private void deliver(long offset, String epoch) {
        world.shards.get(0).shard().offer(() -> registry().deliver(0, "news", publication(offset, epoch)));
        world.turns();
    }

    private ChannelRegistry registry() {
        return world.topology().registry(0);
    }

    private static Publication publication(long offset, String epoch) {
        return new Publication(Payload.of("x"), null, Map.of(), new StreamPosition(offset, epoch), 0);
    }

    private static FilterNode tagged(String key, String value) {
        return new FilterNode("", key, "eq", value, List.of(), List.of());
    }
}
