package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.Durability;
import dev.relay.PublishOptions;
import dev.relay.StreamPosition;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.internal.shard.Buckets;
import dev.relay.internal.shard.ShardMeter;
import dev.relay.internal.shard.ShardMeter.Count;
import dev.relay.transport.FilterNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the shards count while clients come, get something, and go. */
class CountingTest {
    @Test
    void each_delivery_has_a_latency_and_each_publication_a_fan_out() {
        ChannelOptions lingering =
                ChannelOptions.builder().linger(Duration.ofMillis(20)).build();
        try (World world = World.of(2, lingering)) {
            String channel = world.channelAt(0, "news");
            for (int i = 0; i < 3; i++) {
                world.client(0).subscribed(channel);
                world.client(1).subscribed(channel);
            }
            world.publish(channel, "1");
            world.turns();
            world.pass(Duration.ofMillis(30));
            world.turns();

            assertThat(count(meter(world, 0).delivery())).isEqualTo(3);
            assertThat(count(meter(world, 1).delivery())).isEqualTo(3);
            assertThat(meter(world, 0).delivery().addTo(new long[20]))
                    .as("three times what it lingered")
                    .isGreaterThanOrEqualTo(3 * 20_000_000L);
            assertThat(count(meter(world, 0).fanout())).isEqualTo(1);
            assertThat(meter(world, 0).fanout().addTo(new long[18])).isEqualTo(6);
        }
    }

    @Test
    void a_filtered_delivery_has_a_latency_too() {
        try (World world =
                World.of(ChannelOptions.builder().allowTagsFilter(true).build())) {
            Client all = world.client(0);
            all.subscribed("news");
            Client some = world.client(0);
            some.exchange(some.subscribe("news", new FilterNode("", "kind", "eq", "x", List.of(), List.of())));
            world.publish(
                    "news",
                    "1",
                    PublishOptions.builder().tags(Map.of("kind", "x")).build());
            world.publish("news", "2");
            world.turns();

            assertThat(count(meter(world, 0).delivery())).isEqualTo(3);
        }
    }

    @Test
    void whoever_publishes_is_known_by_its_kind() {
        try (World world =
                World.of(ChannelOptions.builder().allowPublishForClient(true).build())) {
            Client client = world.client(0);
            client.exchange(client.publish("news", "1"));
            world.publish("news", "2");
            world.publish("news", "3");
            world.turns();

            assertThat(meter(world, 0).count(Count.PUBLISHED_BY_CLIENT)).isEqualTo(1);
            assertThat(meter(world, 0).count(Count.PUBLISHED_BY_SERVER)).isEqualTo(2);
        }
    }

    @Test
    void connections_are_counted_when_they_open_and_by_how_they_close() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client closed = world.client(0);
            Client left = world.client(0);
            closed.connection.close(CloseCode.SLOW);
            closed.connection.ended();
            left.connection.ended();
            ShardMeter meter = meter(world, 0);

            assertThat(meter.count(Count.OPENED)).isEqualTo(2);
            assertThat(meter.closes().count("3008")).isEqualTo(1);
            assertThat(meter.closes().count("peer")).isEqualTo(1);
            assertThat(meter.closes().labels().stream()
                            .mapToLong(meter.closes()::count)
                            .sum())
                    .isEqualTo(2);
        }
    }

    @Test
    void errors_are_counted_by_their_code() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.subscribed("news");
            client.exchange(client.subscribe("news"));

            assertThat(meter(world, 0).errors().count("105")).isEqualTo(1);
        }
    }

    @Test
    void bytes_that_sockets_took_are_counted_and_those_that_wait_are_not() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.subscribed("news");
            ShardMeter meter = meter(world, 0);
            long before = meter.count(Count.SENT_BYTES);
            client.transport.stall();
            world.published("news", "x".repeat(1000));
            assertThat(meter.count(Count.SENT_BYTES)).isEqualTo(before);

            client.transport.takeAll();
            client.canTake();
            world.turns();
            assertThat(meter.count(Count.SENT_BYTES)).isGreaterThan(before + 1000);
        }
    }

    @Test
    void who_comes_back_is_counted_by_where_it_was_helped_from() {
        ChannelOptions kept = ChannelOptions.builder()
                .durability(Durability.SYNC)
                .historySize(2)
                .forceRecovery(true)
                .build();
        try (World world = World.of(kept)) {
            world.published("news", "1", "2", "3", "4");
            ShardMeter meter = meter(world, 0);
            Client lost = world.client(0);
            lost.exchange(lost.subscribe("news", new StreamPosition(1, "nonsense"), 0));
            assertThat(meter.count(Count.RECOVERY_FAILED)).isEqualTo(1);
            assertThat(meter.count(Count.RECOVERED_FROM_MEMORY)).isZero();
            Client back = world.client(0);
            back.exchange(back.subscribe("news", new StreamPosition(3, ""), 0));
            world.settle();
            assertThat(meter.count(Count.RECOVERED_FROM_MEMORY)).isEqualTo(1);
            assertThat(meter.count(Count.RECOVERY_FAILED)).isEqualTo(1);
        }
    }

    private static ShardMeter meter(World world, int shard) {
        return world.shards.get(shard).shard().meter();
    }

    private static long count(Buckets buckets) {
        long[] counts = new long[buckets.upperBounds().length + 1];
        buckets.addTo(counts);
        return Arrays.stream(counts).sum();
    }
}
