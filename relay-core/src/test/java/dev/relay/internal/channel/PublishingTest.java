package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.ErrorCode;
import dev.relay.History;
import dev.relay.HistoryQuery;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.PublishResult.Published;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import dev.relay.internal.World;
import dev.relay.internal.World.Client;
import dev.relay.internal.journal.JournalWriter;
import dev.relay.journal.JournalException.Reason;
import java.time.Duration;
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

    @ParameterizedTest
    @EnumSource(Durability.class)
    void a_repeat_with_the_same_key_does_nothing_and_gets_the_first_result(Durability durability) {
        try (World world = World.of(stream(durability))) {
            Client client = world.client(0);
            client.subscribed("news");
            CompletableFuture<PublishResult> first = world.publish("news", "1", key("order-1"));
            world.settle();
            CompletableFuture<PublishResult> repeat = world.publish("news", "again", key("order-1"));
            CompletableFuture<PublishResult> other = world.publish("news", "2", key("order-2"));
            world.settle();

            assertThat(first.join()).isInstanceOf(Published.class).isEqualTo(repeat.join());
            assertThat(other).isCompleted();
            assertThat(client.received()).hasSize(2).allMatch(message -> message.matches("news(#\\d)?=[12]"));
            assertThat(nothingIsOnItsWay(world)).isTrue();
        }
    }

    @Test
    void a_repeat_waits_for_the_first_while_it_is_on_its_way() {
        try (World world = World.of(stream(Durability.SYNC))) {
            world.journal.blockAppend();
            world.occupyWriter("news");
            CompletableFuture<PublishResult> first = world.publish("news", "1", key("k"));
            CompletableFuture<PublishResult> repeat = world.publish("news", "1", key("k"));
            world.turns();
            assertThat(repeat).isNotDone();
            world.journal.releaseAppend();
            world.settle();
            assertThat(offset(first)).isEqualTo(2);
            assertThat(repeat.join()).isEqualTo(first.join());
            assertThat(history(world)).endsWith("top 2");
            assertThat(nothingIsOnItsWay(world)).isTrue();
        }
    }

    @Test
    void a_repeat_waits_while_the_channel_is_loaded_for_the_first() {
        try (World world = World.of(stream(Durability.SYNC))) {
            world.journal.blockAppend();
            world.occupyWriter("other");
            world.journal.refuseLoadsOf("news");
            CompletableFuture<PublishResult> first = world.publish("news", "1", key("k"));
            CompletableFuture<PublishResult> repeat = world.publish("news", "1", key("k"));
            world.turns();
            assertThat(repeat).isNotDone();
            world.journal.releaseAppend();
            world.settle();
            assertThat(error(first)).isEqualTo(ErrorCode.INTERNAL);
            assertThat(repeat.join()).isEqualTo(first.join());
        }
    }

    @Test
    void a_key_whose_first_request_was_refused_can_be_used_again() {
        try (World world = World.of(stream(Durability.SYNC))) {
            world.published("news", "1");
            world.journal.poison(append -> append.publication().data().text().equals("bad"));
            CompletableFuture<PublishResult> refused = world.publish("news", "bad", key("k"));
            CompletableFuture<PublishResult> repeat = world.publish("news", "bad", key("k"));
            world.settle();
            assertThat(error(refused)).isEqualTo(ErrorCode.INTERNAL);
            assertThat(repeat.join()).isEqualTo(refused.join());
            CompletableFuture<PublishResult> again = world.publish("news", "good", key("k"));
            world.settle();
            assertThat(offset(again)).isEqualTo(2);
        }
    }

    @Test
    void a_key_belongs_to_its_channel_and_lasts_for_the_window() {
        try (World world = World.of(stream(Durability.SYNC))) {
            CompletableFuture<PublishResult> news = world.publish("news", "1", key("k"));
            CompletableFuture<PublishResult> sport = world.publish("sport", "1", key("k"));
            world.settle();
            world.clock.advance(Duration.ofMinutes(5).minusNanos(1));
            CompletableFuture<PublishResult> within = world.publish("news", "2", key("k"));
            world.settle();
            world.clock.advance(Duration.ofNanos(1));
            CompletableFuture<PublishResult> after = world.publish("news", "3", key("k"));
            world.settle();
            assertThat(offset(news)).isEqualTo(1);
            assertThat(offset(sport)).isEqualTo(1);
            assertThat(offset(within)).isEqualTo(1);
            assertThat(offset(after)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "ASYNC"})
    void an_older_version_is_dropped_and_its_publisher_told_the_top(Durability durability) {
        try (World world = World.of(stream(durability))) {
            Client client = world.client(0);
            client.subscribed("news");
            assertThat(offset(settled(world, "five", version(5, "")))).isEqualTo(1);
            assertThat(offset(settled(world, "four", version(4, "")))).isEqualTo(1);
            assertThat(offset(settled(world, "five again", version(5, "")))).isEqualTo(1);
            assertThat(offset(settled(world, "six", version(6, "")))).isEqualTo(2);
            assertThat(offset(settled(world, "of another epoch", version(1, "b"))))
                    .isEqualTo(3);
            assertThat(offset(settled(world, "without", PublishOptions.none()))).isEqualTo(4);
            assertThat(client.received())
                    .containsExactly("news#1=five", "news#2=six", "news#3=of another epoch", "news#4=without");
            assertThat(nothingIsOnItsWay(world)).isTrue();
        }
    }

    @Test
    void a_version_that_one_on_its_way_makes_old_is_answered_when_that_is_committed() {
        try (World world = World.of(stream(Durability.SYNC))) {
            world.journal.blockAppend();
            world.occupyWriter("news");
            CompletableFuture<PublishResult> newer = world.publish("news", "five", version(5, ""));
            CompletableFuture<PublishResult> older = world.publish("news", "four", version(4, ""));
            CompletableFuture<PublishResult> newest = world.publish("news", "six", version(6, ""));
            world.turns();
            assertThat(older).isNotDone();
            world.journal.releaseAppend();
            world.settle();
            assertThat(offset(newer)).isEqualTo(2);
            assertThat(offset(older)).isGreaterThanOrEqualTo(2);
            assertThat(offset(newest)).isEqualTo(3);
            assertThat(history(world)).isEqualTo("#1=x #2=five #3=six top 3");
            assertThat(nothingIsOnItsWay(world)).isTrue();
        }
    }

    @Test
    void a_version_that_a_refused_one_made_old_is_refused_and_can_be_tried_again() {
        try (World world = World.of(stream(Durability.SYNC))) {
            world.journal.blockAppend();
            world.occupyWriter("news");
            world.journal.poison(append -> append.publication().data().text().equals("bad"));
            CompletableFuture<PublishResult> bad = world.publish("news", "bad", version(5, ""));
            CompletableFuture<PublishResult> repeat = world.publish("news", "good", version(5, ""));
            world.turns();
            world.journal.releaseAppend();
            world.settle();
            assertThat(error(bad)).isEqualTo(ErrorCode.INTERNAL);
            assertThat(error(repeat)).isEqualTo(ErrorCode.INTERNAL);
            assertThat(offset(settled(world, "good", version(5, "")))).isEqualTo(2);
            assertThat(nothingIsOnItsWay(world)).isTrue();
        }
    }

    @Test
    void a_version_that_the_journal_cannot_take_now_is_not_taken_for_seen() {
        try (World world = World.of(stream(Durability.SYNC))) {
            settled(world, "four", version(4, ""));
            world.journal.breakDown(Reason.UNAVAILABLE);
            CompletableFuture<PublishResult> refused = world.publish("news", "five", version(5, ""));
            world.await("the outage is known", refused::isDone);
            CompletableFuture<PublishResult> atOnce = world.publish("news", "six", version(6, ""));
            world.turns();
            assertThat(error(atOnce)).isEqualTo(ErrorCode.INTERNAL);
            world.journal.repair();
            world.await("back", () -> world.writer().state() == JournalWriter.State.OPEN);
            assertThat(offset(settled(world, "five", version(5, "")))).isEqualTo(2);
            assertThat(offset(settled(world, "six", version(6, "")))).isEqualTo(3);
        }
    }

    @Test
    void versions_are_not_compared_where_nothing_is_kept() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            Client client = world.client(0);
            client.subscribed("news");
            settled(world, "five", version(5, ""));
            settled(world, "four", version(4, ""));
            assertThat(client.received()).containsExactly("news=five", "news=four");
        }
    }

    private static PublishOptions key(String key) {
        return PublishOptions.builder().idempotencyKey(key).build();
    }

    private static PublishOptions version(long version, String epoch) {
        return PublishOptions.builder().version(version).versionEpoch(epoch).build();
    }

    private static CompletableFuture<PublishResult> settled(World world, String data, PublishOptions how) {
        CompletableFuture<PublishResult> result = world.publish("news", data, how);
        world.settle();
        return result;
    }

    private static long offset(CompletableFuture<PublishResult> result) {
        assertThat(result).isCompleted();
        assertThat(result.join()).isInstanceOf(Published.class);
        return ((Published) result.join()).position().offset();
    }

    private static ErrorCode error(CompletableFuture<PublishResult> result) {
        assertThat(result).isCompleted();
        assertThat(result.join()).isInstanceOf(Refused.class);
        return ((Refused) result.join()).error();
    }

    private static ChannelOptions stream(Durability durability) {
        if (durability == Durability.NONE) {
            return ChannelOptions.transientChannel();
        }

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
