package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.ServerSubscription;
import dev.relay.Session;
import dev.relay.SessionListener;
import dev.relay.StreamPosition;
import dev.relay.internal.Decisions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.transport.Command;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClosingTest {
    @Test
    void the_transport_hears_that_all_has_left_only_after_the_close_frame_has() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.transport.stall();
            client.send(client.publish("news", "x"));
            world.turns();

            client.transport.takeAll();
            client.send(new Command.Pong()); // nobody asked for it
            client.canTake(); // found ready in the same poll
            world.turns();

            assertThat(client.transport.closedWith()).isEqualTo(CloseCode.BAD_REQUEST);
            assertThat(client.transport.takenWhenFlushed()).endsWith("[2:published]<close 3501 bad request>");
        }
    }

    @Test
    void what_waits_leaves_before_the_close_frame() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.send(client.subscribe("news"), client.publish("news", "x"), new Command.Send(null));
            world.turns();
            assertThat(client.received())
                    .containsExactly("2:subscribed", "3:published", "news=x", "<close 3508 not available>");
        }
    }

    @Test
    void what_was_published_before_leaves_before_the_close_frame_too() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            Client other = world.client(0);
            client.subscribed("news");
            other.subscribed("news");
            world.publish("news", "goodbye");
            world.shards.get(0).shard().offer(() -> client.connection.close(CloseCode.FORCE_DISCONNECT));
            world.publish("news", "ladies");
            world.shards.get(0).turn();
            assertThat(client.received()).containsExactly("news=goodbye", "<close 3503 force disconnect>");
            assertThat(other.received()).containsExactly("news=goodbye", "news=ladies");
        }
    }

    @Test
    void one_that_is_closed_by_the_listener_it_is_announced_to_gets_no_connect_reply() {
        Decisions authorizer = new Decisions();
        authorizer.connect = attempt -> Decisions.now(new Accepted(
                "ann",
                null,
                null,
                0,
                false,
                null,
                Map.of("news", ServerSubscription.PLAIN.since(StreamPosition.NONE))));
        try (World world = World.of(setup -> {
            setup.authorizer = authorizer;
            setup.defaults = ChannelOptions.journaled();
            setup.sessionListener = new SessionListener() {
                @Override
                public void connected(Session session) {
                    throw new IllegalStateException("broken");
                }
            };
            return setup;
        })) {
            world.published("news", "1");
            assertThat(world.socket(0).exchange(World.connect("ann")))
                    .containsExactly("<close 3004 internal server error>");
            assertThat(world.leftovers()).isEmpty();
        }
    }

    @Test
    void one_that_waits_long_for_its_subscriptions_in_a_lively_channel_is_slow() {
        Decisions authorizer = new Decisions();
        authorizer.connect = attempt -> Decisions.now(new Accepted(
                "ann",
                null,
                null,
                0,
                false,
                null,
                Map.of("live:a", ServerSubscription.PLAIN, "kept", ServerSubscription.PLAIN)));
        try (World world = World.of(setup -> {
            setup.authorizer = authorizer;
            setup.outboxBytes = 1000;
            setup.defaults = ChannelOptions.journaled();
            setup.namespaces = Map.of("live", ChannelOptions.transientChannel());
            return setup;
        })) {
            world.journal.blockAppend();
            world.occupyWriter("other");
            Client ann = world.socket(0);
            ann.send(World.connect("ann"));
            world.turns();
            world.publish("live:a", "x".repeat(800));
            world.turns();
            assertThat(ann.transport.closedWith()).isNull();
            world.publish("live:a", "x".repeat(800));
            world.turns();
            assertThat(ann.received()).containsExactly("<close 3008 slow>");
            world.journal.releaseAppend();
            world.settle();
            assertThat(world.leftovers()).isEmpty();
        }
    }

    @Test
    void a_connection_closed_with_3000_ends_at_once_and_without_a_frame() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.send(client.publish("news", "x"));
            world.shards.get(0).whenPolled(() -> client.connection.close(CloseCode.CONNECTION_CLOSED));
            world.turns();
            assertThat(client.transport.isAborted()).isTrue();
            assertThat(client.transport.closedWith()).isNull();
            assertThat(client.received()).isEmpty();
        }
    }

    @Test
    void only_the_first_close_counts() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.connection.close(CloseCode.FORCE_DISCONNECT);
            client.connection.close(CloseCode.SHUTDOWN);
            client.send(client.publish("news", "x"));
            world.turns();
            assertThat(client.received()).containsExactly("<close 3503 force disconnect>");
        }
    }

    @Test
    void a_peer_that_does_not_take_the_close_frame_is_dropped_in_time() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.transport.stall();
            client.connection.close(CloseCode.FORCE_DISCONNECT);
            world.pass(Duration.ofSeconds(4));
            assertThat(client.transport.isAborted()).isFalse();
            world.pass(Duration.ofSeconds(2));
            assertThat(client.transport.isAborted()).isTrue();
        }
    }

    @Test
    void a_peer_that_takes_nothing_while_bytes_wait_is_closed_as_a_write_error() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.transport.stall();
            client.send(client.publish("news", "x"));
            world.turns();
            world.pass(Duration.ofSeconds(11));
            assertThat(client.transport.closedWith()).isEqualTo(CloseCode.WRITE_ERROR);
        }
    }

    @Test
    void a_peer_that_takes_a_byte_now_and_then_is_not_closed() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.transport.stall();
            client.send(client.publish("news", "x"));
            world.turns();
            for (int i = 0; i < 5; i++) {
                client.transport.takePerWrite(1);
                client.canTake();
                world.turns();
                client.transport.stall();
                world.pass(Duration.ofSeconds(7));
            }
            assertThat(client.transport.closedWith()).isNull();
        }
    }

    @Test
    void a_broken_connection_ends_and_leaves_its_channels() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.subscribed("news");
            client.transport.breakDown();
            world.published("news", "1");
            assertThat(client.transport.isAborted()).isTrue();
            long delivered = world.topology().registry(0).delivered();
            world.published("news", "2");
            assertThat(world.topology().registry(0).delivered()).isEqualTo(delivered);
        }
    }

    @Test
    void a_slow_subscriber_is_closed_with_3008_and_gets_the_rest_of_its_frame_first() {
        try (World world = World.of(setup -> {
            setup.outboxBytes = 1000;
            return setup;
        })) {
            Client slow = world.client(0);
            Client fast = world.client(0);
            slow.subscribed("news");
            fast.subscribed("news");
            slow.transport.takePerWrite(4);
            world.published("news", "first");
            slow.transport.stall();
            world.published("news", "x".repeat(600));
            assertThat(slow.transport.closedWith()).isNull();
            world.published("news", "y".repeat(600));
            assertThat(slow.transport.closedWith()).isEqualTo(CloseCode.SLOW);

            slow.transport.takeAll();
            slow.canTake();
            world.turns();
            assertThat(slow.received()).containsExactly("news=first", "<close 3008 slow>");
            assertThat(fast.received())
                    .containsExactly("news=first", "news=" + "x".repeat(600), "news=" + "y".repeat(600));
        }
    }

    @Test
    void a_payload_the_encoding_cannot_carry_closes_its_subscribers_with_3506() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.subscribed("news");
            world.published("news", "good", "binary");
            assertThat(client.received()).containsExactly("news=good", "<close 3506 inappropriate protocol>");
        }
    }
}
