package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.StreamPosition;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void a_publication_reaches_every_subscriber_of_its_channel_once_and_nobody_else(int shards) {
        try (World world = World.of(shards, ChannelOptions.transientChannel())) {
            List<Client> readers = new ArrayList<>();
            List<Client> others = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                readers.add(world.client(i % shards));
                readers.get(i).subscribed("news");
                others.add(world.client(i % shards));
                others.get(i).subscribed("weather");
            }
            world.published("news", "1", "2", "3");
            assertThat(readers)
                    .allSatisfy(reader -> assertThat(reader.received()).containsExactly("news=1", "news=2", "news=3"));
            assertThat(others).allSatisfy(other -> assertThat(other.received()).isEmpty());
        }
    }

    @Test
    void publications_of_a_turn_go_to_a_subscriber_in_one_write() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.subscribed("news");
            int writes = client.transport.writes().size();
            world.published("news", "1", "2", "3");
            assertThat(client.transport.text()).endsWith("[news=1|news=2|news=3]");
            assertThat(client.transport.writes()).hasSize(writes + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void a_publisher_hears_its_own_publication(int shards) {
        try (World world = World.of(shards, ChannelOptions.journaled())) {
            Client client = world.client(0);
            client.subscribed("news");
            client.send(client.publish("news", "1"));
            world.settle();
            assertThat(client.received()).containsExactlyInAnyOrder("3:published", "news#1=1");
        }
    }

    @Test
    void nothing_is_pushed_after_the_reply_to_an_unsubscribe_in_the_middle_of_a_turn() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client stays = world.client(0);
            Client leaves = world.client(0);
            stays.subscribed("news");
            leaves.subscribed("news");
            stays.send(stays.publish("news", "1"));
            leaves.send(leaves.unsubscribe("news"));
            stays.send(stays.publish("news", "2"));
            world.turns();
            assertThat(leaves.received()).containsExactly("news=1", "3:unsubscribed");
            assertThat(stays.received()).contains("news=1", "news=2");
        }
    }

    @Test
    void who_subscribes_in_the_middle_of_a_turn_gets_what_follows_only() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client old = world.client(0);
            Client fresh = world.client(0);
            old.subscribed("news");
            old.send(old.publish("news", "1"));
            fresh.send(fresh.subscribe("news"));
            old.send(old.publish("news", "2"));
            world.turns();
            assertThat(fresh.received()).containsExactly("2:subscribed", "news=2");
            assertThat(old.received()).containsSubsequence("news=1", "news=2");
        }
    }

    @Test
    void a_channel_nobody_uses_is_forgotten_and_comes_back_as_it_was() {
        try (World world = World.of(ChannelOptions.journaled())) {
            world.published("news", "1", "2");
            ChannelRegistry registry = world.topology().registry(0);
            assertThat(registry.homeCount()).isEqualTo(1);
            registry.sweep();
            assertThat(registry.homeCount()).isEqualTo(1);
            registry.sweep();
            assertThat(registry.homeCount()).isZero();

            Client client = world.client(0);
            assertThat(client.subscribed("news")).containsExactly("2:subscribed recoverable at 2");
            registry.sweep();
            registry.sweep();
            assertThat(registry.homeCount()).isEqualTo(1);
            world.published("news", "3");
            assertThat(client.received()).containsExactly("news#3=3");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void every_subscriber_sees_exactly_what_follows_its_position_in_any_interleaving(int shards) {
        for (Durability durability : List.of(Durability.SYNC, Durability.ASYNC)) {
            long seed = System.nanoTime();
            try {
                interleave(shards, durability, seed);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed + ", " + durability, e);
            }
        }
    }

    private static void interleave(int shards, Durability durability, long seed) {
        Random random = new Random(seed);
        ChannelOptions options = ChannelOptions.builder()
                .durability(durability)
                .forceRecovery(true)
                .build();
        try (World world = World.of(shards, options)) {
            List<Reader> readers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                readers.add(new Reader(world.client(i % shards)));
            }
            int published = 0;
            for (int step = 0; step < 4000; step++) {
                int choice = random.nextInt(100);
                if (choice < 15) {
                    world.publish("news", "p" + ++published);
                } else if (choice < 25) {
                    readers.get(random.nextInt(readers.size())).change(random);
                } else if (choice < 26) {
                    world.holdReads();
                } else if (choice < 28) {
                    world.releaseReads();
                    world.turns();
                } else {
                    world.shards.get(random.nextInt(shards)).turn();
                }
            }
            world.releaseReads();
            world.settle();
            int top = published;
            readers.forEach(reader -> reader.check(top));
        }
    }

    /** A client that comes and goes, and knows what it must have seen. */
    private static final class Reader {
        private final Client client;
        private boolean wants;
        private long last;

        Reader(Client client) {
            this.client = client;
        }

        void change(Random random) {
            look();
            wants = !wants;
            if (!wants) {
                client.send(client.unsubscribe("news"));
            } else if (random.nextBoolean()) {
                client.send(client.subscribe("news"));
            } else {
                client.send(client.subscribe("news", new StreamPosition(last, ""), 0));
            }
        }

        void check(int top) {
            look();
            assertThat(client.transport.closedWith()).isNull();
            if (wants) {
                assertThat(last).isEqualTo(top);
            }
        }

        /** Offsets follow one another; a subscribe reply alone may move the position, and a recovered one may not skip. */
        private void look() {
            for (String message : client.received()) {
                if (message.startsWith("news#")) {
                    next(message.substring(5));
                } else if (message.contains(":subscribed")) {
                    String[] words = message.split(" ");
                    last = Long.parseLong(words[3]);
                    for (int i = 5; i < words.length; i++) {
                        next(words[i].substring(1));
                    }
                    assertThat(message).doesNotContain("not recovered");
                } else {
                    assertThat(message).contains(":unsubscribed");
                }
            }
        }

        private void next(String publication) {
            assertThat(publication).isEqualTo((last + 1) + "=p" + (last + 1));
            last++;
        }
    }
}
