package dev.relay.standalone.journal;

import dev.relay.jdbc.JdbcJournalReader;
import dev.relay.jdbc.StoredRow;
import dev.relay.journal.StreamSummary;
import dev.relay.standalone.api.Times;
import dev.relay.standalone.config.JournalArguments;
import java.util.List;
import java.util.Locale;

/** {@code journal stats}. */
final class Stats {
    private static final int PAGE = 5_000;
    private static final String LINE = "%12s %14s %10s  %-27s  %-27s  %s%n";

    private final Surroundings around;
    private long streams;
    private long rows;
    private long bytes;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    private Stats(Surroundings around) {
        this.around = around;
    }

    /** Returns whether it came to the end. */
    static boolean run(JdbcJournalReader reader, JournalArguments arguments, Surroundings around) {
        return new Stats(around).run(reader, arguments);
    }

    private boolean run(JdbcJournalReader reader, JournalArguments arguments) {
        Streams all = Streams.of(reader, arguments);
        Progress progress = new Progress(around, all.publications(), 0);
        around.out().printf(Locale.ROOT, LINE, "publications", "bytes", "a minute", "first", "last", "channel");
        for (StreamSummary stream : all) {
            Stats one = new Stats(around);
            one.streams = 1;
            if (!one.count(reader, stream, progress)) {
                return false;
            }
            one.print(stream.state().channel());
            add(one);
        }
        progress.end();
        print("in " + streams + (streams == 1 ? " channel" : " channels"));
        return true;
    }

    private boolean count(JdbcJournalReader reader, StreamSummary stream, Progress progress) {
        List<StoredRow> page;
        long after = stream.state().trimmedTo();
        do {
            if (around.stopped()) {
                return false;
            }
            page = reader.rows(stream.state().streamId(), after, PAGE);
            for (StoredRow row : page) {
                rows++;
                bytes += row.bytes();
                first = Math.min(first, row.timeMicros());
                last = Math.max(last, row.timeMicros());
                after = row.offset();
            }
            progress.add(page.size());
        } while (page.size() == PAGE);
        return true;
    }

    private void add(Stats other) {
        streams += other.streams;
        rows += other.rows;
        bytes += other.bytes;
        first = Math.min(first, other.first);
        last = Math.max(last, other.last);
    }

    private void print(String what) {
        boolean none = rows == 0;
        double minutes = none ? 0 : (last - first) / 60e6;
        String rate = minutes == 0 ? "-" : String.format(Locale.ROOT, "%,.1f", rows / minutes);
        around.out()
                .printf(
                        Locale.ROOT,
                        LINE,
                        String.format(Locale.ROOT, "%,d", rows),
                        String.format(Locale.ROOT, "%,d", bytes),
                        rate,
                        none ? "-" : Times.text(first),
                        none ? "-" : Times.text(last),
                        what);
    }
}
