package dev.relay.journal;

import static java.util.Objects.requireNonNull;

import dev.relay.ClientInfo;
import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.journal.JournalException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The shortest reading of {@link Journal}'s rules: a store on the heap, which is gone with the process. For tests, for
 * development, and for channels that need history but no durability.
 *
 * <p>The store outlives this object: {@link #reopen} gives another journal on the same store, so that closing, crashing
 * and ownership can be tried without a database. It grows with what is published, unless it was made with a bound; of the
 * events it keeps the newest 10,000.
 *
 * <p><b>Threading.</b> As {@link Journal} says; beyond that, every method may be called from any thread, since all of
 * them take the store's lock.
 */
public final class MemoryJournal implements Journal {
    /** One opening of the store; what {@code relay_run} is to a database. */
    private static final class Run {
        boolean closed;
        boolean abandoned;
    }

    private static final class Stream {
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

    private static final class Store {
        static final int MAX_EVENTS = 10_000;

        final int maxPublications;
        final ArrayDeque<ConnectionEvent> events = new ArrayDeque<>(); // in the order of their ids
        long lastEvent;
        final Map<String, Stream> byChannel = new HashMap<>();
        final List<Stream> byId = new ArrayList<>();
        final Random random = new Random();

        @Nullable
        Run newest;

        Store(int maxPublications) {
            this.maxPublications = maxPublications;
        }
    }

    /** As databases compare UTF-8; a string's own order puts surrogates before what they stand for. */
    private static final Comparator<String> BY_CODE_POINT =
            Comparator.comparing(text -> text.codePoints().toArray(), Arrays::compare);

    private final Store store;

    private @Nullable Run run;

    /** A journal on a new, empty store, which keeps everything. */
    public MemoryJournal() {
        this(Integer.MAX_VALUE);
    }

    /**
     * A journal on a new, empty store, which keeps the newest publications of each stream.
     *
     * @param maxPublications how many of each stream, at least 1; older ones are deleted, and {@code trimmedTo} says so
     */
    public MemoryJournal(int maxPublications) {
        this(new Store(maxPublications));
        if (maxPublications < 1) {
            throw new IllegalArgumentException("maxPublications must be at least 1: " + maxPublications);
        }
    }

    private MemoryJournal(Store store) {
        this.store = store;
    }

    /** Another journal on the same store, still to be opened. */
    public MemoryJournal reopen() {
        return new MemoryJournal(store);
    }

    /**
     * Ends this journal as a crash does: the store stays as it is, nothing says that it was closed, and the next to open
     * it takes over at once. Should this journal be called again after that, it is fenced.
     */
    @Override
    public void abandon() {
        synchronized (store) {
            if (run != null) {
                run.abandoned = true;
            }
        }
    }

    @Override
    public void open() {
        synchronized (store) {
            Run owner = store.newest;
            if (owner != null && !owner.closed && !owner.abandoned) {
                if (owner == run) {
                    return;
                }
                throw new JournalException(Reason.OWNED, "the memory journal is in use; close its owner first");
            }
            run = new Run();
            store.newest = run;
        }
    }

    @Override
    public List<StreamState> load(List<StreamRequest> requests) {
        synchronized (store) {
            Run owner = owner();
            List<StreamState> states = new ArrayList<>(requests.size());
            int keysLeft = MAX_KEYS_PER_LOAD;
            for (StreamRequest request : requests) {
                Stream stream = store.byChannel.computeIfAbsent(request.channel(), this::create);
                if (stream.asyncRun != null && stream.asyncRun != owner && !stream.asyncRun.closed) {
                    stream.epoch = StreamState.newEpoch(store.random);
                    stream.asyncRun = null;
                }
                if (request.durability() == Durability.ASYNC) {
                    stream.asyncRun = owner;
                }
                List<KeptKey> keys = stream.keys.stream().limit(keysLeft).toList();
                keysLeft -= keys.size();
                states.add(
                        new StreamState(stream.channel, stream.id, stream.epoch, stream.top, stream.trimmedTo, keys));
            }
            return states;
        }
    }

    private Stream create(String channel) {
        Stream stream = new Stream(store.byId.size() + 1, channel, StreamState.newEpoch(store.random));
        store.byId.add(stream);
        return stream;
    }

    @Override
    public void append(List<Append> batch) {
        synchronized (store) {
            owner();
            for (Append append : missing(batch)) { // checked as a whole before the first is written
                Stream stream = stream(append.streamId());
                stream.standing.put(append.publication().offset(), append);
                stream.top = append.publication().offset();
                keep(stream, append);
                if (stream.standing.size() > store.maxPublications) {
                    stream.trimmedTo =
                            requireNonNull(stream.standing.pollFirstEntry()).getKey();
                }
            }
        }
    }

    private static void keep(Stream stream, Append append) {
        AppendKey key = append.key();
        if (key != null) {
            stream.keys.addFirst(new KeptKey(key.key(), append.publication().offset(), key.expiresAtMicros()));
            if (stream.keys.size() > StreamState.MAX_KEYS) {
                stream.keys.removeLast();
            }
        }
    }

    @Override
    public boolean deleteExpiredKeys(long nowMicros) {
        synchronized (store) {
            owner();
            store.byId.forEach(stream -> stream.keys.removeIf(key -> key.expiresAtMicros() <= nowMicros));
            return false;
        }
    }

    private List<Append> missing(List<Append> batch) {
        List<Append> missing = new ArrayList<>(batch.size());
        Map<Long, Long> lasts = new LinkedHashMap<>(); // of each stream, in this batch
        for (Append append : batch) {
            Stream stream = asKnown(append);
            long offset = append.publication().offset();
            Long last = lasts.put(stream.id, offset);
            long before = last == null ? stream.top : Math.max(last, stream.top);
            Append standing = stream.standing.get(offset);
            if (standing != null && standing.appendId() != append.appendId()) {
                throw new JournalException(
                        Reason.OCCUPIED,
                        "a foreign publication stands at channel=" + stream.channel + " offset=" + offset);
            }
            if (standing == null && offset != before + 1) {
                boolean behind = last == null && offset > before;
                throw new JournalException(
                        behind ? Reason.BEHIND : Reason.REFUSED,
                        "offsets must be dense: channel=" + stream.channel + " top=" + before + " offset=" + offset);
            }
            if (standing == null) {
                missing.add(append);
            }
        }
        return missing;
    }

    private Stream asKnown(Append append) {
        long id = append.streamId();
        Stream stream = id < 1 || id > store.byId.size() ? null : stream(id);
        if (stream == null
                || !stream.epoch.equals(append.publication().position().epoch())) {
            throw new JournalException(
                    Reason.BEHIND,
                    "stream " + id + " with the epoch "
                            + append.publication().position().epoch() + " is not there; load the channel again");
        }
        return stream;
    }

    @Override
    public StreamState renew(long streamId) {
        synchronized (store) {
            Run owner = owner();
            Stream stream = stream(streamId);
            stream.epoch = StreamState.newEpoch(store.random);
            stream.asyncRun = stream.asyncRun == null ? null : owner;
            return new StreamState(stream.channel, stream.id, stream.epoch, stream.top, stream.trimmedTo);
        }
    }

    @Override
    public long trim(long streamId, long through) {
        synchronized (store) {
            owner();
            Stream stream = stream(streamId);
            if (through > stream.top) {
                throw new JournalException(
                        Reason.REFUSED,
                        "cannot trim beyond the top: channel=" + stream.channel + " top=" + stream.top + " through="
                                + through);
            }
            stream.standing.headMap(through, true).clear();
            stream.trimmedTo = Math.max(stream.trimmedTo, through);
            return stream.trimmedTo;
        }
    }

    @Override
    public void log(List<ConnectionEvent> events) {
        synchronized (store) {
            owner();
            for (ConnectionEvent event : events) {
                store.events.add(event.withId(++store.lastEvent));
                if (store.events.size() > Store.MAX_EVENTS) {
                    store.events.remove();
                }
            }
        }
    }

    @Override
    public int removeEvents(long beforeMicros) {
        synchronized (store) {
            owner();
            int before = store.events.size();
            store.events.removeIf(event -> event.timeMicros() < beforeMicros);
            return before - store.events.size();
        }
    }

    @Override
    public List<ConnectionEvent> events(EventQuery query) {
        synchronized (store) {
            opened();
            Comparator<ConnectionEvent> oldestFirst = Comparator.comparing(ConnectionEvent::position);
            return store.events.stream()
                    .filter(query::matches)
                    .sorted(query.newestFirst() ? oldestFirst.reversed() : oldestFirst)
                    .limit(query.limit())
                    .toList();
        }
    }

    @Override
    public List<StoredStream> streams(long after, int limit) {
        synchronized (store) {
            opened();
            return store.byId.stream()
                    .filter(stream -> stream.id > after)
                    .limit(limit)
                    .map(MemoryJournal::stored)
                    .toList();
        }
    }

    private static StoredStream stored(Stream stream) {
        Map.Entry<Long, Append> oldest = stream.standing.firstEntry();
        return new StoredStream(
                new StreamState(stream.channel, stream.id, stream.epoch, stream.top, stream.trimmedTo),
                oldest == null
                        ? Long.MAX_VALUE
                        : oldest.getValue().publication().timeMicros());
    }

    @Override
    public List<StoredPublication> stored(long streamId, long after, int limit) {
        synchronized (store) {
            opened();
            if (streamId < 1 || streamId > store.byId.size()) {
                return List.of();
            }
            return stream(streamId).standing.tailMap(after, false).values().stream()
                    .limit(limit)
                    .map(Append::publication)
                    .map(one -> new StoredPublication(
                            one.offset(), one.timeMicros(), one.data().size()))
                    .toList();
        }
    }

    @Override
    public void heartbeat() {
        synchronized (store) {
            owner();
        }
    }

    @Override
    public List<Publication> read(ReadRange range) {
        synchronized (store) {
            opened();
            List<Publication> found = new ArrayList<>();
            if (range.streamId() < 1 || range.streamId() > store.byId.size()) {
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
    }

    /** Looks at everything: what a heap holds is soon looked through, so that neither an index nor the time limit is needed. */
    @Override
    public JournalPage find(JournalQuery query) {
        synchronized (store) {
            opened();
            JournalCursor position = query.position();
            if (position != null && !query.byTime()) {
                Stream stream = store.byChannel.get(query.channel());
                if (stream == null || stream.id != position.streamId()) {
                    throw new JournalException(
                            Reason.REFUSED, "the cursor is one of another channel than " + query.channel());
                }
            }
            Comparator<JournalCursor> order =
                    query.newestFirst() ? Comparator.reverseOrder() : Comparator.naturalOrder();
            NavigableMap<JournalCursor, JournalEntry> found = new TreeMap<>(order);
            for (Stream stream : store.byId) {
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

    @Override
    public StreamPage streams(StreamQuery query) {
        synchronized (store) {
            opened();
            List<Stream> following = store.byId.stream()
                    .filter(stream -> BY_CODE_POINT.compare(stream.channel, query.cursor()) > 0)
                    .filter(stream ->
                            query.channels() == null || query.channels().matches(stream.channel))
                    .sorted(Comparator.comparing(stream -> stream.channel, BY_CODE_POINT))
                    .toList();
            List<StreamSummary> page =
                    following.stream().limit(query.limit()).map(Stream::summary).toList();
            boolean more = following.size() > page.size();
            return new StreamPage(page, more ? page.get(page.size() - 1).state().channel() : "");
        }
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

    @Override
    public void close() {
        synchronized (store) {
            if (run != null && run == store.newest && !run.abandoned) {
                run.closed = true;
            }
            run = null;
        }
    }

    /** What a failover to a replica that is late looks like: the last publications of a channel were never there. For tests. */
    void lose(String channel, long publications) {
        synchronized (store) {
            Stream stream = requireNonNull(store.byChannel.get(channel), channel);
            stream.top -= publications;
            stream.standing.tailMap(stream.top, false).clear();
        }
    }

    /** The stream was never there: its channel gets another, and another channel may get its id. For tests. */
    void loseStream(String channel, String heir) {
        synchronized (store) {
            Stream stream = requireNonNull(store.byChannel.remove(channel), channel);
            Stream other = new Stream(stream.id, heir, StreamState.newEpoch(store.random));
            store.byId.set((int) stream.id - 1, other);
            store.byChannel.put(heir, other);
        }
    }

    private Run owner() {
        Run open = opened();
        if (open != store.newest || open.abandoned) {
            throw new JournalException(Reason.FENCED, "the memory journal has another owner now");
        }
        return open;
    }

    private Run opened() {
        if (run == null) {
            throw new JournalException(Reason.UNAVAILABLE, "the memory journal is not open");
        }
        return run;
    }

    private Stream stream(long id) {
        if (id < 1 || id > store.byId.size()) {
            throw new JournalException(Reason.REFUSED, "no stream has the id " + id + "; load the channel first");
        }
        return store.byId.get((int) id - 1);
    }
}
