package dev.relay.internal.channel;

import dev.relay.ChannelOptions;
import dev.relay.RelayClock;
import dev.relay.internal.journal.JournalWriter;
import dev.relay.internal.journal.PendingTrim;
import dev.relay.internal.shard.Shard;
import dev.relay.journal.Journal;
import dev.relay.journal.StoredPublication;
import dev.relay.journal.StoredStream;
import dev.relay.journal.StreamState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what is stored for too long: walks over all streams, those that nobody uses included, page after page, and has the
 * journal's writer delete the oldest publications of one stream at a time. Between two steps it rests, in proportion to what the
 * step has taken, so that it costs a few percent of a processor and an append waits for one small deletion at most.
 *
 * <p><b>Threading.</b> {@link #start} once, from any thread. The steps run on the executor, one after the other: each is begun by
 * a timer of a shard, or by what the writer has told one, which makes the fields of this object plain ones.
 */
public final class Retention {
    /** From the end of a walk to the next. */
    static final Duration BETWEEN_WALKS = Duration.ofMinutes(1);

    private static final int STREAMS = 256; // asked for together
    private static final int PUBLICATIONS = 1_024; // looked at together, and deleted together
    private static final int QUERIES_PER_STEP = 32;
    private static final int REST_AFTER_READING = 20; // times as long as the step
    private static final int REST_AFTER_DELETING = 3; // where too much comes in, it must be able to keep up
    private static final long AFTER_FAILURE_NANOS = 5_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final Namespaces namespaces;
    private final Topology topology;
    private final List<Shard> shards;
    private final Journal journal;
    private final JournalWriter writer;
    private final Executor executor;
    private final RelayClock clock;
    private final Duration eventTtl;
    private final LongAdder removed = new LongAdder();
    private final StoredBytes counted = new StoredBytes();
    private List<StoredStream> page = List.of();
    private int next; // in the page
    private long walkedThrough; // id of the last stream of the pages before
    private boolean failing;

    public Retention(
            Namespaces namespaces,
            Topology topology,
            List<Shard> shards,
            Journal journal,
            JournalWriter writer,
            Executor executor,
            RelayClock clock,
            Duration eventTtl) {
        this.namespaces = namespaces;
        this.topology = topology;
        this.shards = shards;
        this.journal = journal;
        this.writer = writer;
        this.executor = executor;
        this.clock = clock;
        this.eventTtl = eventTtl;
    }

    /** Begins the first walk in a while. */
    public void start() {
        later(BETWEEN_WALKS.toNanos());
    }

    /** Publications deleted so far. */
    public long removed() {
        return removed.sum();
    }

    private void later(long nanos) {
        Shard timer = shards.get(0);
        timer.tell(() -> timer.schedule(nanos, () -> {
            try {
                executor.execute(this::step);
            } catch (RejectedExecutionException e) {
                LOG.debug("the executor takes nothing more; nothing is deleted any more", e);
            }
        }));
    }

    private void step() {
        long started = clock.nanoTime();
        try {
            for (int queries = 0; queries < QUERIES_PER_STEP; queries++) {
                if (next == page.size() && !turnPage()) {
                    finish();
                    return;
                }
                Deletion deletion = look(page.get(next));
                if (deletion != null) {
                    delete(deletion);
                    return;
                }
            }
            failing = false;
            later(REST_AFTER_READING * (clock.nanoTime() - started));
        } catch (RuntimeException e) {
            if (!failing) {
                failing = true;
                LOG.warn("what is stored for too long cannot be looked for, trying again: {}", e.getMessage());
            }
            LOG.debug("cause", e);
            later(AFTER_FAILURE_NANOS);
        }
    }

    private boolean turnPage() {
        next = 0;
        page = namespaces.anyRetention() ? journal.streams(walkedThrough, STREAMS) : List.of();
        if (page.isEmpty()) {
            return false;
        }
        walkedThrough = page.get(page.size() - 1).stream().streamId();
        return true;
    }

    private void finish() {
        walkedThrough = 0;
        long ttlMicros = eventTtl.toSeconds() * 1_000_000L;
        writer.events().removeBefore(clock.epochMicros() - ttlMicros);
        later(BETWEEN_WALKS.toNanos());
    }

    /** Looks at a stream, and goes on to the next unless it must be looked at again; what is to be deleted now, if anything. */
    private @Nullable Deletion look(StoredStream stored) {
        StreamState stream = stored.stream();
        ChannelOptions options = namespaces.options(stream.channel());
        if (options == null || !options.hasRetention() || stream.top() == stream.trimmedTo()) {
            next++;
            return null;
        }
        RetentionRule rule = RetentionRule.of(options, clock.epochMicros());
        StoredBytes.Count count = null;
        if (rule.countsBytes()) {
            count = counted.of(stream);
            if (count.through() < stream.top()) {
                List<StoredPublication> more = journal.stored(stream.streamId(), count.through(), PUBLICATIONS);
                count.add(more);
                if (more.size() == PUBLICATIONS) {
                    return null; // a long one: the rest of it in the next steps
                }
            }
        }
        boolean tooMuch = count != null && count.bytes() > rule.maxBytes();
        if (stored.oldestMicros() >= rule.expiredBefore() && !tooMuch) {
            next++;
            return null;
        }
        List<StoredPublication> oldest = journal.stored(stream.streamId(), stream.trimmedTo(), PUBLICATIONS);
        long through = rule.through(stream, oldest, count == null ? 0 : count.bytes());
        if (through == stream.trimmedTo()) {
            next++;
            return null;
        }
        return new Deletion(stream, through, oldest, count, clock.nanoTime());
    }

    private void delete(Deletion deletion) {
        if (!writer.trim(new PendingTrim(deletion.stream.streamId(), deletion.through, deletion))) {
            later(AFTER_FAILURE_NANOS);
        }
    }

    /** Publications that are with the writer, to be deleted. */
    private final class Deletion implements PendingTrim.Owner {
        private final StreamState stream;
        private final long through;
        private final List<StoredPublication> oldest;
        private final StoredBytes.@Nullable Count count;
        private final long startedNanos;

        Deletion(
                StreamState stream,
                long through,
                List<StoredPublication> oldest,
                StoredBytes.@Nullable Count count,
                long startedNanos) {
            this.stream = stream;
            this.through = through;
            this.oldest = oldest;
            this.count = count;
            this.startedNanos = startedNanos;
        }

        @Override
        public int home() {
            return topology.homeOf(stream.channel());
        }

        @Override
        public void trimmed() {
            topology.registry(home()).trimmed(stream.channel(), through);
            removed.add(through - stream.trimmedTo()); // there are no holes
            if (count != null) {
                count.remove(oldest, through);
            }
            if (oldest.size() < PUBLICATIONS
                    || through < oldest.get(oldest.size() - 1).offset()) {
                next++; // the rest stays, or has come after the page was read
            } else {
                page = List.copyOf(replaced());
            }
            later(REST_AFTER_DELETING * (clock.nanoTime() - startedNanos));
        }

        /** The page, with the stream as it is now, to be looked at again. */
        private List<StoredStream> replaced() {
            StreamState now =
                    new StreamState(stream.channel(), stream.streamId(), stream.epoch(), stream.top(), through);
            List<StoredStream> all = new ArrayList<>(page);
            all.set(next, new StoredStream(now, Long.MIN_VALUE));
            return all;
        }

        @Override
        public void notTrimmed(String why) {
            LOG.debug("stream {} was not trimmed: {}", stream.channel(), why);
            next++;
            later(AFTER_FAILURE_NANOS);
        }
    }
}
