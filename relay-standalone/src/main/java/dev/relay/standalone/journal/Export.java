package dev.relay.standalone.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.relay.RelayException;
import dev.relay.journal.JournalEntry;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.JournalReader;
import dev.relay.journal.StreamSummary;
import dev.relay.standalone.api.JournalLine;
import dev.relay.standalone.config.JournalArguments;
import dev.relay.standalone.config.JournalArguments.Flag;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * {@code journal export}: channel by channel, each up to where it is when its turn comes. An interrupted file is cut behind its
 * last whole line and goes on there.
 */
final class Export {
    private static final int PAGE = 1_000;

    private final JournalReader reader;
    private final Surroundings around;
    private final String what;
    private long streams;
    private long publications;

    private Export(JournalReader reader, Surroundings around, String what) {
        this.reader = reader;
        this.around = around;
        this.what = what;
    }

    /** Returns whether it came to the end. */
    static boolean run(JournalReader reader, JournalArguments arguments, Surroundings around) throws IOException {
        String file = requireNonNull(arguments.find(Flag.FILE));
        String channel = arguments.find(Flag.CHANNEL);
        String glob = arguments.find(Flag.CHANNELS);
        Export export = new Export(reader, around, channel != null ? "=" + channel : glob == null ? "*" : glob);
        Streams all = Streams.of(reader, arguments);
        if (file.equals("-")) {
            OutputStream out = new BufferedOutputStream(around.out(), 1 << 16);
            return export.write(out, all, Position.NEW) && flushed(out);
        }
        return export.toFile(around.directory().resolve(file), all);
    }

    private static boolean flushed(OutputStream out) throws IOException {
        out.flush();
        return true;
    }

    private boolean toFile(Path path, Streams all) throws IOException {
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Position position = Position.read(channel, what, path);
            streams = position.streams();
            publications = position.publications();
            if (position.complete()) {
                around.err().println("relay: " + path + " is complete already: " + summary());
                return true;
            }
            channel.truncate(position.bytes());
            channel.position(position.bytes());
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            boolean ended = write(out, all, position);
            out.flush();
            channel.force(true);
            if (!ended) {
                around.err().println("relay: stopped; run it again to go on where " + path + " ends");
            }
            return ended;
        }
    }

    private boolean write(OutputStream out, Streams all, Position position) throws IOException {
        Progress progress = new Progress(around, all.publications(), position.publications());
        if (position.bytes() == 0) {
            line(out, new JournalLine.Begin(what));
        }
        if (!position.channel().isEmpty()) {
            StreamSummary stream = Streams.find(reader, position.channel());
            if (stream == null || !stream.state().epoch().equals(position.epoch())) {
                throw new RelayException("channel " + position.channel()
                        + " is not what it was when the file was begun; export it anew");
            }
            if (!write(out, stream, position.offset(), progress)) {
                return false;
            }
        }
        for (StreamSummary stream : all.after(position.channel())) {
            streams++;
            line(
                    out,
                    new JournalLine.Stream(
                            stream.state().channel(),
                            stream.state().epoch(),
                            stream.state().trimmedTo()));
            if (!write(out, stream, stream.state().trimmedTo(), progress)) {
                return false;
            }
        }
        line(out, new JournalLine.End(streams, publications));
        progress.end();
        around.err().println("relay: " + summary());
        return true;
    }

    private boolean write(OutputStream out, StreamSummary stream, long after, Progress progress) throws IOException {
        long top = Math.max(after, stream.state().top());
        Entries entries = new Entries(
                reader,
                JournalQuery.oldest(PAGE).inChannel(stream.state().channel()).offsets(after, top));
        for (List<JournalEntry> page = entries.page(); page != null; page = entries.page()) {
            for (JournalEntry entry : page) {
                line(out, new JournalLine.Entry(entry));
            }
            publications += page.size();
            progress.add(page.size());
            if (around.stopped()) {
                return false;
            }
        }
        return true;
    }

    private static void line(OutputStream out, JournalLine line) throws IOException {
        out.write(line.bytes());
        out.write("\n".getBytes(UTF_8));
    }

    private String summary() {
        return publications + " publications of " + streams + " channels";
    }
}
