package dev.relay.standalone.journal;

import static java.util.Objects.requireNonNull;

import dev.relay.Publication;
import dev.relay.RelayException;
import dev.relay.StreamPosition;
import dev.relay.jdbc.JdbcJournal;
import dev.relay.journal.Append;
import dev.relay.journal.JournalEntry;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.StreamState;
import dev.relay.standalone.api.JournalLine;
import dev.relay.standalone.config.JournalArguments;
import dev.relay.standalone.config.JournalArguments.Flag;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code journal import}: with the epochs, offsets and append ids of the export, so that clients find their positions again and
 * what is there already is recognised.
 */
final class Import {
    private static final int MAX_ROWS = 512;
    private static final long MAX_BYTES = 4 << 20;

    private final JdbcJournal journal;
    private final Surroundings around;
    private final String name;
    private final List<Append> batch = new ArrayList<>();
    private long batchBytes;
    private @Nullable StreamState stream;
    private long next; // the lowest offset that would leave a hole, less 1
    private long streams;
    private long publications;
    private long there;
    private long deleted;
    private boolean complete;

    private Import(JdbcJournal journal, Surroundings around, String name) {
        this.journal = journal;
        this.around = around;
        this.name = name;
    }

    /** Returns whether everything is there now. */
    static boolean run(JdbcJournal journal, JournalArguments arguments, Surroundings around) throws IOException {
        String file = requireNonNull(arguments.find(Flag.FILE));
        Import bringing = new Import(journal, around, file);
        if (file.equals("-")) {
            return bringing.run(around.in(), 0);
        }
        Path path = around.directory().resolve(file);
        try (InputStream in = Files.newInputStream(path)) {
            return bringing.run(in, Files.size(path));
        }
    }

    private boolean run(InputStream in, long size) throws IOException {
        Lines lines = new Lines(in);
        Progress progress = new Progress(around, size, 0);
        long read = 0;
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            take(line, lines.number());
            progress.add(lines.bytes() - read);
            read = lines.bytes();
            if (around.stopped()) {
                around.err().println("relay: stopped; run it again to bring in the rest");
                return false;
            }
        }
        append(lines.number());
        progress.end();
        around.err()
                .println("relay: " + publications + " publications of " + streams + " channels brought in"
                        + (there == 0 ? "" : ", " + there + " more were there already")
                        + (deleted == 0 ? "" : ", " + deleted + " have been deleted here and stay so"));
        if (!complete) {
            around.err()
                    .println("relay: " + name
                            + " has no end: the export was interrupted; go on with it, and import again");
        }
        return complete;
    }

    private void take(byte[] line, long number) {
        JournalLine parsed;
        try {
            parsed = JournalLine.parse(line);
        } catch (IllegalArgumentException e) {
            throw fault(number, e.getMessage() + ": " + JournalLine.shown(line), e);
        }
        if (number == 1 && !(parsed instanceof JournalLine.Begin)) {
            throw fault(number, "this is no export", null);
        } else if (parsed instanceof JournalLine.Stream begin) {
            append(number);
            begin(begin, number);
        } else if (parsed instanceof JournalLine.Entry entry) {
            add(entry.entry(), number);
        } else if (parsed instanceof JournalLine.End) {
            complete = true;
        }
    }

    private void begin(JournalLine.Stream line, long number) {
        StreamState state = journal.adopt(line.channel(), line.epoch(), line.trimmedTo());
        if (!state.epoch().equals(line.epoch())) {
            throw fault(
                    number,
                    "conflict: channel " + line.channel() + " has epoch " + state.epoch() + " and offset " + state.top()
                            + " here, and epoch " + line.epoch() + " in the file: it is another stream; nothing of it"
                            + " was brought in",
                    null);
        }
        stream = state;
        next = state.top();
        streams++;
    }

    private void add(JournalEntry entry, long number) {
        StreamState into = stream;
        Publication publication = entry.publication();
        if (into == null || !into.channel().equals(entry.channel())) {
            throw fault(number, "a publication of channel " + entry.channel() + " before its stream", null);
        } else if (publication.offset() <= into.trimmedTo()) {
            deleted++;
            return;
        } else if (publication.offset() > next + 1) {
            throw fault(
                    number,
                    "conflict: channel " + entry.channel() + " ends with offset " + next + " here and goes on with "
                            + publication.offset() + " in the file; what is between them is missing",
                    null);
        }
        if (publication.offset() <= into.top()) {
            there++;
        } else {
            publications++;
            next = publication.offset();
        }
        batch.add(new Append(
                into.streamId(),
                entry.appendId(),
                new Publication(
                        publication.data(),
                        publication.info(),
                        publication.tags(),
                        new StreamPosition(publication.offset(), into.epoch()),
                        publication.timeMicros())));
        batchBytes += publication.data().size();
        if (batch.size() == MAX_ROWS || batchBytes >= MAX_BYTES) {
            append(number);
        }
    }

    private void append(long number) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            journal.append(batch);
        } catch (JournalException e) {
            if (e.reason() == Reason.OCCUPIED || e.reason() == Reason.REFUSED) {
                throw fault(
                        number,
                        "conflict: another publication stands where one of the file belongs, in channel "
                                + requireNonNull(stream).channel() + " up to offset "
                                + batch.get(batch.size() - 1).publication().offset() + ": " + e.getMessage(),
                        e);
            }
            throw e;
        }
        batch.clear();
        batchBytes = 0;
    }

    private RelayException fault(long line, String what, @Nullable Exception cause) {
        return new RelayException(name + ", line " + line + ": " + what, cause);
    }
}
