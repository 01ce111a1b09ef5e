package dev.relay.standalone.journal;

import dev.relay.RelayException;
import dev.relay.journal.Glob;
import dev.relay.journal.JournalReader;
import dev.relay.journal.StreamPage;
import dev.relay.journal.StreamQuery;
import dev.relay.journal.StreamSummary;
import dev.relay.standalone.config.JournalArguments;
import dev.relay.standalone.config.JournalArguments.Flag;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The streams that a command is about, a page at a time, in the order of their channels. */
final class Streams implements Iterable<StreamSummary> {
    private static final int PAGE = 500;

    private final JournalReader reader;
    private final @Nullable Glob channels;
    private final String after;

    private Streams(JournalReader reader, @Nullable Glob channels, String after) {
        this.reader = reader;
        this.channels = channels;
        this.after = after;
    }

    /**
     * Those that {@code --channel} or {@code --channels} selects, or all.
     *
     * @throws RelayException if one channel is named and the journal has nothing of it
     */
    static Streams of(JournalReader reader, JournalArguments arguments) {
        String channel = arguments.find(Flag.CHANNEL);
        String glob = arguments.find(Flag.CHANNELS);
        if (channel == null) {
            return new Streams(reader, glob == null ? null : Glob.compile(glob), "");
        }
        Streams one = new Streams(reader, Glob.literal(channel), "");
        if (!one.iterator().hasNext()) {
            throw new RelayException("unknown channel: the journal has nothing of " + channel);
        }
        return one;
    }

    /** Those behind a channel. */
    Streams after(String channel) {
        return new Streams(reader, channels, channel);
    }

    /** The stream of one channel; {@code null} if it has none. */
    static @Nullable StreamSummary find(JournalReader reader, String channel) {
        List<StreamSummary> found =
                reader.streams(new StreamQuery(Glob.literal(channel), "", 1)).streams();
        return found.isEmpty() ? null : found.get(0);
    }

    /** How many publications they have. */
    long publications() {
        long sum = 0;
        for (StreamSummary stream : this) {
            sum += stream.count();
        }
        return sum;
    }

    @Override
    public Iterator<StreamSummary> iterator() {
        return new Iterator<>() {
            private List<StreamSummary> page = new ArrayList<>();
            private int at;
            private String cursor = after;
            private boolean more = true;

            @Override
            public boolean hasNext() {
                while (at == page.size() && more) {
                    StreamPage next = reader.streams(new StreamQuery(channels, cursor, PAGE));
                    page = next.streams();
                    at = 0;
                    cursor = next.cursor();
                    more = !cursor.isEmpty();
                }
                return at < page.size();
            }

            @Override
            public StreamSummary next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return page.get(at++);
            }
        };
    }
}
