package dev.relay.internal.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.atomic.MpscChunkedAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the journal writer: a bounded queue, and the flags that decide who wakes it and who answers for what came too
 * late.
 *
 * <p><b>Threading.</b> {@link #offer} and {@link #wake} from any thread, lock-free until the writer has ended; the rest is the
 * writer's.
 */
final class Intake {
    private static final int MAX_WAITING = 1 << 20; // more than the shards admit
    private static final int MAX_BATCH = 512;
    private static final long MAX_BATCH_BYTES = 8 << 20;

    private final MpscChunkedAtomicArrayQueue<Object> queue = new MpscChunkedAtomicArrayQueue<>(1024, MAX_WAITING);
    private final List<Object> leftBehind = new ArrayList<>(); // under this object's lock

    // Set by the writer before it parks, cleared by a producer that unparks it. The argument is that of Inbox, except
    // that
    // two producers may both unpark, which is benign: a permit that is there already is not given twice.
    private volatile boolean sleeping;

    // Written once when the writer ends, before it empties the queue for the last time; read by producers behind their
    // offer. Either that last look finds the entry, or the producer sees the end and takes the entry back.
    private volatile boolean ended;

    // Written by the writer before it parks for the first time.
    private volatile @Nullable Thread writer;

    /**
     * Adds a {@link PendingAppend}, {@link PendingLoad} or {@link PendingTrim}; {@code false} iff it is not, and will not be, the
     * writer's.
     */
    boolean offer(Object entry) {
        if (!queue.offer(entry)) {
            return false;
        }
        if (sleeping) {
            sleeping = false;
            LockSupport.unpark(writer);
        }
        return !ended || !takeBack(entry);
    }

    /** Ends the writer's current or next {@link #rest}. */
    void wake() {
        sleeping = false;
        LockSupport.unpark(writer);
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** From now on the calling thread is the writer. */
    void begin() {
        writer = Thread.currentThread();
    }

    /** Takes what is to be done together. */
    Batch drain() {
        Batch batch = new Batch();
        for (long bytes = 0; batch.size() < MAX_BATCH && bytes < MAX_BATCH_BYTES; ) {
            Object entry = queue.poll();
            if (entry == null) {
                break;
            }
            bytes += batch.add(entry);
        }
        return batch;
    }

    /** Waits until something is offered, but no longer than this; may return early. */
    void rest(long nanos) {
        sleeping = true;
        if (queue.isEmpty()) {
            LockSupport.parkNanos(this, nanos);
        }
        sleeping = false;
    }

    /** The writer's last act: what was left, to be answered by it. What comes later is taken back by who brought it. */
    List<Object> end() {
        ended = true;
        synchronized (this) {
            collectLeftBehind();
            List<Object> left = List.copyOf(leftBehind);
            leftBehind.clear();
            return left;
        }
    }

    /** Whether the entry was still there: then the writer has not seen it and never will. */
    private synchronized boolean takeBack(Object entry) {
        collectLeftBehind();
        return leftBehind.removeIf(left -> left == entry);
    }

    private void collectLeftBehind() {
        for (Object left = queue.poll(); left != null; left = queue.poll()) {
            leftBehind.add(left);
        }
    }
}
