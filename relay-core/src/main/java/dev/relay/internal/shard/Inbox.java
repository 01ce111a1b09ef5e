package dev.relay.internal.shard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way into a shard: a bounded queue with many producers and one consumer, and the flag that decides who wakes
 * whom.
 *
 * <p>Why no task is left behind by a sleeping shard: the producer writes the task and then reads {@code sleeping}; the
 * shard writes {@code sleeping} and then reads the queue. Both flag accesses are volatile and the queue's indices are
 * too, so in the single order of volatile accesses at least one of the two sees the other's write: either the producer
 * finds {@code sleeping} set and wakes, or the shard finds the queue not empty and does not sleep.
 *
 * <p><b>Threading.</b> {@link #offer}, {@link #put}, {@link #tell} and {@link #isClosed} from any thread; the rest from the shard's thread only. {@code
 * offer} is lock-free (a CAS on the producer index, which only fails when another producer won) and never waits.
 */
public final class Inbox {
    private static final VarHandle SLEEPING;
    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final long PUT_BACKOFF_NANOS = 50_000;

    static {
        try {
            SLEEPING = MethodHandles.lookup().findVarHandle(Inbox.class, "sleeping", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MpscAtomicArrayQueue<Runnable> tasks;
    private final Runnable wakeup;

    // Set and cleared by the shard, claimed by the one producer that will wake it: whoever moves it from true to false
    // owes (producer) or saves (shard) the wake-up call.
    private volatile boolean sleeping;

    // Written once when the shard ends. A producer reads it before and after its offer: a task that slipped in behind
    // the last drain is seen by the second read, and run by the producer itself.
    private volatile boolean closed;

    /**
     * @param capacity tasks, rounded up to a power of two
     * @param wakeup ends the shard's wait; called from any thread, at most once per sleep
     */
    public Inbox(int capacity, Runnable wakeup) {
        this.tasks = new MpscAtomicArrayQueue<>(capacity);
        this.wakeup = wakeup;
    }

    /** How many tasks wait, about. */
    public int size() {
        return tasks.size();
    }

    /** Adds a task and wakes the shard if it sleeps; {@code false} iff the inbox is full or closed. */
    public boolean offer(Runnable task) {
        if (closed || !tasks.offer(task)) {
            return false;
        }
        if (sleeping && SLEEPING.compareAndSet(this, true, false)) {
            wakeup.run();
        }
        if (closed) {
            runLeftovers();
        }
        return true;
    }

    /**
     * Adds a task, waiting for room: for the journal writer and executor threads, which may wait since a shard never waits
     * for them. Never called on a shard: two full shards would wait for each other.
     *
     * @return {@code false} iff the inbox is closed; the task will then not run
     */
    public boolean put(Runnable task) {
        while (!offer(task)) {
            if (closed) {
                return false;
            }
            LockSupport.parkNanos(PUT_BACKOFF_NANOS);
        }
        return true;
    }

    /** As {@link #put}, but never in vain: when the inbox is closed, the task is run here, as what was left in it is. */
    public void tell(Runnable task) {
        if (!put(task)) {
            runLate(task);
        }
    }

    /**
     * Announces that the shard is about to wait.
     *
     * @return whether it may: {@code false} iff a task came in, and then nothing is announced
     */
    public boolean beginSleep() {
        sleeping = true;
        if (tasks.isEmpty()) {
            return true;
        }
        sleeping = false;
        return false;
    }

    /** The shard waits no longer. */
    public void endSleep() {
        // A plain read first: after a wake-up the producer has cleared it already.
        if (sleeping) {
            sleeping = false;
        }
    }

    public boolean isEmpty() {
        return tasks.isEmpty();
    }

    /** The next task, or {@code null} if there is none. */
    public @Nullable Runnable poll() {
        return tasks.relaxedPoll();
    }

    /** Whether it refuses everything. Any thread. */
    public boolean isClosed() {
        return closed;
    }

    /** Refuses everything from now on; runs what is left, so that nobody waits for ever. The shard's last act. */
    public void close() {
        closed = true;
        runLeftovers();
    }

    /** Under a lock, since there is no shard any more whose thread could own the consumer's side. */
    private synchronized void runLeftovers() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            runLate(task);
        }
    }

    private synchronized void runLate(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.debug("a task behind the end of its shard has failed", e);
        }
    }
}
