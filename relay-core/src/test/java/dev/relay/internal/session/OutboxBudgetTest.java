package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.CloseCode;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens when the outboxes of all connections together hold too much. */
class OutboxBudgetTest {
    private static final int BUDGET = 100_000;

    @Test
    void who_holds_the_most_is_closed_first_and_nobody_more_than_necessary() {
        try (World world = world(1)) {
            Client keepsUp = world.client(0);
            for (String channel : List.of("a", "b", "c")) {
                keepsUp.subscribed(channel);
            }
            Client large = stalled(world, 0, "a", 45_000);
            Client medium = stalled(world, 0, "b", 35_000);
            assertThat(world.outboxBytes()).isBetween(80_000L, 82_000L);
            Client small = stalled(world, 0, "c", 25_000);

            assertThat(large.transport.closedWith()).isEqualTo(CloseCode.SLOW);
            assertThat(medium.transport.closedWith()).isNull();
            assertThat(small.transport.closedWith()).isNull();
            assertThat(keepsUp.received()).hasSize(3);
            assertThat(world.shed()).isEqualTo(1);
            assertThat(world.outboxBytes()).isLessThanOrEqualTo(BUDGET * 3 / 4);
        }
    }

    @Test
    void of_equals_it_is_the_one_that_has_waited_longest() {
        try (World world = world(1)) {
            Client first = stalled(world, 0, "a", 40_000);
            world.pass(Duration.ofSeconds(5));
            Client second = stalled(world, 0, "b", 40_000);
            world.pass(Duration.ofSeconds(1));
            stalled(world, 0, "c", 30_000);

            assertThat(first.transport.closedWith()).isEqualTo(CloseCode.SLOW);
            assertThat(second.transport.closedWith()).isNull();
        }
    }

    @Test
    void what_many_wait_with_counts_once() {
        try (World world = world(1)) {
            List<Client> slow = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Client client = world.client(0);
                client.subscribed("news");
                client.transport.stall();
                slow.add(client);
            }
            world.published("news", "x".repeat(50_000));

            assertThat(world.outboxBytes()).isBetween(50_000L, 55_000L);
            assertThat(slow).allMatch(client -> client.transport.closedWith() == null);
        }
    }

    @Test
    void the_shard_that_holds_most_gives_it_up_whichever_finds_that_it_is_too_much() {
        try (World world = world(3)) {
            Client large = stalled(world, 2, "a", 60_000);
            Client small = stalled(world, 1, "b", 20_000);
            Client last = stalled(world, 0, "c", 30_000);

            assertThat(large.transport.closedWith()).isEqualTo(CloseCode.SLOW);
            assertThat(small.transport.closedWith()).isNull();
            assertThat(last.transport.closedWith()).isNull();
        }
    }

    @Test
    void a_turn_closes_a_few_only() {
        try (World world = world(1)) {
            List<Client> slow = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                Client client = world.client(0);
                client.subscribed("channel" + i);
                client.transport.stall();
                slow.add(client);
            }
            for (int i = 0; i < 60; i++) {
                world.publish("channel" + i, "x".repeat(5_000));
            }
            List<Long> closed = new ArrayList<>();
            long before = -1;
            while (before != world.shed() || closed.size() < 4) {
                before = world.shed();
                world.shards.get(0).turn();
                closed.add(world.shed() - before);
            }
            assertThat(closed).allMatch(inOneTurn -> inOneTurn <= 9).anyMatch(inOneTurn -> inOneTurn == 9);
            assertThat(world.outboxBytes()).isLessThanOrEqualTo(BUDGET * 3 / 4);
            assertThat(slow.stream().filter(client -> client.transport.closedWith() == null))
                    .hasSizeBetween(11, 15);
        }
    }

    @Test
    void one_that_is_said_goodbye_to_but_takes_nothing_is_dropped_when_the_memory_is_needed() {
        try (World world = world(1)) {
            Client leaving = stalled(world, 0, "a", 60_000);
            leaving.connection.close(CloseCode.FORCE_RECONNECT);
            world.turns();
            assertThat(leaving.transport.isAborted()).isFalse();
            Client other = stalled(world, 0, "b", 45_000);

            assertThat(leaving.transport.isAborted()).isTrue();
            assertThat(other.transport.closedWith()).isNull();
        }
    }

    @Test
    void it_happens_again_whenever_it_is_necessary_and_ends_with_nothing_held() {
        try (World world = world(2)) {
            for (int round = 0; round < 5; round++) {
                for (int i = 0; i < 6; i++) {
                    stalled(world, i % 2, "channel" + round + "-" + i, 20_000);
                }
            }
            assertThat(world.shed()).isBetween(25L, 28L);
            assertThat(world.outboxBytes()).isLessThanOrEqualTo(BUDGET);
            world.endAll();
            assertThat(world.outboxBytes()).isZero();
            assertThat(world.leftovers()).isEmpty();
        }
    }

    /** A client that takes nothing of what its channel says. */
    private static Client stalled(World world, int shard, String channel, int bytes) {
        Client client = world.client(shard);
        client.subscribed(channel);
        client.transport.stall();
        world.published(channel, "x".repeat(bytes));
        return client;
    }

    private static World world(int shards) {
        return World.of(setup -> {
            setup.shards = shards;
            setup.outboxBudgetBytes = BUDGET;
            return setup;
        });
    }
}
