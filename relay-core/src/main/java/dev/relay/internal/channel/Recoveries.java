package dev.relay.internal.channel;

import dev.relay.ChannelOptions;
import dev.relay.Publication;
import dev.relay.RecoveryMode;
import dev.relay.StreamPosition;
import dev.relay.internal.shard.ShardMeter.Count;
import dev.relay.journal.ReadRange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings subscribers that come back to the present, at the home of their channel. What the hot end no longer holds is read
 * from the journal once for all who wait for it, and goes to the hot end: when thousands come back together, the first costs
 * a read and the others wait for it or find it in memory.
 *
 * <p><b>Threading.</b> The home shard's thread only.
 */
final class Recoveries {
    /** Who came back, and what to do with what it has missed, or with why that cannot be found. */
    private record Waiting(StreamPosition since, Consumer<Recovery> then, Consumer<String> failed) {}

    private final ChannelStream stream;
    private final ChannelOptions options;
    private final ChannelRegistry registry;
    private List<Waiting> waiting = new ArrayList<>(0);
    private @Nullable ReadRange reading;

    Recoveries(ChannelStream stream, ChannelOptions options, ChannelRegistry registry) {
        this.stream = stream;
        this.options = options;
        this.registry = registry;
    }

    /** Whether the journal is being read. */
    boolean isBusy() {
        return reading != null;
    }

    /**
     * Finds what a subscriber that last saw {@code since} is to be given.
     *
     * @param then is told it, now or when the journal has been read, at the moment at which it is true
     */
    void recover(StreamPosition since, Consumer<Recovery> then, Consumer<String> failed) {
        ReadRange range = missing(since);
        if (range == null) {
            then.accept(counted(recovery(since, List.of()), Count.RECOVERED_FROM_MEMORY));
            return;
        }
        waiting.add(new Waiting(since, then, failed));
        if (reading == null) {
            read(range);
        }
    }

    private void read(ReadRange range) {
        reading = range;
        registry.read(range, (found, why) -> {
            reading = null;
            List<Waiting> told = waiting;
            waiting = new ArrayList<>(0);
            if (found == null) {
                registry.meter().count(Count.RECOVERY_FAILED, told.size());
                told.forEach(one -> one.failed().accept(why));
                return;
            }
            if (stream.isRetired()) {
                registry.meter().count(Count.RECOVERY_FAILED, told.size());
                told.forEach(one -> one.failed().accept("the stream of the channel has changed; try again"));
                return;
            }
            if (range.through() > stream.floor()) { // else it has been removed meanwhile
                stream.hot().prepend(found);
            }
            for (Waiting one : told) {
                if (after(one.since()) >= range.after()) {
                    one.then().accept(counted(recovery(one.since(), found), Count.RECOVERED_FROM_JOURNAL));
                } else {
                    recover(one.since(), one.then(), one.failed()); // missed more than the one who was first
                }
            }
        });
    }

    private Recovery counted(Recovery recovery, Count whence) {
        registry.meter().count(recovery.recovered() ? whence : Count.RECOVERY_FAILED, 1);
        return recovery;
    }

    /** What the journal must contribute; {@code null} if nothing can or must be read. */
    private @Nullable ReadRange missing(StreamPosition since) {
        long after = after(since);
        if (!isWorthwhile(since) || stream.hot().first() <= after + 1) {
            return null;
        }
        long through = Math.min(stream.top().offset(), stream.hot().first() - 1);
        return new ReadRange(
                stream.id(), after, through, false, (int) (through - after), Recovery.MAX_BYTES, stream.notBefore());
    }

    /** The offset behind which everything is needed. */
    private long after(StreamPosition since) {
        return options.recoveryMode() == RecoveryMode.CACHE ? stream.top().offset() - 1 : since.offset();
    }

    /** Whether there is something to be given, and it may be. */
    private boolean isWorthwhile(StreamPosition since) {
        StreamPosition top = stream.top();
        if (options.recoveryMode() == RecoveryMode.CACHE) {
            return !Recovery.isUpToDate(since, top) && stream.floor() < top.offset();
        }
        long missed = top.offset() - since.offset();
        return missed > 0 && isRecoverable(since, missed);
    }

    private boolean isRecoverable(StreamPosition since, long missed) {
        boolean sameStream =
                since.epoch().isEmpty() || since.epoch().equals(stream.top().epoch());
        return sameStream
                && missed >= 0
                && missed <= options.recoveryMaxPublications()
                && since.offset() >= stream.floor();
    }

    /** Joins what was read with what is in memory by now. */
    private Recovery recovery(StreamPosition since, List<Publication> found) {
        return options.recoveryMode() == RecoveryMode.CACHE ? latest(since, found) : missed(since, found);
    }

    private Recovery missed(StreamPosition since, List<Publication> found) {
        StreamPosition top = stream.top();
        if (!isRecoverable(since, top.offset() - since.offset())) {
            return Recovery.impossible(top);
        }
        return Recovery.whole(top, since, kept(join(since.offset(), found)));
    }

    /**
     * Only the publication at the top can be the newest kept: what was accepted before it expires before it. So the
     * journal is asked for that row alone, however long the stream is.
     */
    private Recovery latest(StreamPosition since, List<Publication> found) {
        StreamPosition top = stream.top();
        if (Recovery.isUpToDate(since, top)) {
            return new Recovery(top, true, List.of());
        }
        if (stream.floor() >= top.offset()) {
            return Recovery.impossible(top);
        }
        return Recovery.newest(top, kept(join(top.offset() - 1, found)));
    }

    private List<Publication> join(long after, List<Publication> found) {
        List<Publication> hot = stream.hot().range(after, stream.top().offset());
        long seam = hot.isEmpty() ? Long.MAX_VALUE : hot.get(0).offset();
        List<Publication> all = new ArrayList<>(hot.size() + found.size());
        for (Publication publication : found) {
            if (publication.offset() > after && publication.offset() < seam) {
                all.add(publication);
            }
        }
        all.addAll(hot);
        return all;
    }

    /** Without what is too old to be read, which is what was accepted first. */
    private List<Publication> kept(List<Publication> publications) {
        long notBefore = stream.notBefore();
        int from = 0;
        while (from < publications.size() && publications.get(from).timeMicros() < notBefore) {
            from++;
        }
        return publications.subList(from, publications.size());
    }
}
