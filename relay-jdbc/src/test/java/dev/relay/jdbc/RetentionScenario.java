package dev.relay.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.History;
import dev.relay.HistoryQuery;
import dev.relay.HistoryResult;
import dev.relay.Payload;
import dev.relay.PublishOptions;
import dev.relay.PublishResult;
import dev.relay.Relay;
import dev.relay.RelayClock;
import dev.relay.StreamPosition;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Engines on a real database: what is old goes, while publications come, and whether anybody uses the channel or not. */
abstract class RetentionScenario {
    private static final Duration MONTH = Duration.ofDays(30);
    private static final int OLD = 3_000;

    /** The machine's clock, put forward. */
    private static final class ShiftedClock implements RelayClock {
        private final AtomicLong shiftNanos = new AtomicLong();

        void advance(Duration time) {
            shiftNanos.addAndGet(time.toNanos());
        }

        @Override
        public long nanoTime() {
            return System.nanoTime() + shiftNanos.get();
        }

        @Override
        public long epochMicros() {
            return RelayClock.system().epochMicros() + shiftNanos.get() / 1000;
        }
    }

    private final ShiftedClock clock = new ShiftedClock();

    abstract JdbcJournal journal();

    /** The number that a query returns. */
    abstract long query(String sql) throws SQLException;

    @Test
    void old_publications_are_deleted_while_others_come_and_epoch_and_offsets_go_on_after_a_restart() throws Exception {
        StreamPosition top;
        try (Relay relay = relay()) {
            top = publish(relay, "idle", OLD).get(OLD - 1);
        }
        clock.advance(MONTH.plusDays(1));
        List<StreamPosition> busy = new ArrayList<>();
        try (Relay relay = relay()) {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (rows("idle") > 0) {
                assertThat(System.nanoTime()).as("rows left: %s", rows("idle")).isLessThan(deadline);
                busy.addAll(publish(relay, "busy", 20));
                clock.advance(Duration.ofSeconds(2)); // at first until the walk begins
            }
        }
        assertThat(busy.stream().map(StreamPosition::offset))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, busy.size()).boxed().toList());
        assertThat(rows("busy")).isEqualTo(busy.size());
        assertThat(query("SELECT trimmed_to FROM relay_stream WHERE channel = 'idle'"))
                .isEqualTo(OLD);
        try (Relay relay = relay()) {
            assertThat(await(relay.history("idle", HistoryQuery.oldest(10)))).isEqualTo(new History(List.of(), top));
            assertThat(publish(relay, "idle", 1)).containsExactly(new StreamPosition(OLD + 1, top.epoch()));
        }
    }

    @Test
    void the_oldest_go_when_a_channel_is_too_large() throws Exception {
        try (Relay relay = relay()) {
            publish(relay, "large:x", 2_000); // of 10 bytes each
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (rows("large:x") > 100) {
                assertThat(System.nanoTime())
                        .as("rows left: %s", rows("large:x"))
                        .isLessThan(deadline);
                clock.advance(Duration.ofSeconds(2));
                publish(relay, "busy", 1);
            }
            assertThat(rows("large:x")).isEqualTo(100);
            HistoryResult history = await(relay.history("large:x", HistoryQuery.oldest(1)));
            assertThat(((History) history).publications())
                    .extracting(one -> one.offset())
                    .containsExactly(1_901L);
        }
    }

    private long rows(String channel) throws SQLException {
        return query(
                "SELECT COUNT(*) FROM relay_message m JOIN relay_stream s ON m.stream_id = s.id WHERE s.channel = '"
                        + channel + "'");
    }

    private Relay relay() {
        ChannelOptions.Builder options = ChannelOptions.builder().durability(Durability.SYNC);
        return Relay.builder()
                .shards(1) // so that every publish moves its timers
                .clock(clock)
                .journal(journal())
                .channelDefaults(options.journalTtl(MONTH).build())
                .namespace("large", options.journalMaxBytes(1_000).build())
                .build();
    }

    private static List<StreamPosition> publish(Relay relay, String channel, int count) {
        List<StreamPosition> positions = new ArrayList<>();
        while (positions.size() < count) {
            List<CompletionStage<PublishResult>> results = new ArrayList<>();
            for (int i = positions.size(); i < Math.min(count, positions.size() + 100); i++) {
                results.add(relay.publish(channel, Payload.of("0123456789"), PublishOptions.none()));
            }
            results.forEach(result -> {
                PublishResult outcome = await(result);
                assertThat(outcome).isInstanceOf(PublishResult.Published.class);
                positions.add(((PublishResult.Published) outcome).position());
            });
        }
        return positions;
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
