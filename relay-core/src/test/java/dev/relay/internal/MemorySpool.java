package dev.relay.internal;

import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.journal.Append;
import dev.relay.journal.AppendKey;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.KeptKey;
import dev.relay.journal.ReadRange;
import dev.relay.journal.Spool;
import dev.relay.journal.Spooled;
import dev.relay.journal.SpooledStream;
import dev.relay.journal.StreamState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The shortest reading of a spool's rules, which outlives the writer it is given to, and fails as it is told. */
public final class MemorySpool implements Spool {
    private final List<Spooled> held = new ArrayList<>();
    private final List<Spooled> aside = new ArrayList<>();
    private final int maxPublications;
    private final AtomicInteger most = new AtomicInteger();
    private long position;
    private @Nullable Reason outage;

    public MemorySpool() {
        this(Integer.MAX_VALUE);
    }

    public MemorySpool(int maxPublications) {
        this.maxPublications = maxPublications;
    }

    public synchronized void breakDown(Reason reason) {
        outage = reason;
    }

    public synchronized void repair() {
        outage = null;
    }

    /** Another spool that holds what this one holds now. */
    public synchronized MemorySpool copy() {
        return new MemorySpool().with(held.toArray(new Spooled[0]));
    }

    /** The most it has held. */
    public int most() {
        return most.get();
    }

    public synchronized List<Spooled> setAside() {
        return List.copyOf(aside);
    }

    /** As left behind by an earlier owner. */
    public synchronized MemorySpool with(Spooled... left) {
        for (Spooled one : left) {
            held.add(new Spooled(++position, one.channel(), one.durability(), one.append()));
        }
        return this;
    }

    @Override
    public void open() {
        failIfBroken();
    }

    @Override
    public synchronized void append(List<Spooled> batch) {
        failIfBroken();
        if (held.size() + batch.size() > maxPublications) {
            throw new JournalException(Reason.UNAVAILABLE, "the spool is full");
        }
        with(batch.toArray(new Spooled[0]));
        most.accumulateAndGet(held.size(), Math::max);
    }

    @Override
    public synchronized void heartbeat() {
        failIfBroken();
        if (held.size() > maxPublications / 2) {
            throw new JournalException(Reason.UNAVAILABLE, "the spool is full");
        }
    }

    @Override
    public synchronized List<Spooled> oldest(int maxPublications, long maxBytes) {
        failIfBroken();
        return List.copyOf(held.subList(0, Math.min(maxPublications, held.size())));
    }

    @Override
    public synchronized void remove(long through) {
        failIfBroken();
        held.removeIf(one -> one.position() <= through);
    }

    @Override
    public synchronized List<SpooledStream> streams(String channel) {
        failIfBroken();
        Map<String, SpooledStream> streams = new LinkedHashMap<>();
        for (Spooled one : held) {
            Append append = one.append();
            if (one.channel().equals(channel)) {
                StreamPosition at = append.publication().position();
                streams.merge(
                        append.streamId() + at.epoch(),
                        new SpooledStream(
                                channel, append.streamId(), at.epoch(), one.durability(), at.offset(), at.offset()),
                        (a, b) -> new SpooledStream(
                                channel,
                                a.streamId(),
                                a.epoch(),
                                a.durability(),
                                Math.min(a.first(), b.first()),
                                Math.max(a.last(), b.last())));
            }
        }
        return List.copyOf(streams.values());
    }

    @Override
    public synchronized List<KeptKey> keys(SpooledStream stream) {
        List<KeptKey> keys = new ArrayList<>();
        for (Spooled one : held) {
            AppendKey key = one.append().key();
            if (one.append().streamId() == stream.streamId() && key != null) {
                keys.add(0, new KeptKey(key.key(), one.append().publication().offset(), key.expiresAtMicros()));
            }
        }
        return keys;
    }

    @Override
    public synchronized List<Publication> read(ReadRange range) {
        failIfBroken();
        List<Publication> found = new ArrayList<>(held.stream()
                .filter(one -> one.append().streamId() == range.streamId())
                .map(one -> one.append().publication())
                .filter(publication -> publication.offset() > range.after()
                        && publication.offset() <= range.through()
                        && publication.timeMicros() >= range.notBeforeMicros())
                .sorted(Comparator.comparingLong(Publication::offset))
                .toList());
        if (range.reverse()) {
            Collections.reverse(found);
        }
        long bytes = 0;
        int count = 0;
        for (Publication publication : found) {
            bytes += publication.data().size();
            if (count == range.maxPublications() || (count > 0 && bytes > range.maxBytes())) {
                break;
            }
            count++;
        }
        return found.subList(0, count);
    }

    @Override
    public synchronized void rename(SpooledStream from, StreamState to, long first) {
        failIfBroken();
        long next = first;
        for (int i = 0; i < held.size(); i++) {
            Spooled one = held.get(i);
            Publication was = one.append().publication();
            if (one.append().streamId() == from.streamId()
                    && was.position().epoch().equals(from.epoch())) {
                Publication is = new Publication(
                        was.data(), was.info(), was.tags(), new StreamPosition(next++, to.epoch()), was.timeMicros());
                Append append = new Append(
                        to.streamId(),
                        one.append().appendId(),
                        is,
                        one.append().key(),
                        one.append().outboxRow());
                held.set(i, new Spooled(one.position(), one.channel(), one.durability(), append));
            }
        }
    }

    @Override
    public synchronized void setAside(long position, String why) {
        held.removeIf(one -> one.position() == position && aside.add(one));
    }

    @Override
    public synchronized Size size() {
        return new Size(held.size(), held.size() * 100L);
    }

    @Override
    public void close() {}

    private synchronized void failIfBroken() {
        if (outage != null) {
            throw new JournalException(outage, "the spool is broken as told");
        }
    }
}
