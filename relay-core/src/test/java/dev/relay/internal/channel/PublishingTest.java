package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.History;
import dev.relay.HistoryQuery;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.PublishResult.Published;
import dev.relay.StreamPosition;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an application may ask for when it publishes. */
class PublishingTest {
    private static final PublishOptions LIVE_ONLY =
            PublishOptions.builder().skipHistory(true).build();

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "ASYNC"})
    void what_skips_history_is_delivered_and_not_kept(Durability durability) {
        try (World world = World.of(stream(durability))) {
            Client client = world.client(0);
            client.subscribed("news");
            world.published("news", "1");
            CompletableFuture<PublishResult> live = world.publish("news", "live", LIVE_ONLY);
            world.published("news", "2");

            assertThat(live).isCompletedWithValue(new Published(StreamPosition.NONE));
            assertThat(client.received()).containsExactly("news#1=1", "news=live", "news#2=2");
            assertThat(history(world)).isEqualTo("#1=1 #2=2 top 2");
            assertThat(nothingIsOnItsWay(world)).isTrue();
        }
    }

    @Test
    void what_skips_history_does_not_wait_for_the_journal() {
        try (World world = World.of(stream(Durability.SYNC))) {
            Client client = world.client(0);
            client.subscribed("news");
            world.journal.blockAppend();
            world.occupyWriter("news");
            CompletableFuture<PublishResult> live = world.publish("news", "live", LIVE_ONLY);
            world.turns();
            assertThat(live).isCompletedWithValue(new Published(StreamPosition.NONE));
            assertThat(client.received()).containsExactly("news=live");
            world.journal.releaseAppend();
            world.settle();
            assertThat(client.received()).containsExactly("news#1=x");
        }
    }

    @Test
    void what_skips_history_does_not_overtake_what_waits_for_the_channel_to_load() {
        try (World world = World.of(stream(Durability.ASYNC))) {
            Client client = world.client(0);
            world.journal.blockAppend();
            world.occupyWriter("other");
            client.send(client.subscribe("news"));
            world.turns();
            world.publish("news", "1");
            world.publish("news", "live", LIVE_ONLY);
            world.publish("news", "2");
            world.turns();
            world.journal.releaseAppend();
            world.settle();
            assertThat(client.received())
                    .containsExactly("2:subscribed recoverable at 0", "news#1=1", "news=live", "news#2=2");
        }
    }

    @Test
    void a_channel_without_a_stream_has_nothing_to_skip() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.subscribed("news");
            CompletableFuture<PublishResult> live = world.publish("news", "live", LIVE_ONLY);
            world.settle();
            assertThat(live).isCompletedWithValue(new Published(StreamPosition.NONE));
            assertThat(client.received()).containsExactly("news=live");
            assertThat(nothingIsOnItsWay(world)).isTrue();
        }
    }

    private static ChannelOptions stream(Durability durability) {
        return ChannelOptions.builder()
                .durability(durability)
                .forceRecovery(true)
                .build();
    }

    private static String history(World world) {
        var result = world.history("news", HistoryQuery.oldest(-1));
        world.settle();
        History history = (History) result.join();
        StringBuilder text = new StringBuilder();
        history.publications()
                .forEach(publication -> text.append(World.text(publication)).append(' '));
        return text.append("top ").append(history.top().offset()).toString();
    }

    /** An empty way takes a publication of any size, and no other does. */
    private static boolean nothingIsOnItsWay(World world) {
        int charge = world.topology().admission(0).admit(1 << 30);
        world.topology().admission(0).release(charge);
        return charge > 0;
    }
}
