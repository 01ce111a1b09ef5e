package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer.Connecting;
import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.transport.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClientSessionTest {
    private static final Command.Connect CONNECT = new Command.Connect(1, "", null, "test", "", Map.of(), Map.of());

    @Test
    void a_command_before_connect_closes_the_connection() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.socket(0);
            client.send(client.publish("news", "x"), CONNECT);
            world.turns();
            assertThat(client.received()).containsExactly("<close 3501 bad request>");
        }
    }

    @Test
    void a_second_connect_closes_the_connection() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.socket(0);
            client.send(CONNECT, CONNECT);
            world.turns();
            assertThat(client.received()).containsExactly("1:connected", "<close 3501 bad request>");
        }
    }

    @Test
    void who_does_not_connect_in_time_is_stale() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client silent = world.socket(0);
            Client client = world.client(0);
            world.pass(Duration.ofSeconds(9));
            assertThat(silent.received()).isEmpty();
            world.pass(Duration.ofSeconds(2));
            assertThat(silent.received()).containsExactly("<close 3502 stale>");
            assertThat(client.received()).isEmpty();
        }
    }

    @Test
    void commands_pipelined_behind_connect_wait_for_its_answer() {
        SubscribeTest.Deciding authorizer = new SubscribeTest.Deciding();
        CompletableFuture<Connecting> later = new CompletableFuture<>();
        authorizer.connecting = later;
        try (World world = World.of(setup -> {
            setup.authorizer = authorizer;
            return setup;
        })) {
            Client client = world.socket(0);
            client.send(CONNECT, client.subscribe("a"), client.subscribe("b"), client.publish("a", "x"));
            world.turns();
            assertThat(client.received()).isEmpty();
            assertThat(client.transport.wantsRead()).isFalse();
            later.complete(Connecting.Accepted.ANONYMOUS);
            world.turns();
            assertThat(client.received())
                    .containsExactly("1:connected", "2:subscribed", "3:subscribed", "4:published", "a=x");
            assertThat(client.transport.wantsRead()).isTrue();
        }
    }

    @Test
    void after_a_failed_connect_nothing_is_answered_and_the_connection_ends() {
        SubscribeTest.Deciding authorizer = new SubscribeTest.Deciding();
        authorizer.connecting = CompletableFuture.completedFuture(new Connecting.Rejected(ErrorCode.TOKEN_EXPIRED));
        try (World world = World.of(setup -> {
            setup.authorizer = authorizer;
            return setup;
        })) {
            Client client = world.socket(0);
            client.send(CONNECT, client.subscribe("a"), new Command.Pong());
            world.turns();
            assertThat(client.received()).containsExactly("1:error 109");
            world.pass(Duration.ofSeconds(6));
            assertThat(client.transport.closedWith()).isNotNull();
        }
    }

    @Test
    void the_authorizer_may_close_fail_or_throw() {
        SubscribeTest.Deciding authorizer = new SubscribeTest.Deciding();
        try (World world = World.of(setup -> {
            setup.authorizer = authorizer;
            return setup;
        })) {
            authorizer.connecting = CompletableFuture.completedFuture(new Connecting.Closed(CloseCode.INVALID_TOKEN));
            assertThat(connect(world)).containsExactly("<close 3500 invalid token>");
            authorizer.connecting = CompletableFuture.failedFuture(new IllegalStateException("broken"));
            assertThat(connect(world)).containsExactly("1:error 100");
        }
    }

    @Test
    void each_ping_takes_exactly_one_pong() {
        try (World world = World.of(setup -> {
            setup.pingInterval = Duration.ofSeconds(25);
            return setup;
        })) {
            Client client = world.client(0);
            world.pass(Duration.ofMillis(12_400));
            assertThat(client.received()).isEmpty();
            for (int ping = 0; ping < 3; ping++) {
                world.await("a ping", () -> {
                    world.clock.advance(Duration.ofMillis(100));
                    return client.transport.text().endsWith("[ping]")
                            && !client.received().isEmpty();
                });
                client.send(new Command.Pong());
                world.turns();
                assertThat(client.transport.closedWith()).isNull();
            }
            client.send(new Command.Pong());
            world.turns();
            assertThat(client.transport.closedWith()).isEqualTo(CloseCode.BAD_REQUEST);
        }
    }

    @Test
    void a_ping_without_a_pong_closes_the_connection_whatever_else_was_received() {
        try (World world = World.of(setup -> {
            setup.pingInterval = Duration.ofSeconds(25);
            return setup;
        })) {
            Client client = world.client(0);
            int tenths = 0; // the first ping comes at a random moment, between half an interval and a whole one
            while (!client.received().contains("ping")) {
                assertThat(tenths++).as("tenths of a second without a ping").isLessThan(251);
                world.pass(Duration.ofMillis(100));
            }
            assertThat(tenths).isGreaterThanOrEqualTo(125);
            client.send(client.publish("news", "x"));
            world.pass(Duration.ofSeconds(9));
            assertThat(client.received()).contains("2:published").endsWith("<close 3012 no pong>");
        }
    }

    @Test
    void an_expired_connection_is_closed_after_the_grace_unless_it_was_refreshed() {
        SubscribeTest.Deciding authorizer = new SubscribeTest.Deciding();
        try (World world = World.of(setup -> {
            setup.authorizer = authorizer;
            return setup;
        })) {
            long now = world.clock.epochMicros() / 1_000_000;
            authorizer.connecting = CompletableFuture.completedFuture(
                    new Connecting.Accepted("ann", null, null, now + 60, true, null, Map.of()));
            Client refreshed = world.client(0);
            Client lazy = world.client(0);
            authorizer.connecting = CompletableFuture.completedFuture(
                    new Connecting.Accepted("ann", null, null, now + 600, true, null, Map.of()));
            refreshed.send(new Command.Refresh(5, "token"));
            world.turns();
            assertThat(refreshed.received()).containsExactly("5:refreshed ttl=600");
            world.pass(Duration.ofSeconds(80));
            assertThat(lazy.transport.closedWith()).isNull();
            world.pass(Duration.ofSeconds(10));
            assertThat(lazy.transport.closedWith()).isEqualTo(CloseCode.EXPIRED);
            assertThat(refreshed.transport.closedWith()).isNull();
        }
    }

    @Test
    void replies_to_what_is_malformed_or_not_offered() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.send(
                    new Command.Unavailable(2, "rpc"),
                    new Command.Invalid(3),
                    new Command.Publish(4, "news", null),
                    new Command.Publish(5, "nowhere:x", Payload.of("x")),
                    new Command.History(6, "news", 0, null, false));
            world.turns();
            assertThat(client.received())
                    .containsExactly("2:error 108", "3:error 107", "4:error 107", "5:error 102", "6:error 108");
        }
    }

    @Test
    void publishes_are_pipelined_and_another_command_of_the_channel_waits_for_them() {
        try (World world = World.of(ChannelOptions.journaled())) {
            world.published("news", "0");
            world.journal.blockAppend();
            world.occupyWriter("other");
            Client client = world.client(0);
            client.send(
                    client.publish("news", "1"),
                    client.publish("news", "2"),
                    client.subscribe("news"),
                    client.publish("news", "3"));
            world.turns();
            assertThat(client.received()).isEmpty();
            world.journal.releaseAppend();
            world.settle();
            assertThat(client.received().subList(0, 3))
                    .containsExactly("2:published", "3:published", "4:subscribed recoverable at 3");
        }
    }

    @Test
    void reading_pauses_while_too_much_is_unanswered_and_goes_on_afterwards() {
        try (World world = World.of(ChannelOptions.journaled())) {
            world.published("news", "0");
            world.journal.blockAppend();
            world.occupyWriter("other");
            Client client = world.client(0);
            Command[] publishes = IntStream.range(0, 3000)
                    .mapToObj(i -> client.publish("news", "" + i))
                    .toArray(Command[]::new);
            client.send(publishes);
            world.turns();
            assertThat(client.transport.wantsRead()).isFalse();
            world.journal.releaseAppend();
            world.settle();
            world.settle();
            List<String> expected = new ArrayList<>();
            for (int id = 2; id < 3002; id++) {
                expected.add(id + ":published");
            }
            assertThat(client.received()).isEqualTo(expected);
            assertThat(client.transport.wantsRead()).isTrue();
        }
    }

    @Test
    void commands_of_other_channels_overtake_nothing_in_the_backlog() {
        try (World world = World.of(ChannelOptions.journaled())) {
            world.holdReads();
            world.published("a", "1");
            world.topology().registry(0).sweep();
            world.topology().registry(0).sweep();
            Client client = world.client(0);
            client.send(
                    client.history("a", 10, null, false), client.history("a", 0, null, false), client.unsubscribe("b"));
            world.settle();
            assertThat(client.received()).isEmpty();
            world.releaseReads();
            world.settle();
            assertThat(client.received()).containsExactly("2:history top=1 #1=1", "3:history top=1", "4:unsubscribed");
        }
    }

    private static List<String> connect(World world) {
        Client client = world.socket(0);
        client.send(CONNECT);
        world.turns();
        return client.received();
    }
}
