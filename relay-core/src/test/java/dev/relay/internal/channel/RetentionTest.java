package dev.relay.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.History;
import dev.relay.HistoryQuery;
import dev.relay.HistoryResult;
import dev.relay.StreamPosition;
import dev.relay.internal.World;
import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventKind;
import dev.relay.journal.EventQuery;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.StoredPublication;
import dev.relay.journal.StoredStream;
import dev.relay.journal.StreamState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is deleted because of its age or size, and what never is. */
class RetentionTest {
    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void what_is_older_than_journal_ttl_is_deleted_and_top_and_epoch_stay() {
        try (World world = world(options().journalTtl(DAY))) {
            world.published("news", "1", "2", "3");
            String epoch = world.epoch("news");
            world.clock.advance(DAY.minusMinutes(2));
            world.published("news", "4");
            world.clock.advance(Duration.ofMinutes(3));

            world.retention.start();
            awaitTop(world, "news", 4, 3);

            assertThat(offsets(world, "news")).containsExactly(4L);
            world.clock.advance(DAY);
            awaitTop(world, "news", 4, 4);
            assertThat(offsets(world, "news")).isEmpty();
            assertThat(world.epoch("news")).isEqualTo(epoch);
            world.published("news", "5");
            assertThat(offsets(world, "news")).containsExactly(5L);
            assertThat(world.retention.removed()).isEqualTo(4);
        }
    }

