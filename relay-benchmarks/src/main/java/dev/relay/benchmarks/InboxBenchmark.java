package dev.relay.benchmarks;

import dev.relay.internal.shard.Inbox;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jctools.queues.MpscArrayQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Handing a task to another thread that is awake: one producer, one consumer, a full queue is tried again. The figure of
 * {@code take} counts tasks only, so it is the rate at which they get across.
 */
@State(Scope.Group)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class InboxBenchmark {
    private static final int CAPACITY = 1 << 16;
    private static final Runnable TASK = () -> {};

    /** What is measured, and what beside. */
    public enum Kind {
        INBOX,
        MPSC_ARRAY_QUEUE,
        LINKED_BLOCKING_QUEUE,
        CONCURRENT_LINKED_QUEUE
    }

    @Param
    public Kind kind = Kind.INBOX;

    private Inbox inbox = new Inbox(CAPACITY, () -> {});
    private Queue<Runnable> queue = new MpscArrayQueue<>(CAPACITY);

    @Setup
    public void setUp() {
        inbox = new Inbox(CAPACITY, () -> {});
        queue = switch (kind) {
            case INBOX, MPSC_ARRAY_QUEUE -> new MpscArrayQueue<>(CAPACITY);
            case LINKED_BLOCKING_QUEUE -> new LinkedBlockingQueue<>(CAPACITY);
            case CONCURRENT_LINKED_QUEUE -> new ConcurrentLinkedQueue<>();
        };
    }

    @Benchmark
    @Group("handOver")
    @GroupThreads(1)
    public boolean put() {
        return kind == Kind.INBOX ? inbox.offer(TASK) : queue.offer(TASK);
    }

    @Benchmark
    @Group("handOver")
    @GroupThreads(1)
    public Runnable take(org.openjdk.jmh.infra.Control control) {
        Runnable task;
        do {
            task = kind == Kind.INBOX ? inbox.poll() : queue.poll();
        } while (task == null && !control.stopMeasurement);
        return task == null ? TASK : task;
    }
}
