package dev.relay.jdbc;

import static java.util.Objects.requireNonNull;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.relay.Health;
import dev.relay.Relay;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what applications have committed to {@code relay_outbox}, see {@link Outbox}. It runs beside an engine and drains the
 * database of that engine's journal: only its owner can, so that one drain works at a time.
 *
 * <p>In channels that keep a stream, a row is deleted in the transaction that writes its publication, so each is published
 * exactly once, whatever is killed when. In others a crash between the two can repeat it.
 *
 * <p><b>Threading.</b> Every method from any thread. The drain is one thread, which waits for the database and for the engine.
 */
public final class OutboxDrain implements AutoCloseable {
    private static final long MIN_IDLE_NANOS = 20_000_000L;
    private static final long MAX_IDLE_NANOS = 500_000_000L;
    private static final long STOP_NANOS = 4_000_000_000L; // for a batch that is under way
    private static final long CLOSE_MILLIS = 5_000;

    private final Relay relay;
    private final JdbcJournal journal;
    private final OutboxTable table;
    private final OutboxLog log;
    private final RefusedChannels refused = new RefusedChannels();
    private final Thread thread;

    private final PublishedRows appended = new PublishedRows();
    private final List<Long> live = new ArrayList<>(); // ids of published rows that the drain has yet to delete

    private long idleNanos = MIN_IDLE_NANOS;

    // set by whoever wakes it, before the unpark; cleared by the drain before it looks: no wake-up is lost
    private volatile boolean woken;
    private volatile boolean stopping;
    private volatile long stoppedNanos; // before stopping

    // written by the drain alone, read by metrics: each stands for itself
    private volatile long published;
    private volatile long parked;
    private volatile int refusedChannels;

    private OutboxDrain(Builder builder) {
        this.relay = builder.relay;
        this.journal = builder.journal;
        this.table = new OutboxTable(journal.database());
        this.log = new OutboxLog(table.target());
        this.thread = requireNonNull(builder.threads.newThread(this::run), "the thread factory makes no threads");
    }

    /**
     * Starts from the defaults.
     *
     * @param journal what {@code relay} was built with, itself or behind what wraps it
     */
    public static Builder builder(Relay relay, JdbcJournal journal) {
        return new Builder(relay, journal);
    }

    /**
     * Says that something was committed: the drain looks at once rather than within half a second. For the committing
     * application if it is in this process; cheap, and never needed.
     */
    public void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    /** Rows published so far. */
    public long published() {
        return published;
    }

    /** Rows parked so far. */
    public long parked() {
        return parked;
    }

