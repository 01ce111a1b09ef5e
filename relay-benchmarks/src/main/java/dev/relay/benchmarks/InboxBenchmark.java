package dev.relay.benchmarks;

import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.SleepingWaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import dev.relay.internal.shard.Inbox;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jctools.queues.MpscArrayQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Handing tasks to another thread: the time until a batch of them has been run there, for each task. Consumers of queues are
 * awake, as a busy shard is; the executor's sleeps and is woken in its own way. Every kind has the same bound but the
 * executor, which has none.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class InboxBenchmark {
    private static final int CAPACITY = 1 << 16;
    private static final int BATCH = 1024;
    private static final String CHANNEL = "news";

    /** What is measured, and what beside. */
    public enum Kind {
        /** The shard's inbox: the queue below, and a consumer that may sleep. */
        INBOX,
        MPSC_ARRAY_QUEUE,
        LINKED_BLOCKING_QUEUE,
        DISRUPTOR,
        /** A handler found in a map of channels, and given to a thread. */
        MAP_AND_EXECUTOR
    }

    @Param
    public Kind kind = Kind.INBOX;

    private final AtomicLong ran = new AtomicLong();
    private final Runnable task = () -> ran.lazySet(ran.getPlain() + 1);
    private HandOver handOver = ignored -> true;
    private Runnable end = () -> {};
    private volatile boolean over;
    private long handedOver;

    @Setup
    public void setUp() {
        switch (kind) {
            case INBOX -> {
                Inbox inbox = new Inbox(CAPACITY, () -> {});
                consume(inbox::poll);
                handOver = inbox::offer;
            }
            case MPSC_ARRAY_QUEUE -> queue(new MpscArrayQueue<>(CAPACITY));
            case LINKED_BLOCKING_QUEUE -> queue(new LinkedBlockingQueue<>(CAPACITY));
            case DISRUPTOR -> disruptor();
            case MAP_AND_EXECUTOR -> mapAndExecutor();
        }
    }

    @TearDown
    public void tearDown() {
        over = true;
        end.run();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long handOver() {
        for (int i = 0; i < BATCH; i++) {
            while (!handOver.offer(task)) {
                Thread.onSpinWait();
            }
        }
        handedOver += BATCH;
        while (ran.get() < handedOver) {
            Thread.onSpinWait();
        }
        return handedOver;
    }

    private void queue(Queue<Runnable> queue) {
        consume(queue::poll);
        handOver = queue::offer;
    }

    private void consume(Supplier<Runnable> poll) {
        Thread consumer = new Thread(() -> {
            while (!over) {
                Runnable next = poll.get();
                if (next == null) {
                    Thread.onSpinWait();
                } else {
                    next.run();
                }
            }
        });
        consumer.setDaemon(true);
        consumer.start();
    }

    private void disruptor() {
        Disruptor<Slot> disruptor = new Disruptor<>(
                Slot::new, CAPACITY, Executors.defaultThreadFactory(), ProducerType.MULTI, new SleepingWaitStrategy());
        disruptor.handleEventsWith((slot, sequence, endOfBatch) -> slot.task.run());
        RingBuffer<Slot> ring = disruptor.start();
        handOver = next -> ring.tryPublishEvent((slot, sequence, given) -> slot.task = given, next);
        end = disruptor::halt;
    }

    private void mapAndExecutor() {
        Map<String, ExecutorService> channels = new ConcurrentHashMap<>();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        channels.put(CHANNEL, executor);
        handOver = next -> {
            channels.get(CHANNEL).execute(next);
            return true;
        };
        end = executor::shutdownNow;
    }

    /** Takes a task, or is full. */
    private interface HandOver {
        boolean offer(Runnable task);
    }

    private static final class Slot {
        private Runnable task = () -> {};
    }
}
