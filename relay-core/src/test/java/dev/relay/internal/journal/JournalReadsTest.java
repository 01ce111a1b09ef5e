package dev.relay.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.internal.FaultyJournal;
import dev.relay.internal.MemorySpool;
import dev.relay.journal.Append;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.MemoryJournal;
import dev.relay.journal.ReadRange;
import dev.relay.journal.Spooled;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Publications are in the journal, in the spool, or for a moment in both; a reader sees one stream. */
class JournalReadsTest {
    private final FaultyJournal journal = new FaultyJournal();
    private final MemorySpool spool = new MemorySpool();
    private final JournalReads reads = new JournalReads(journal, spool);
    private StreamState stream = new StreamState("news", 1, "epoch", 0, 0);

    @Test
    void any_range_is_what_one_journal_that_had_everything_would_return() {
        MemoryJournal whole = new MemoryJournal();
        whole.open();
        StreamState all =
                whole.load(List.of(new StreamRequest("news", Durability.SYNC))).get(0);
        for (long offset = 1; offset <= 30; offset++) {
            whole.append(List.of(append(all, offset)));
        }
        fill(20, 13, 30); // 13 to 20 have been moved, and not yet removed
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            long after = random.nextInt(32);
            ReadRange range = new ReadRange(
                    1,
                    after,
                    after + random.nextInt(32),
                    random.nextBoolean(),
                    1 + random.nextInt(33),
                    random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(200),
                    random.nextInt(4) == 0 ? time(random.nextInt(32)) : 0);
            assertThat(reads.read(range))
                    .as("seed %d: %s", seed, range)
                    .extracting(Publication::offset)
                    .isEqualTo(
                            whole.read(range).stream().map(Publication::offset).toList());
        }
    }

    @Test
    void the_journal_is_not_asked_for_what_the_spool_has() {
        fill(20, 13, 30);
        journal.breakDown(Reason.UNAVAILABLE);
        assertThat(reads.read(range(12, 30, false, 100))).hasSize(18);
        assertThat(reads.read(range(12, 30, true, 100))).hasSize(18);
        assertThat(reads.read(range(0, 30, true, 18))).hasSize(18);
        assertThatThrownBy(() -> reads.read(range(11, 30, false, 100))).isInstanceOf(JournalException.class);
        assertThatThrownBy(() -> reads.read(range(0, 30, true, 19))).isInstanceOf(JournalException.class);
    }

    @Test
    void an_empty_spool_is_not_asked() {
        fill(5, 1, 0);
        spool.breakDown(Reason.UNAVAILABLE);
        assertThat(reads.read(range(0, 30, false, 100))).hasSize(5);
    }

    private void fill(long journaled, long firstSpooled, long lastSpooled) {
        journal.open();
        stream = journal.load(List.of(new StreamRequest("news", Durability.SYNC)))
                .get(0);
        for (long offset = 1; offset <= journaled; offset++) {
            journal.append(List.of(append(stream, offset)));
        }
        for (long offset = firstSpooled; offset <= lastSpooled; offset++) {
            spool.with(new Spooled(0, "news", Durability.SYNC, append(stream, offset)));
        }
    }

    private static Append append(StreamState stream, long offset) {
        StreamPosition position = new StreamPosition(offset, stream.epoch());
        Payload data = Payload.of("x".repeat((int) (offset % 7)));
        return new Append(
                stream.streamId(), offset * 31, new Publication(data, null, Map.of(), position, time(offset)));
    }

    private static long time(long offset) {
        return 1_750_000_000_000_000L + offset;
    }

    private static ReadRange range(long after, long through, boolean reverse, int limit) {
        return new ReadRange(1, after, through, reverse, limit, Long.MAX_VALUE, 0);
    }
}
