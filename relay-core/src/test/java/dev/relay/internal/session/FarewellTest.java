package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.RpcResult;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A drain: clients are sent away one after the other. */
class FarewellTest {
    private static final Duration STEP = Duration.ofMillis(500);

    private static List<Client> clients(World world, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> world.client(i % world.shards.size()))
                .toList();
    }

    private static long gone(List<Client> clients) {
        return clients.stream()
                .filter(client -> CloseCode.SHUTDOWN.equals(client.transport.closedWith()))
                .count();
    }

    @Test
    void the_first_goes_at_once_and_the_others_at_even_distances() {
        try (World world = World.of(1, ChannelOptions.transientChannel())) {
            List<Client> clients = clients(world, 20);
            AtomicInteger told = world.drain(STEP.multipliedBy(20));
            world.turns();
            assertThat(gone(clients)).isEqualTo(1);
            for (int step = 1; step < 20; step++) {
                assertThat(told).hasValue(0);
                world.pass(STEP);
                // a timer is up to a tick late, and the next step finds what it left
                assertThat(gone(clients)).as("step %d", step).isBetween((long) step, step + 1L);
            }
            world.pass(STEP);
            assertThat(gone(clients)).isEqualTo(20);
            assertThat(told).hasValue(1);
            assertThat(clients.get(0).received()).containsExactly("<close 3001 shutdown>");
        }
    }

    @Test
    void more_connections_than_ticks_go_several_at_a_time() {
        try (World world = World.of(2, ChannelOptions.transientChannel())) {
            List<Client> clients = clients(world, 2000);
            AtomicInteger told = world.drain(Duration.ofSeconds(1));
            world.turns();
            world.pass(STEP);
            assertThat(gone(clients)).isBetween(950L, 1010L);
            world.pass(STEP);
            world.pass(STEP);
            assertThat(gone(clients)).isEqualTo(2000);
            assertThat(told).hasValue(2);
        }
    }

    @Test
    void those_who_stay_go_on_as_ever_until_their_turn() {
        try (World world = World.of(2, ChannelOptions.journaled())) {
            List<Client> clients = clients(world, 4);
            clients.forEach(client -> client.subscribed("news"));
            world.drain(Duration.ofSeconds(10));
            world.settle();
            assertThat(gone(clients)).isEqualTo(2);
            Client first = clients.get(0);
            Client last = clients.get(3);
            first.forget();

            assertThat(last.exchange(last.publish("news", "x"))).containsExactly("news#1=x", "3:published");
            assertThat(first.received()).isEmpty();
            assertThat(world.client(0, "late").transport.text()).isEqualTo("<close 3001 shutdown>");
        }
    }

    @Test
    void what_a_client_has_said_is_answered_before_it_goes_and_nothing_more_is_read() {
        try (World world = World.of(1, ChannelOptions.journaled())) {
            Client client = world.client(0);
            client.exchange(client.publish("news", "1"));
            world.journal.blockAppend();
            client.send(client.publish("news", "2"), client.publish("news", "3"));
            world.turns();
            world.drain(Duration.ZERO);
            world.turns();
            assertThat(client.transport.wantsRead()).isFalse();
            assertThat(client.received()).isEmpty();

            world.journal.releaseAppend();
            world.settle();

            assertThat(client.received()).containsExactly("3:published", "4:published", "<close 3001 shutdown>");
        }
    }

    @Test
    void an_answer_that_does_not_come_is_waited_for_five_seconds() {
        try (World world = World.of(setup -> {
            setup.rpc = Map.of("never", call -> new CompletableFuture<RpcResult>());
            return setup;
        })) {
            Client client = world.client(0);
            client.exchange(client.rpc("never", "1"));
            world.drain(Duration.ZERO);
            world.turns();
            world.pass(Duration.ofSeconds(4));
            assertThat(client.received()).isEmpty();
            world.pass(Duration.ofSeconds(2));
            assertThat(client.received()).containsExactly("<close 3001 shutdown>");
        }
    }

    @Test
    void a_window_can_be_made_shorter_and_not_longer() {
        try (World world = World.of(1, ChannelOptions.transientChannel())) {
            List<Client> clients = clients(world, 100);
            AtomicInteger told = world.drain(Duration.ofSeconds(100));
            world.pass(Duration.ofSeconds(10));
            assertThat(gone(clients)).isBetween(10L, 12L);
            world.drain(Duration.ofSeconds(200));
            world.pass(Duration.ofSeconds(10));
            assertThat(gone(clients)).isBetween(20L, 22L);
            world.drain(Duration.ofSeconds(4));
            world.pass(Duration.ofSeconds(2));
            assertThat(gone(clients)).isBetween(55L, 65L);
            world.drain(Duration.ZERO);
            world.turns();
            assertThat(gone(clients)).isEqualTo(100);
            assertThat(told).hasValue(1);
        }
    }

    @Test
    void it_ends_early_when_nobody_is_left() {
        try (World world = World.of(1, ChannelOptions.transientChannel())) {
            clients(world, 10);
            AtomicInteger told = world.drain(Duration.ofSeconds(60));
            world.turns();
            assertThat(told).hasValue(0);
            world.endAll();
            assertThat(told).hasValue(1);
            world.pass(Duration.ofSeconds(60));
            assertThat(told).hasValue(1);
            assertThat(world.leftovers()).isEmpty();
        }
    }

    @Test
    void a_shard_without_connections_is_done_at_once() {
        try (World world = World.of(3, ChannelOptions.transientChannel())) {
            AtomicInteger told = world.drain(Duration.ofSeconds(60));
            world.turns();
            assertThat(told).hasValue(3);
        }
    }

    @Test
    void connections_that_have_said_nothing_go_too() {
        try (World world = World.of(1, ChannelOptions.transientChannel())) {
            List<Client> clients = List.of(world.socket(0), world.client(0));
            world.drain(Duration.ZERO);
            world.turns();
            assertThat(gone(clients)).isEqualTo(2);
        }
    }
}