    /**
     * Stops; what is not published stays in the outbox. To be called before {@link Relay#close()}. Idempotent; returns when the
     * drain has ended, after five seconds at the latest.
     */
    @Override
    public void close() {
        if (!stopping) {
            stoppedNanos = System.nanoTime();
            stopping = true;
        }
        LockSupport.unpark(thread);
        if (thread != Thread.currentThread()) {
            try {
                thread.join(CLOSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        try {
            while (!stopping) {
                woken = false;
                rest(turn());
            }
        } catch (InterruptedException e) {
            log.interrupted();
        } finally {
            table.close();
            journal.giveOutboxBack();
        }
    }

    /** Does what there is to do; returns how long to rest if nothing was. */
    private long turn() throws InterruptedException {
        Health health = relay.health();
        boolean isReady =
                health.state() == Health.State.READY && health.detail().isEmpty();
        if (!isReady && health.state() != Health.State.DRAINING) {
            // no journal to publish with, or not ours, or a spool that may hold what was made from rows which still
            // stand
            return MAX_IDLE_NANOS;
        }
        try {
            boolean busy = drain();
            log.works();
            idleNanos = busy ? MIN_IDLE_NANOS : Math.min(2 * idleNanos, MAX_IDLE_NANOS);
            return busy ? 0 : idleNanos;
        } catch (RuntimeException e) { // the top of the thread; what is not the database's fault may pass as well
            log.fails(e);
            return MAX_IDLE_NANOS;
        }
    }

    /** Publishes a batch. Returns whether that was worth another look at once. */
    private boolean drain() throws InterruptedException {
        deletePublished();
        List<String> pausing = refused.pausing(System.nanoTime());
        if (pausing.size() > OutboxTable.MAX_CHANNELS) {
            return false; // so many at once: that is no matter of channels
        }
        OutboxTable.Look look = table.read(pausing);
        if (look.rows().isEmpty() && pausing.isEmpty()) {
            refused.clear();
        }
        List<OutboxMessage> rows = appended.unpublished(look.rows(), pausing, look.isAll());
        log.forsaken(appended.hasForsaken(System.nanoTime()));
        OutboxBatch batch = new OutboxBatch(relay);
        batch.send(rows);
        if (!rows.isEmpty() && batch.await(this::isOverdue)) {
            finish(batch);
            deletePublished();
            park(rows, batch.unpublishable());
        }
        refusedChannels = refused.size();
        return !batch.appended().isEmpty()
                || !batch.live().isEmpty()
                || !batch.unpublishable().isEmpty();
    }

    private boolean isOverdue() {
        return stopping && System.nanoTime() - stoppedNanos > STOP_NANOS;
    }

    private void finish(OutboxBatch batch) {
        long now = System.nanoTime();
        for (OutboxMessage row : batch.appended()) {
            appended.add(row, now);
            refused.published(row.channel());
        }
        for (OutboxMessage row : batch.live()) {
            live.add(row.id());
            refused.published(row.channel());
        }
        published += batch.appended().size() + batch.live().size();
        batch.refusedChannels().keySet().forEach(channel -> refused.refused(channel, now));
        log.refused(batch.refusedChannels());
    }

    /** Also what an earlier attempt could not. */
    private void deletePublished() {
        List<Long> ids = new ArrayList<>(live);
        ids.addAll(appended.repeats(System.nanoTime()));
        if (!ids.isEmpty()) {
            table.delete(ids);
            live.clear();
        }
    }

    private void park(List<OutboxMessage> rows, Map<Long, String> reasons) {
        if (!reasons.isEmpty()) {
            table.park(reasons);
            parked += reasons.size();
            log.parked(rows, reasons);
        }
    }

    private void rest(long nanos) {
        if (nanos > 0 && !woken && !stopping) {
            LockSupport.parkNanos(this, nanos);
        }
        if (woken) {
            idleNanos = MIN_IDLE_NANOS;
        }
    }

    /** Collects options; {@link #start()} starts the drain. Not thread-safe. */
    public static final class Builder {
        private final Relay relay;
        private final JdbcJournal journal;
        private ThreadFactory threads = task -> {
            Thread thread = new Thread(task, "relay-outbox");
            thread.setDaemon(true);
            return thread;
        };
        private @Nullable MetricRegistry metrics;

        private Builder(Relay relay, JdbcJournal journal) {
            this.relay = requireNonNull(relay, "relay");
            this.journal = requireNonNull(journal, "journal");
        }

        /** Makes the drain's thread; default a daemon thread. */
        public Builder threadFactory(ThreadFactory threads) {
            this.threads = requireNonNull(threads, "threads");
            return this;
        }

        /** Where {@link OutboxMetric}s are registered; default nowhere. */
        public Builder metrics(MetricRegistry metrics) {
            this.metrics = requireNonNull(metrics, "metrics");
            return this;
        }

        /** @throws IllegalStateException if the outbox of this journal is being drained already */
        public OutboxDrain start() {
            if (!journal.takeOutbox()) {
                throw new IllegalStateException("the outbox of this journal is being drained already");
            }
            OutboxDrain drain = new OutboxDrain(this);
            if (metrics != null) {
                register(metrics, OutboxMetric.PUBLISHED, () -> drain.published);
                register(metrics, OutboxMetric.PARKED, () -> drain.parked);
                register(metrics, OutboxMetric.REFUSED_CHANNELS, () -> drain.refusedChannels);
            }
            drain.thread.start();
            return drain;
        }

        private static void register(MetricRegistry metrics, OutboxMetric metric, Gauge<? extends Number> gauge) {
            metrics.remove(metric.metricName()); // of a drain before this one
            metrics.register(metric.metricName(), gauge);
        }
    }
}
