package dev.relay.journal;

import static java.util.Objects.requireNonNull;

import dev.relay.Durability;
import dev.relay.Publication;
import dev.relay.journal.JournalException.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
    private final MemoryStore store;

    private MemoryStore.@Nullable Run run;

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
        this(new MemoryStore(maxPublications));
        if (maxPublications < 1) {
            throw new IllegalArgumentException("maxPublications must be at least 1: " + maxPublications);
        }
    }

    private MemoryJournal(MemoryStore store) {
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
            MemoryStore.Run owner = store.newest;
            if (owner != null && !owner.closed && !owner.abandoned) {
                if (owner == run) {
                    return;
                }
                throw new JournalException(Reason.OWNED, "the memory journal is in use; close its owner first");
            }
            run = new MemoryStore.Run();
            store.newest = run;
        }
    }

    @Override
    public List<StreamState> load(List<StreamRequest> requests) {
        synchronized (store) {
            MemoryStore.Run owner = owner();
            List<StreamState> states = new ArrayList<>(requests.size());
            int keysLeft = MAX_KEYS_PER_LOAD;
            for (StreamRequest request : requests) {
                MemoryStore.Stream stream = store.byChannel.computeIfAbsent(request.channel(), this::create);
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

    private MemoryStore.Stream create(String channel) {
        MemoryStore.Stream stream =
                new MemoryStore.Stream(store.byId.size() + 1, channel, StreamState.newEpoch(store.random));
        store.byId.add(stream);
        return stream;
    }

    @Override
    public void append(List<Append> batch) {
        synchronized (store) {
            owner();
            for (Append append : missing(batch)) { // checked as a whole before the first is written
                MemoryStore.Stream stream = store.stream(append.streamId());
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

    private static void keep(MemoryStore.Stream stream, Append append) {
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
            MemoryStore.Stream stream = asKnown(append);
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

    private MemoryStore.Stream asKnown(Append append) {
        long id = append.streamId();
        MemoryStore.Stream stream = id < 1 || id > store.byId.size() ? null : store.stream(id);
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
            MemoryStore.Run owner = owner();
            MemoryStore.Stream stream = store.stream(streamId);
            stream.epoch = StreamState.newEpoch(store.random);
            stream.asyncRun = stream.asyncRun == null ? null : owner;
            return stream.state();
        }
    }

    @Override
    public long trim(long streamId, long through) {
        synchronized (store) {
            owner();
            MemoryStore.Stream stream = store.stream(streamId);
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
                if (store.events.size() > MemoryStore.MAX_EVENTS) {
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
    public void heartbeat() {
        synchronized (store) {
            owner();
        }
    }

    @Override
    public List<Publication> read(ReadRange range) {
        return reading(() -> store.read(range));
    }

    @Override
    public List<ConnectionEvent> events(EventQuery query) {
        return reading(() -> store.events(query));
    }

    @Override
    public List<StoredStream> streams(long after, int limit) {
        return reading(() -> store.streams(after, limit));
    }

    @Override
    public List<StoredPublication> stored(long streamId, long after, int limit) {
        return reading(() -> store.stored(streamId, after, limit));
    }

    @Override
    public JournalPage find(JournalQuery query) {
        return reading(() -> store.find(query));
    }

    @Override
    public StreamPage streams(StreamQuery query) {
        return reading(() -> store.streams(query));
    }

    private <T> T reading(Supplier<T> read) {
        synchronized (store) {
            opened();
            return read.get();
        }
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
            MemoryStore.Stream stream = requireNonNull(store.byChannel.get(channel), channel);
            stream.top -= publications;
            stream.standing.tailMap(stream.top, false).clear();
        }
    }

    /** The stream was never there: its channel gets another, and another channel may get its id. For tests. */
    void loseStream(String channel, String heir) {
        synchronized (store) {
            MemoryStore.Stream stream = requireNonNull(store.byChannel.remove(channel), channel);
            MemoryStore.Stream other = new MemoryStore.Stream(stream.id, heir, StreamState.newEpoch(store.random));
            store.byId.set((int) stream.id - 1, other);
            store.byChannel.put(heir, other);
        }
    }

    private MemoryStore.Run owner() {
        MemoryStore.Run open = opened();
        if (open != store.newest || open.abandoned) {
            throw new JournalException(Reason.FENCED, "the memory journal has another owner now");
        }
        return open;
    }

    private MemoryStore.Run opened() {
        if (run == null) {
            throw new JournalException(Reason.UNAVAILABLE, "the memory journal is not open");
        }
        return run;
    }
}
