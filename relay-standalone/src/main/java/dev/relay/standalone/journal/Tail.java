package dev.relay.standalone.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.ClientInfo;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.journal.JournalEntry;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.JournalReader;
import dev.relay.journal.StreamState;
import dev.relay.journal.StreamSummary;
import dev.relay.standalone.api.JournalLine;
import dev.relay.standalone.api.Times;
import dev.relay.standalone.config.JournalArguments;
import dev.relay.standalone.config.JournalArguments.Flag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code journal tail}: remembers how far it has come in each channel, and looks which have gone further. Not by time alone: what
 * was accepted earlier may be committed later.
 */
final class Tail {
    private static final long EVERY_MILLIS = 500;
    private static final int PAGE = 1_000;
    private static final int SHOWN_DATA = 500;

    private final JournalReader reader;
    private final JournalArguments arguments;
    private final Surroundings around;
    private final Map<Long, Long> offsets = new HashMap<>();

    private Tail(JournalReader reader, JournalArguments arguments, Surroundings around) {
        this.reader = reader;
        this.arguments = arguments;
        this.around = around;
    }

    static boolean run(JournalReader reader, JournalArguments arguments, Surroundings around) {
        return new Tail(reader, arguments, around).run();
    }

    private boolean run() {
        Streams all = Streams.of(reader, arguments);
        for (StreamSummary stream : all) {
            offsets.put(stream.state().streamId(), stream.state().top());
        }
        earlier();
        while (!arguments.has(Flag.NO_FOLLOW)) {
            long began = System.nanoTime();
            later(all);
            around.out().flush();
            long took = (System.nanoTime() - began) / 1_000_000;
            if (around.pause().stopped(Math.max(EVERY_MILLIS, 4 * took))) { // never most of the time
                break;
            }
        }
        around.out().flush();
        return true;
    }

    private void earlier() {
        int lines = arguments.lines();
        if (lines == 0) {
            return;
        }
        List<JournalEntry> newest = new ArrayList<>();
        Entries entries = new Entries(reader, narrowed(JournalQuery.newest(lines)));
        for (List<JournalEntry> page = entries.page();
                page != null && newest.size() < lines && !around.stopped();
                page = entries.page()) {
            newest.addAll(page);
        }
        for (int i = Math.min(lines, newest.size()) - 1; i >= 0; i--) {
            print(newest.get(i));
            noteShown(newest.get(i));
        }
    }

    /** What came between the list of streams and the search has been shown. */
    private void noteShown(JournalEntry entry) {
        StreamSummary stream = Streams.find(reader, entry.channel());
        if (stream != null) {
            offsets.merge(stream.state().streamId(), entry.publication().offset(), Math::max);
        }
    }

    private JournalQuery narrowed(JournalQuery all) {
        JournalQuery query = all;
        String channel = arguments.find(Flag.CHANNEL);
        String glob = arguments.find(Flag.CHANNELS);
        query = channel == null ? query : query.inChannel(channel);
        query = glob == null ? query : query.inChannels(glob);
        return filtered(query);
    }

    private JournalQuery filtered(JournalQuery all) {
        String user = arguments.find(Flag.USER);
        String client = arguments.find(Flag.CLIENT);
        JournalQuery query = user == null ? all : all.ofUser(user);
        query = client == null ? query : query.ofClient(client);
        return query.tagged(arguments.tags());
    }

    private void later(Streams all) {
        List<JournalEntry> found = new ArrayList<>();
        for (StreamSummary stream : all) {
            StreamState state = stream.state();
            long after = offsets.getOrDefault(state.streamId(), state.trimmedTo());
            if (state.top() > after) {
                JournalQuery query = filtered(
                        JournalQuery.oldest(PAGE).inChannel(state.channel()).offsets(after, state.top()));
                Entries entries = new Entries(reader, query);
                for (List<JournalEntry> page = entries.page(); page != null; page = entries.page()) {
                    found.addAll(page);
                    if (found.size() >= PAGE) {
                        print(found);
                    }
                }
                offsets.put(state.streamId(), state.top());
            }
        }
        print(found);
    }

    private void print(List<JournalEntry> found) {
        found.sort(Comparator.comparingLong(
                entry -> entry.publication().timeMicros())); // stable: offsets keep their order
        found.forEach(this::print);
        found.clear();
    }

    private void print(JournalEntry entry) {
        if (arguments.has(Flag.JSON)) {
            byte[] line = new JournalLine.Entry(entry).bytes();
            around.out().write(line, 0, line.length);
            around.out().write('\n');
        } else {
            around.out().println(line(entry));
        }
    }

    /** For people: data is cut short, and what would move the cursor of a terminal is not sent to it. */
    static String line(JournalEntry entry) {
        Publication publication = entry.publication();
        StringBuilder line = new StringBuilder()
                .append(Times.text(publication.timeMicros()))
                .append(' ')
                .append(entry.channel())
                .append(" #")
                .append(publication.offset());
        ClientInfo info = publication.info();
        if (info != null) {
            line.append(" user=").append(info.user().isEmpty() ? "-" : info.user());
            line.append(" client=").append(info.client());
        }
        publication.tags().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(
                        tag -> line.append(' ').append(tag.getKey()).append('=').append(tag.getValue()));
        return line.append(' ').append(shown(publication.data())).toString().replaceAll("\\p{Cntrl}", "?");
    }

    private static String shown(Payload data) {
        if (data.isWithheld()) {
            return "(not kept)";
        }
        byte[] bytes = data.toByteArray();
        String text = new String(bytes, 0, Math.min(bytes.length, SHOWN_DATA), UTF_8);
        return bytes.length > SHOWN_DATA ? text + "… (" + bytes.length + " bytes)" : text;
    }
}