    @Test
    void streams_that_are_not_in_memory_are_reached() {
        try (World world = world(options().journalTtl(DAY))) {
            world.published("news", "1", "2", "3");
            world.sweep();
            assertThat(channels(world)).isZero();
            world.clock.advance(DAY.plusMinutes(1));

            world.retention.start();
            awaitTop(world, "news", 3, 3);

            assertThat(channels(world)).isZero();
            world.published("news", "4");
            assertThat(offsets(world, "news")).containsExactly(4L);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void the_homes_of_deleted_publications_serve_them_no_longer(int shards) {
        try (World world = World.of(setup -> {
            setup.shards = shards;
            setup.defaults = options().journalTtl(DAY).build();
            return setup;
        })) {
            for (int home = 0; home < shards; home++) {
                world.published(world.channelAt(home, "room"), "1", "2");
            }
            world.clock.advance(DAY.plusMinutes(1));
            world.retention.start();
            for (int home = 0; home < shards; home++) {
                String room = world.channelAt(home, "room");
                awaitTop(world, room, 2, 2);
                assertThat(offsets(world, room)).isEmpty();
            }
        }
    }

    @Test
    void the_oldest_go_while_all_are_larger_than_journal_max_bytes_and_the_newest_stays() {
        try (World world = world(options().journalMaxBytes(100))) {
            world.published("news", "x".repeat(40), "x".repeat(40), "x".repeat(40), "x".repeat(40));
            world.retention.start();
            awaitTop(world, "news", 4, 2);
            world.published("news", "x".repeat(1000));
            awaitTop(world, "news", 5, 4);
            assertThat(offsets(world, "news")).containsExactly(5L);
        }
    }

    @Test
    void bytes_are_counted_once_and_not_in_every_walk() {
        try (World world = world(options().journalMaxBytes(1_000_000))) {
            world.published("news", "1", "2", "3");
            world.retention.start();
            await(world, () -> world.journal.looked() == 1);
            world.pass(Retention.BETWEEN_WALKS.multipliedBy(5));
            assertThat(world.journal.looked()).isEqualTo(1);
            world.published("news", "4");
            await(world, () -> world.journal.looked() == 2);
        }
    }

    @Test
    void after_history_remove_the_bytes_are_counted_anew() {
        try (World world = world(options().journalMaxBytes(100))) {
            world.published("news", "x".repeat(90));
            world.retention.start();
            await(world, () -> world.journal.looked() == 1);
            world.removeHistory("news");
            world.settle();
            world.published("news", "x".repeat(60), "x".repeat(30));
            world.pass(Retention.BETWEEN_WALKS.multipliedBy(3));
            world.settle();
            assertThat(offsets(world, "news")).containsExactly(2L, 3L);
        }
    }

    @Test
    void a_long_stream_is_deleted_in_small_steps_between_which_appends_go_on() {
        try (World world = world(options().journalTtl(DAY))) {
            for (int batch = 0; batch < 5; batch++) {
                world.published("news", "x,".repeat(500).split(","));
            }
            world.clock.advance(DAY.plusMinutes(1));
            world.retention.start();
            long[] next = {2_500};
            awaitTop(world, "news", () -> {
                world.published("news", "more");
                next[0]++;
                return stored(world, "news").stream().trimmedTo() == 2_500;
            });
            assertThat(world.journal.writes())
                    .filteredOn(write -> write.startsWith("trim"))
                    .containsExactly("trim to 1024", "trim to 2048", "trim to 2500");
            assertThat(offsets(world, "news"))
                    .isEqualTo(LongStream.rangeClosed(2_501, next[0]).boxed().toList());
        }
    }

    @Test
    void channels_without_a_limit_or_without_a_namespace_are_left_alone() {
        try (World world = World.of(setup -> {
            setup.defaults = options().build();
            setup.namespaces = Map.of("short", options().journalTtl(DAY).build());
            return setup;
        })) {
            world.published("news", "1");
            world.published("short:x", "1");
            world.clock.advance(DAY.multipliedBy(400));
            world.retention.start();
            awaitTop(world, "short:x", 1, 1);
            assertThat(stored(world, "news").stream().trimmedTo()).isZero();
        }
    }

    @Test
    void a_journal_that_is_away_is_asked_again() {
        try (World world = world(options().journalTtl(DAY))) {
            world.published("news", "1");
            world.clock.advance(DAY.plusMinutes(1));
            world.journal.breakDown(Reason.UNAVAILABLE);
            world.retention.start();
            world.pass(Retention.BETWEEN_WALKS.multipliedBy(2));
            world.journal.repair();
            awaitTop(world, "news", 1, 1);
        }
    }

    @Test
    void a_trim_that_fails_is_made_in_a_later_walk() {
        try (World world = world(options().journalTtl(DAY))) {
            world.published("news", "1", "2");
            world.clock.advance(DAY.plusMinutes(1));
            world.journal.failTrim(Reason.REFUSED);
            world.retention.start();
            awaitTop(world, "news", 2, 2);
            assertThat(world.retention.removed()).isEqualTo(2);
        }
    }

    @Test
    void events_older_than_their_time_are_deleted() {
        try (World world = World.of(ChannelOptions.transientChannel())) {
            long now = world.clock.epochMicros();
            long month = Duration.ofDays(30).toSeconds() * 1_000_000;
            world.writer().events().offer(event(now - month - 1_000_000));
            world.writer().events().offer(event(now));
            world.retention.start();
            await(world, () -> world.writer().events().removed() == 1);
            assertThat(world.journal.events(EventQuery.newest(10)))
                    .extracting(ConnectionEvent::timeMicros)
                    .containsExactly(now);
        }
    }

    @Test
    void what_history_lets_be_read_stays() {
        RetentionRule size = RetentionRule.of(
                options().historySize(3).journalTtl(Duration.ofSeconds(1)).build(), 10_000_000);
        assertThat(size.through(stream(10), stored(1, 10), 0)).isEqualTo(7);

        RetentionRule age = RetentionRule.of(
                options().historyTtl(Duration.ofSeconds(5)).journalMaxBytes(1).build(), 10_000_000);
        assertThat(age.through(stream(10), stored(1, 10), 1_000)).isEqualTo(4); // accepted in seconds 1 to 10

        RetentionRule both = RetentionRule.of(
                options()
                        .historySize(8)
                        .historyTtl(Duration.ofSeconds(5))
                        .journalMaxBytes(1)
                        .build(),
                10_000_000);
        assertThat(both.through(stream(10), stored(1, 10), 1_000)).isEqualTo(4);
    }

    @Test
    void a_publication_that_is_younger_keeps_those_behind_it_whatever_their_times_say() {
        RetentionRule rule =
                RetentionRule.of(options().journalTtl(Duration.ofSeconds(5)).build(), 10_000_000);
        List<StoredPublication> clockWasPutBack = List.of(
                new StoredPublication(1, 1_000_000, 1),
                new StoredPublication(2, 9_000_000, 1),
                new StoredPublication(3, 2_000_000, 1));
        assertThat(rule.through(stream(3), clockWasPutBack, 0)).isEqualTo(1);
    }

    private static ChannelOptions.Builder options() {
        return ChannelOptions.builder().durability(Durability.SYNC).forceRecovery(true);
    }

    private static World world(ChannelOptions.Builder options) {
        return World.of(options.build());
    }

    private static StreamState stream(long top) {
        return new StreamState("news", 1, "epoch", top, 0);
    }

    private static List<StoredPublication> stored(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(offset -> new StoredPublication(offset, offset * 1_000_000, 100))
                .toList();
    }

    private static int channels(World world) {
        return world.topology().registry(0).homeCount();
    }

    private static ConnectionEvent event(long timeMicros) {
        return new ConnectionEvent(0, timeMicros, EventKind.CONNECT, "", "", "", "", "", "", "", 0, "", 1);
    }

    private static StoredStream stored(World world, String channel) {
        return world.journal.streams(0, 1_000).stream()
                .filter(one -> one.stream().channel().equals(channel))
                .findFirst()
                .orElseThrow();
    }

    private static List<Long> offsets(World world, String channel) {
        CompletableFuture<HistoryResult> result = world.history(channel, HistoryQuery.oldest(-1));
        world.settle();
        return ((History) result.getNow(new History(List.of(), StreamPosition.NONE)))
                .publications().stream().map(one -> one.offset()).toList();
    }

    private static void awaitTop(World world, String channel, long top, long trimmedTo) {
        awaitTop(world, channel, () -> stored(world, channel).stream().trimmedTo() >= trimmedTo);
        assertThat(stored(world, channel).stream().top()).isEqualTo(top);
        assertThat(stored(world, channel).stream().trimmedTo()).isEqualTo(trimmedTo);
    }

    private static void awaitTop(World world, String channel, BooleanSupplier condition) {
        await(world, condition);
        assertThat(stored(world, channel).stream().channel()).isEqualTo(channel);
        world.settle();
    }

    /** A little time passes with each look. */
    private static void await(World world, BooleanSupplier condition) {
        world.await("it", () -> {
            world.clock.advance(Duration.ofMillis(500));
            world.turns();
            return condition.getAsBoolean();
        });
    }
}
