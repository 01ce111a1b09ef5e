package dev.relay.standalone.journal;

import dev.relay.jdbc.JdbcJournalReader;
import dev.relay.jdbc.StoredRow;
import dev.relay.journal.StreamState;
import dev.relay.journal.StreamSummary;
import dev.relay.standalone.api.Times;
import dev.relay.standalone.config.JournalArguments;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code journal verify}: reads every row without its payload. */
final class Verify {
    private static final int PAGE = 5_000;

    /** Faults of one stream that are told one by one. */
    private static final int TOLD = 10;

    /** Append ids of a stream that are remembered: two equal ones are one publication written twice. */
    private static final int REMEMBERED = 100_000;

    private final JdbcJournalReader reader;
    private final Surroundings around;
    private long rows;
    private long faults;
    private long faultsOfStream;

    private Verify(JdbcJournalReader reader, Surroundings around) {
        this.reader = reader;
        this.around = around;
    }

    /** Returns whether it came to the end and all is well. */
    static boolean run(JdbcJournalReader reader, JournalArguments arguments, Surroundings around) {
        return new Verify(reader, around).run(arguments);
    }

    private boolean run(JournalArguments arguments) {
        Streams all = Streams.of(reader, arguments);
        Progress progress = new Progress(around, all.publications(), 0);
        long streams = 0;
        for (StreamSummary stream : all) {
            streams++;
            faultsOfStream = 0;
            if (!check(stream.state(), progress)) {
                around.err().println("relay: stopped; " + rows + " publications were looked at");
                return false;
            }
            if (faultsOfStream > TOLD) {
                around.out().println(stream.state().channel() + ": " + (faultsOfStream - TOLD) + " more of these");
            }
        }
        progress.end();
        around.out()
                .println(rows + " publications in " + streams + " channels looked at, "
                        + (faults == 0 ? "nothing is wrong" : faults + " faults"));
        return faults == 0;
    }

    private boolean check(StreamState stream, Progress progress) {
        if (!stream.epoch().matches("[A-Za-z0-9]{1,16}")) {
            fault(stream, "the epoch '" + stream.epoch() + "' is none: 1 to 16 letters and digits");
        }
        if (stream.trimmedTo() < 0) {
            fault(stream, "trimmed_to is negative: " + stream.trimmedTo());
        }
        Map<Long, Long> appendIds = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
                return size() > REMEMBERED;
            }
        };
        long expected = 0; // 0: whatever comes first
        long time = Long.MIN_VALUE;
        long after = Long.MIN_VALUE;
        List<StoredRow> page;
        do {
            if (around.stopped()) {
                return false;
            }
            page = reader.rows(stream.streamId(), after, PAGE);
            for (StoredRow row : page) {
                check(stream, row, expected, time, appendIds);
                expected = row.offset() + 1;
                time = Math.max(time, row.timeMicros());
                after = row.offset();
            }
            rows += page.size();
            progress.add(page.size());
        } while (page.size() == PAGE);
        if (expected == 0 && stream.top() > stream.trimmedTo()) {
            fault(stream, "offsets " + (stream.trimmedTo() + 1) + " to " + stream.top() + " are missing");
        }
        return true;
    }

    private void check(StreamState stream, StoredRow row, long expected, long time, Map<Long, Long> appendIds) {
        long offset = row.offset();
        if (offset <= stream.trimmedTo()) {
            fault(stream, "offset " + offset + " is still there, trimmed_to says " + stream.trimmedTo());
        } else {
            long next = expected == 0 ? stream.trimmedTo() + 1 : Math.max(expected, stream.trimmedTo() + 1);
            if (offset > next) {
                fault(stream, "offsets " + next + " to " + (offset - 1) + " are missing");
            }
        }
        if (row.timeMicros() < time) {
            fault(
                    stream,
                    "offset " + offset + " has an earlier time than one before it: " + Times.text(row.timeMicros())
                            + " after " + Times.text(time));
        }
        Long twin = appendIds.put(row.appendId(), offset);
        if (twin != null) {
            fault(stream, "offsets " + twin + " and " + offset + " are one publication");
        }
    }

    private void fault(StreamState stream, String what) {
        faults++;
        if (++faultsOfStream <= TOLD) {
            around.out().println(stream.channel() + ": " + what);
        }
    }
}
