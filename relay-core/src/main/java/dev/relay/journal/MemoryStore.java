package dev.relay.journal;

import dev.relay.ClientInfo;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.journal.JournalException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@link MemoryJournal}s keep, and how it is read. A lock of its own guards it: every caller holds that of this object.
 */
final class MemoryStore {
    /** One opening of the store; what {@code relay_run} is to a database. */
    static final class Run {
        boolean closed;
        boolean abandoned;
    }

    /** The stream of a channel. */
    static final class Stream {
        final long id;
        final String channel;
        final NavigableMap<Long, Append> standing = new TreeMap<>();
        final ArrayDeque<KeptKey> keys = new ArrayDeque<>(0); // the newest first
        String epoch;
        long top;
        long trimmedTo;

        /** Who used it as an asynchronous stream last; its clean end proves that nothing is missing. */
        @Nullable
        Run asyncRun;

        Stream(long id, String channel, String epoch) {
            this.id = id;
            this.channel = channel;
            this.epoch = epoch;
        }

        StreamState state() {
            return new StreamState(channel, id, epoch, top, trimmedTo);
        }

        StreamSummary summary() {
            Map.Entry<Long, Append> first = standing.firstEntry();
            Map.Entry<Long, Append> last = standing.lastEntry();
            return new StreamSummary(
                    state(),
                    first == null ? 0 : first.getValue().publication().timeMicros(),
                    last == null ? 0 : last.getValue().publication().timeMicros());
        }
    }

    static final int MAX_EVENTS = 10_000;

    /** As databases compare UTF-8; a string's own order puts surrogates before what they stand for. */
    private static final Comparator<String> BY_CODE_POINT =
            Comparator.comparing(text -> text.codePoints().toArray(), Arrays::compare);

    final int maxPublications;
    final ArrayDeque<ConnectionEvent> events = new ArrayDeque<>(); // in the order of their ids
    long lastEvent;
    final Map<String, Stream> byChannel = new HashMap<>();
    final List<Stream> byId = new ArrayList<>();
    final Random random = new Random();

    @Nullable
    Run newest;

    MemoryStore(int maxPublications) {
        this.maxPublications = maxPublications;
    }

    List<ConnectionEvent> events(EventQuery query) {
        Comparator<ConnectionEvent> oldestFirst = Comparator.comparing(ConnectionEvent::position);
        return events.stream()
                .filter(query::matches)
                .sorted(query.newestFirst() ? oldestFirst.reversed() : oldestFirst)
                .limit(query.limit())
                .toList();
    }

    List<StoredStream> streams(long after, int limit) {
        return byId.stream()
                .filter(stream -> stream.id > after)
                .limit(limit)
                .map(MemoryStore::stored)
                .toList();
    }

    private static StoredStream stored(Stream stream) {
        Map.Entry<Long, Append> oldest = stream.standing.firstEntry();
        return new StoredStream(
                stream.state(),
                oldest == null
                        ? Long.MAX_VALUE
                        : oldest.getValue().publication().timeMicros());
    }

    List<StoredPublication> stored(long streamId, long after, int limit) {
        if (streamId < 1 || streamId > byId.size()) {
            return List.of();
        }
        return stream(streamId).standing.tailMap(after, false).values().stream()
                .limit(limit)
                .map(Append::publication)
                .map(one -> new StoredPublication(
                        one.offset(), one.timeMicros(), one.data().size()))
                .toList();
    }

    List<Publication> read(ReadRange range) {
        List<Publication> found = new ArrayList<>();
        if (range.streamId() < 1 || range.streamId() > byId.size()) {
            return found;
        }
        Stream stream = stream(range.streamId());
        NavigableMap<Long, Append> standing =
                stream.standing.subMap(range.after(), false, range.through(), range.through() > range.after());
        long bytes = 0;
        for (Append append : (range.reverse() ? standing.descendingMap() : standing).values()) {
            Publication publication = append.publication();
            if (publication.timeMicros() < range.notBeforeMicros()) {
                continue;
            }
            bytes += publication.data().size();
            if (found.size() == range.maxPublications() || (!found.isEmpty() && bytes > range.maxBytes())) {
                break;
            }
            found.add(inEpoch(publication, stream.epoch));
        }
        return found;
    }

    /** Looks at everything: what a heap holds is soon looked through, so that neither an index nor the time limit is needed. */
    JournalPage find(JournalQuery query) {
        JournalCursor position = query.position();
        if (position != null && !query.byTime()) {
            Stream stream = byChannel.get(query.channel());
            if (stream == null || stream.id != position.streamId()) {
                throw new JournalException(
                        Reason.REFUSED, "the cursor is one of another channel than " + query.channel());
            }
        }
        Comparator<JournalCursor> order = query.newestFirst() ? Comparator.reverseOrder() : Comparator.naturalOrder();
        NavigableMap<JournalCursor, JournalEntry> found = new TreeMap<>(order);
        for (Stream stream : byId) {
            for (Append append : stream.standing.values()) {
                Publication publication = append.publication();
                JournalCursor at = at(query, append);
                if (query.matches(stream.channel, publication)
                        && (position == null || order.compare(at, position) > 0)) {
                    Publication now = inEpoch(publication, stream.epoch);
                    found.put(at, new JournalEntry(stream.channel, append.appendId(), now));
                }
            }
        }
        return page(query, found);
    }

    private static JournalCursor at(JournalQuery query, Append append) {
        long time = query.byTime() ? append.publication().timeMicros() : 0;
        return new JournalCursor(
                query.byTime(),
                query.newestFirst(),
                time,
                append.streamId(),
                append.publication().offset());
    }

    private static JournalPage page(JournalQuery query, Map<JournalCursor, JournalEntry> found) {
        List<JournalEntry> entries = new ArrayList<>();
        String cursor = query.cursor();
        long bytes = 0;
        for (Map.Entry<JournalCursor, JournalEntry> next : found.entrySet()) {
            bytes += next.getValue().publication().data().size();
            if (entries.size() == query.limit() || (!entries.isEmpty() && bytes > query.maxBytes())) {
                return new JournalPage(entries, cursor, true);
            }
            entries.add(next.getValue());
            cursor = next.getKey().text();
        }
        return new JournalPage(entries, cursor, false);
    }

    StreamPage streams(StreamQuery query) {
        List<Stream> following = byId.stream()
                .filter(stream -> BY_CODE_POINT.compare(stream.channel, query.cursor()) > 0)
                .filter(stream -> query.channels() == null || query.channels().matches(stream.channel))
                .sorted(Comparator.comparing(stream -> stream.channel, BY_CODE_POINT))
                .toList();
        List<StreamSummary> page =
                following.stream().limit(query.limit()).map(Stream::summary).toList();
        boolean more = following.size() > page.size();
        return new StreamPage(page, more ? page.get(page.size() - 1).state().channel() : "");
    }

    /** A stream has one epoch at a time: what was published in an earlier one has its offset in this one now. */
    private static Publication inEpoch(Publication publication, String epoch) {
        if (publication.position().epoch().equals(epoch)) {
            return publication;
        }
        Payload data = publication.data();
        ClientInfo info = publication.info();
        StreamPosition position = new StreamPosition(publication.offset(), epoch);
        return new Publication(data, info, publication.tags(), position, publication.timeMicros());
    }

    Stream stream(long id) {
        if (id < 1 || id > byId.size()) {
            throw new JournalException(Reason.REFUSED, "no stream has the id " + id + "; load the channel first");
        }
        return byId.get((int) id - 1);
    }
}
