package dev.relay.stress;

import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.RelayClock;
import dev.relay.StreamPosition;
import dev.relay.internal.journal.JournalWriter;
import dev.relay.internal.journal.PendingAppend;
import dev.relay.internal.journal.Stream;
import dev.relay.internal.journal.Surroundings;
import dev.relay.internal.shard.Shard;
import dev.relay.journal.Append;
import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventQuery;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalPage;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.ReadRange;
import dev.relay.journal.StoredPublication;
import dev.relay.journal.StoredStream;
import dev.relay.journal.StreamPage;
import dev.relay.journal.StreamQuery;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A journal writer whose outcomes are counted where they are told: its home has ended, and then the teller runs the news. */
final class WriterFixture implements PendingAppend.Owner {
    /** Time stands still: the writer sleeps two seconds at a time, and never for a heartbeat that is due. */
    private static final RelayClock STOPPED = new RelayClock() {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long epochMicros() {
            return 0;
        }
    };

    private static final List<Shard> ENDED = List.of(ended());
    private static final Publication PUBLICATION =
            new Publication(Payload.empty(), null, Map.of(), new StreamPosition(1, "epoch"), 0);

    final JournalWriter writer;
    final AtomicInteger told = new AtomicInteger();
    private final boolean stopsWhenOpen;

    /** @param stopsWhenOpen whether the writer is told to stop before it opens; otherwise with its first append */
    WriterFixture(boolean stopsWhenOpen) {
        this.stopsWhenOpen = stopsWhenOpen;
        writer = new JournalWriter(
                new StoppingJournal(),
                null,
                new Surroundings(
                        ENDED, STOPPED, (publications, nanos) -> {}, () -> true, (channel, epoch) -> {}, Thread::new));
    }

    boolean append() {
        Stream stream = new Stream(new StreamState("news", 1, "epoch", 0, 0), Durability.SYNC);
        return writer.append(new PendingAppend(new Append(1, 1, PUBLICATION), stream, 0, this));
    }

    @Override
    public int home() {
        return 0;
    }

    @Override
    public void committed(PendingAppend append) {
        told.incrementAndGet();
    }

    @Override
    public void refused(PendingAppend append, String why) {
        told.incrementAndGet();
    }

    private static Shard ended() {
        Shard shard = new Shard(0, STOPPED, failure -> {});
        shard.prepare(List.of(shard), new dev.relay.internal.shard.ParkPoller(), new Shard.Duties() {
            @Override
            public void flush() {}

            @Override
            public boolean retry() {
                return false;
            }
        });
        shard.stop();
        shard.run();
        return shard;
    }

    /** Accepts everything and stops the writer. */
    private final class StoppingJournal implements Journal {
        @Override
        public void open() {
            if (stopsWhenOpen) {
                writer.stop();
            }
        }

        @Override
        public List<StreamState> load(List<StreamRequest> requests) {
            return List.of();
        }

        @Override
        public void append(List<Append> batch) {
            writer.stop();
        }

        @Override
        public StreamState renew(long streamId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long trim(long streamId, long through) {
            return through;
        }

        @Override
        public void log(List<ConnectionEvent> events) {}

        @Override
        public int removeEvents(long beforeMicros) {
            return 0;
        }

        @Override
        public List<ConnectionEvent> events(EventQuery query) {
            return List.of();
        }

        @Override
        public boolean deleteExpiredKeys(long nowMicros) {
            return false;
        }

        @Override
        public List<StoredStream> streams(long after, int limit) {
            return List.of();
        }

        @Override
        public List<StoredPublication> stored(long streamId, long after, int limit) {
            return List.of();
        }

        @Override
        public void heartbeat() {}

        @Override
        public List<Publication> read(ReadRange range) {
            return List.of();
        }

        @Override
        public JournalPage find(JournalQuery query) {
            return new JournalPage(List.of(), query.cursor(), false);
        }

        @Override
        public StreamPage streams(StreamQuery query) {
            return new StreamPage(List.of(), "");
        }

        @Override
        public void close() {}

        @Override
        public void abandon() {}
    }
}
