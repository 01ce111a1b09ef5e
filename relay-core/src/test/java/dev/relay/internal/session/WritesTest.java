package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many writes a turn costs: one for each connection that has something to be told, whatever it is. */
class WritesTest {
    @Test
    void all_publications_of_a_turn_leave_in_one_write() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client reader = world.client(0);
            reader.subscribed("news");
            int before = reader.transport.writes().size();
            for (int i = 0; i < 1000; i++) {
                world.publish("news", "" + i);
            }
            world.turns();
            assertThat(reader.received()).hasSize(1000);
            assertThat(reader.transport.writes()).hasSize(before + 1);
        }
    }

    @Test
    void so_do_those_of_many_channels() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client reader = world.client(0);
            for (int i = 0; i < 50; i++) {
                reader.subscribed("channel" + i);
            }
            int before = reader.transport.writes().size();
            for (int i = 0; i < 500; i++) {
                world.publish("channel" + i % 50, "" + i);
            }
            world.turns();
            assertThat(reader.received()).hasSize(500);
            assertThat(reader.transport.writes()).hasSize(before + 1);
        }
    }

    @Test
    void a_publisher_that_is_subscribed_is_told_and_answered_in_one_write() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client both = world.client(0);
            both.subscribed("news");
            both.subscribed("other");
            int before = both.transport.writes().size();
            both.send(both.publish("news", "a"), both.publish("other", "b"), both.publish("news", "c"));
            world.turns();
            assertThat(both.received())
                    .containsExactlyInAnyOrder(
                            "news=a", "news=c", "other=b", "4:published", "5:published", "6:published")
                    .endsWith("4:published", "5:published", "6:published");
            assertThat(both.transport.writes()).hasSize(before + 1);
        }
    }

    @Test
    void more_than_a_turn_takes_is_a_write_for_each_turn() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client reader = world.client(0);
            reader.subscribed("news");
            int before = reader.transport.writes().size();
            for (int i = 0; i < 5000; i++) {
                world.publish("news", "" + i);
            }
            world.shards.get(0).turn();
            assertThat(reader.transport.writes()).hasSize(before + 1);
            world.turns();
            assertThat(reader.transport.writes()).hasSize(before + 2);
            List<String> received = reader.received();
            assertThat(received).hasSize(5000).startsWith("news=0").endsWith("news=4999");
        }
    }
}
