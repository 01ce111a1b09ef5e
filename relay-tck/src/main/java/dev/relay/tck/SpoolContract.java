package dev.relay.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.journal.Append;
import dev.relay.journal.AppendKey;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.KeptKey;
import dev.relay.journal.OutboxRow;
import dev.relay.journal.ReadRange;
import dev.relay.journal.Spool;
import dev.relay.journal.Spooled;
import dev.relay.journal.SpooledStream;
import dev.relay.journal.StreamState;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The rules of {@link Spool} as tests; the tag of a test is the number of the rule it shows. An implementor extends this class,
 * implements {@link #spool}, and gives each test a file of its own.
 */
public abstract class SpoolContract {
    private static final StreamState NEWS = new StreamState("news", 7, "epochA", 0, 0);
    private static final StreamState SPORT = new StreamState("sport", 8, "epochB", 0, 0);

    /** Set before each test. */
    @SuppressWarnings("NullAway.Init") // by JUnit
    private Spool spool;

    /** For implementors. */
    protected SpoolContract() {}

    /** Makes a spool on this test's store, not yet opened, of so many bytes at most. */
    protected abstract Spool spool(long maxBytes);

    /** Ends it as a killed process does, so that it can be opened again at once. */
    protected abstract void crash(Spool open);

    @BeforeEach
    final void own() {
        spool = open();
    }

    @AfterEach
    final void close() {
        spool.close();
    }

    @Test
    @Tag("S1")
    void what_was_appended_is_there_after_a_crash_in_its_order_and_with_every_field() {
        List<Spooled> batch = new ArrayList<>();
        Random random = new Random(42);
        for (long offset = 1; offset <= 40; offset++) {
            batch.add(spooled(Samples.random(NEWS, offset, random), NEWS, Durability.SYNC));
            batch.add(spooled(Samples.random(SPORT, offset, random), SPORT, Durability.ASYNC));
        }
        spool.append(batch.subList(0, 30));
        spool.append(batch.subList(30, 80));

        crash(spool);
        spool = open();

        assertThat(all())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("position")
                .isEqualTo(batch);
        assertThat(all()).extracting(Spooled::position).isSorted().doesNotHaveDuplicates();
        assertThat(spool.size().publications()).isEqualTo(80);
    }

    @Test
    @Tag("S2")
    void the_oldest_come_first_within_both_limits() {
        spool.append(news(1, 10));
        assertThat(offsets(spool.oldest(3, Long.MAX_VALUE))).containsExactly(1L, 2L, 3L);
        assertThat(offsets(spool.oldest(10, 1))).containsExactly(1L);
        assertThat(offsets(spool.oldest(100, Long.MAX_VALUE))).hasSize(10);
    }

    @Test
    @Tag("S3")
    void removing_takes_the_oldest_through_a_position_and_can_be_repeated() {
        spool.append(news(1, 10));
        long fourth = all().get(3).position();
        spool.remove(fourth);
        spool.remove(fourth);
        assertThat(offsets(all())).startsWith(5L).hasSize(6);
        assertThat(spool.size().publications()).isEqualTo(6);
        crash(spool);
        spool = open();
        assertThat(offsets(all())).startsWith(5L).hasSize(6);
        spool.append(news(11, 11));
        assertThat(offsets(all())).endsWith(11L).hasSize(7);
    }

    @Test
    @Tag("S3")
    void an_empty_spool_goes_on() {
        spool.append(news(1, 3));
        spool.remove(all().get(2).position());
        assertThat(all()).isEmpty();
        assertThat(spool.size().publications()).isZero();
        spool.close();
        spool = open();
        spool.append(news(4, 4));
        assertThat(offsets(all())).containsExactly(4L);
    }

    @Test
    @Tag("S4")
    void closing_keeps_everything_and_is_idempotent() {
        spool.append(news(1, 3));
        spool.close();
        spool.close();
        failure(() -> spool.oldest(1, 1), Reason.UNAVAILABLE);
        failure(() -> spool.append(news(4, 4)), Reason.UNAVAILABLE);
        spool = open();
        spool.open();
        assertThat(offsets(all())).containsExactly(1L, 2L, 3L);
    }

    @Test
    @Tag("S5")
    void a_full_spool_says_so_keeps_what_it_has_and_takes_more_when_enough_was_removed() {
        spool.close();
        spool = spool(2 << 20);
        spool.open();
        long last = 0;
        JournalException full = null;
        while (full == null) {
            assertThat(last).as("bounded").isLessThan(10_000);
            long next = last + 1;
            full = catchThrowableOfType(JournalException.class, () -> spool.append(large(next, next + 9)));
            last = full == null ? last + 10 : last;
        }
        assertThat(full.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(full).hasMessageContaining("full");
        assertThat(last).as("takes most of its size").isBetween(100L, 200L);
        assertThat(spool.size().bytes()).isBetween(1L << 20, 2L << 20);
        assertThat(offsets(all())).hasSize((int) last).endsWith(last);
        failure(spool::heartbeat, Reason.UNAVAILABLE);

        spool.remove(all().get((int) last / 2).position());
        spool.heartbeat();
        spool.append(large(last + 1, last + 10));
        assertThat(offsets(all())).endsWith(last + 10);
        assertThat(spool.size().publications()).isEqualTo(all().size());
    }

    @Test
    @Tag("S6")
    void it_knows_of_each_stream_what_it_holds() {
        spool.append(news(5, 9));
        spool.append(List.of(spooled(Samples.append(SPORT, 3), SPORT, Durability.ASYNC)));
        assertThat(spool.streams("news"))
                .containsExactly(new SpooledStream("news", 7, "epochA", Durability.SYNC, 5, 9));
        assertThat(spool.streams("sport"))
                .containsExactly(new SpooledStream("sport", 8, "epochB", Durability.ASYNC, 3, 3));
        assertThat(spool.streams("News")).isEmpty();
        spool.remove(all().get(1).position());
        assertThat(spool.streams("news"))
                .containsExactly(new SpooledStream("news", 7, "epochA", Durability.SYNC, 7, 9));
    }

    @Test
    @Tag("S6")
    void keys_and_outbox_rows_are_kept_with_their_publications() {
        spool.append(news(5, 5));
        for (long offset = 6; offset <= 8; offset++) {
            Append plain = Samples.append(NEWS, offset);
            AppendKey key = new AppendKey("key-" + offset, 1_000 + offset);
            OutboxRow row = new OutboxRow(offset, offset == 7);
            Append full = new Append(7, plain.appendId(), plain.publication(), key, row);
            spool.append(List.of(spooled(full, NEWS, Durability.SYNC)));
        }
        assertThat(spool.keys(spool.streams("news").get(0)))
                .containsExactly(
                        new KeptKey("key-8", 8, 1_008), new KeptKey("key-7", 7, 1_007), new KeptKey("key-6", 6, 1_006));
        crash(spool);
        spool = open();
        assertThat(all().get(1).append().key()).isEqualTo(new AppendKey("key-6", 1_006));
        assertThat(all().get(0).append().key()).isNull();
        assertThat(all().get(0).append().outboxRow()).isNull();
        assertThat(all().get(1).append().outboxRow()).isEqualTo(new OutboxRow(6, false));
        assertThat(all().get(2).append().outboxRow()).isEqualTo(new OutboxRow(7, true));
        spool.remove(all().get(1).position());
        assertThat(spool.keys(spool.streams("news").get(0))).hasSize(2);
    }

    @Test
    @Tag("S6")
    void ranges_are_read_as_from_a_journal() {
        spool.append(news(5, 9));
        spool.append(List.of(spooled(Samples.append(SPORT, 7), SPORT, Durability.SYNC)));
        assertThat(read(0, 100, false, 10)).containsExactly(5L, 6L, 7L, 8L, 9L);
        assertThat(read(6, 8, false, 10)).containsExactly(7L, 8L);
        assertThat(read(0, 100, true, 2)).containsExactly(9L, 8L);
        assertThat(read(9, 100, false, 10)).isEmpty();
        long notBefore = Samples.timeMicros(8);
        assertThat(spool.read(new ReadRange(7, 0, 100, false, 10, Long.MAX_VALUE, notBefore)))
                .extracting(Publication::offset)
                .containsExactly(8L, 9L);
        assertThat(spool.read(new ReadRange(7, 0, 100, false, 10, 1, 0)))
                .extracting(Publication::offset)
                .containsExactly(5L);
        assertThat(spool.read(Samples.range(NEWS, 4, 5)))
                .containsExactly(Samples.append(NEWS, 5).publication());
    }

    @Test
    @Tag("S7")
    void a_second_owner_is_refused_until_the_first_has_closed() {
        Spool second = spool(64 << 20);
        failure(second::open, Reason.OWNED);
        spool.append(news(1, 1));
        spool.close();
        second.open();
        assertThat(second.oldest(9, 999)).hasSize(1);
        second.close();
    }

    @Test
    @Tag("S8")
    void renaming_moves_a_stream_and_nothing_else() {
        spool.append(news(5, 7));
        spool.append(List.of(spooled(Samples.append(SPORT, 1), SPORT, Durability.SYNC)));
        spool.append(news(8, 9));
        List<Long> ids = appendIds();
        StreamState now = new StreamState("news", 70, "epochC", 40, 0);

        spool.rename(spool.streams("news").get(0), now, 41);

        assertThat(appendIds()).isEqualTo(ids);
        assertThat(offsets(all())).containsExactly(41L, 42L, 43L, 1L, 44L, 45L);
        assertThat(spool.streams("news"))
                .containsExactly(new SpooledStream("news", 70, "epochC", Durability.SYNC, 41, 45));
        assertThat(spool.streams("sport")).hasSize(1);

        spool.append(news(10, 11)); // from who does not know yet
        assertThat(spool.streams("news"))
                .containsExactly(
                        new SpooledStream("news", 70, "epochC", Durability.SYNC, 41, 45),
                        new SpooledStream("news", 7, "epochA", Durability.SYNC, 10, 11));
        spool.rename(spool.streams("news").get(1), now, 46);
        crash(spool);
        spool = open();
        assertThat(spool.streams("news"))
                .containsExactly(new SpooledStream("news", 70, "epochC", Durability.SYNC, 41, 47));
        assertThat(appendIds()).startsWith(ids.toArray(new Long[0]));
    }

    @Test
    @Tag("S8")
    void one_that_is_set_aside_is_not_in_the_queue_any_more() {
        spool.append(news(1, 3));
        spool.setAside(all().get(0).position(), "too large");
        assertThat(offsets(all())).containsExactly(2L, 3L);
        assertThat(spool.size().publications()).isEqualTo(2);
        spool.setAside(4_711, "is not there");
        assertThat(offsets(all())).containsExactly(2L, 3L);
    }

    @Test
    @Tag("S9")
    void appending_removing_and_reading_at_once_loses_nothing() throws Exception {
        int total = 3_000;
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> appending = threads.submit(() -> {
                for (long offset = 1; offset <= total; offset += 30) {
                    spool.append(news(offset, offset + 29));
                }
            });
            Future<?> reading = threads.submit(() -> {
                while (!appending.isDone()) {
                    List<Long> seen = read(0, total, false, total);
                    for (int i = 1; i < seen.size(); i++) {
                        assertThat(seen.get(i)).isEqualTo(seen.get(i - 1) + 1);
                    }
                }
            });
            List<Long> taken = new ArrayList<>();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
            while (taken.size() < total && System.nanoTime() < deadline) {
                List<Spooled> oldest = spool.oldest(100, Long.MAX_VALUE);
                if (!oldest.isEmpty()) {
                    taken.addAll(offsets(oldest));
                    spool.remove(oldest.get(oldest.size() - 1).position());
                } else if (appending.isDone()) {
                    appending.get();
                }
            }
            appending.get(20, TimeUnit.SECONDS);
            reading.get(20, TimeUnit.SECONDS);
            List<Long> expected = new ArrayList<>();
            for (long offset = 1; offset <= total; offset++) {
                expected.add(offset);
            }
            assertThat(taken).isEqualTo(expected);
            assertThat(spool.size().publications()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    private Spool open() {
        Spool next = spool(64 << 20);
        next.open();
        return next;
    }

    private List<Spooled> all() {
        return spool.oldest(Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    private List<Long> read(long after, long through, boolean reverse, int limit) {
        return spool.read(new ReadRange(7, after, through, reverse, limit, Long.MAX_VALUE, 0)).stream()
                .map(Publication::offset)
                .toList();
    }

    private List<Long> appendIds() {
        return all().stream().map(one -> one.append().appendId()).toList();
    }

    private static List<Long> offsets(List<Spooled> spooled) {
        return spooled.stream().map(one -> one.append().publication().offset()).toList();
    }

    private static List<Spooled> news(long first, long last) {
        return Samples.appends(NEWS, first, last).stream()
                .map(append -> spooled(append, NEWS, Durability.SYNC))
                .toList();
    }

    private static List<Spooled> large(long first, long last) {
        List<Spooled> large = new ArrayList<>();
        for (long offset = first; offset <= last; offset++) {
            large.add(spooled(Samples.append(NEWS, offset, Payload.of(new byte[10_000])), NEWS, Durability.SYNC));
        }
        return large;
    }

    private static Spooled spooled(Append append, StreamState stream, Durability durability) {
        return new Spooled(0, stream.channel(), durability, append);
    }

    private static void failure(ThrowingCallable call, Reason reason) {
        JournalException failure = catchThrowableOfType(JournalException.class, call);
        assertThat(failure).as("no failure at all").isNotNull();
        assertThat(failure.reason()).as(failure.toString()).isEqualTo(reason);
    }
}
