package dev.relay.standalone.journal;

import dev.relay.jdbc.JdbcJournal;
import dev.relay.jdbc.JdbcJournalReader;
import dev.relay.jdbc.StoredRow;
import dev.relay.journal.StreamSummary;
import dev.relay.standalone.config.JournalArguments;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code journal prune}: what goes are the oldest of a channel, up to the first that stays. */
final class Prune {
    private static final int PAGE = 5_000;

    private final JdbcJournalReader reader;
    private final Surroundings around;
    private final long beforeMicros;
    private final @Nullable Long keepBytes;
    private long streams;
    private long publications;
    private long bytes;

    private Prune(JdbcJournalReader reader, JournalArguments arguments, Surroundings around, long nowMicros) {
        Duration age = arguments.olderThan();
        this.reader = reader;
        this.around = around;
        this.beforeMicros = age == null ? Long.MIN_VALUE : nowMicros - TimeUnit.MICROSECONDS.convert(age);
        this.keepBytes = arguments.keepBytes();
    }

    /** Where to cut a stream, and what that deletes. */
    private record Cut(long through, long publications, long bytes) {}

    /**
     * Returns whether it came to the end.
     *
     * @param journal the owner that deletes; {@code null} only says what would be deleted
     */
    static boolean run(
            JdbcJournalReader reader,
            @Nullable JdbcJournal journal,
            JournalArguments arguments,
            Surroundings around,
            long nowMicros) {
        return new Prune(reader, arguments, around, nowMicros).run(journal, Streams.of(reader, arguments));
    }

    private boolean run(@Nullable JdbcJournal journal, Streams all) {
        Progress progress = new Progress(around, all.publications(), 0);
        for (StreamSummary stream : all) {
            Cut cut = cut(stream);
            if (cut == null || !delete(journal, stream, cut)) {
                around.err().println("relay: stopped; what has been deleted stays deleted");
                return false;
            }
            progress.add(stream.count());
        }
        progress.end();
        around.out()
                .printf(
                        Locale.ROOT,
                        "%,d publications (%,d bytes) of %,d channels %s%n",
                        publications,
                        bytes,
                        streams,
                        journal == null ? "would be deleted; --yes does it" : "deleted");
        return true;
    }

    private boolean delete(@Nullable JdbcJournal journal, StreamSummary stream, Cut cut) {
        if (cut.publications == 0) {
            return true;
        }
        streams++;
        publications += cut.publications;
        bytes += cut.bytes;
        around.out()
                .printf(
                        Locale.ROOT,
                        "%s: %,d publications (%,d bytes) up to offset %d%n",
                        stream.state().channel(),
                        cut.publications,
                        cut.bytes,
                        cut.through);
        if (journal != null) {
            while (journal.trim(stream.state().streamId(), cut.through) < cut.through) {
                if (around.stopped()) {
                    return false;
                }
            }
        }
        return true;
    }

    /** {@code null} if it is to stop. */
    private @Nullable Cut cut(StreamSummary stream) {
        long surplus = Long.MIN_VALUE;
        if (keepBytes != null) {
            surplus = -keepBytes;
            long after = stream.state().trimmedTo();
            for (List<StoredRow> page = page(stream, after); !page.isEmpty(); page = page(stream, after)) {
                for (StoredRow row : page) {
                    surplus += row.bytes();
                    after = row.offset();
                }
                if (around.stopped()) {
                    return null;
                }
            }
        }
        return oldest(stream, surplus);
    }

    private @Nullable Cut oldest(StreamSummary stream, long surplus) {
        long after = stream.state().trimmedTo();
        long left = surplus;
        Cut cut = new Cut(after, 0, 0);
        boolean everything = keepBytes != null && keepBytes == 0;
        for (List<StoredRow> page = page(stream, after); !page.isEmpty(); page = page(stream, after)) {
            for (StoredRow row : page) {
                if (!(row.timeMicros() < beforeMicros || left > 0 || everything)) {
                    return cut;
                }
                left -= row.bytes();
                after = row.offset();
                cut = new Cut(after, cut.publications + 1, cut.bytes + row.bytes());
            }
            if (around.stopped()) {
                return null;
            }
        }
        return cut;
    }

    private List<StoredRow> page(StreamSummary stream, long after) {
        return reader.rows(stream.state().streamId(), after, PAGE);
    }
}
