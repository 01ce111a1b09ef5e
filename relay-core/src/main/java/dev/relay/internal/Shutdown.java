package dev.relay.internal;

import dev.relay.CloseCode;
import dev.relay.internal.journal.JournalWriter;
import dev.relay.internal.shard.Shard;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops an engine in the order in which nothing admitted is lost: clients are sent away one after the other, then no new work,
 * then the journal, whose outcomes are told, then the connections that are left, then the threads.
 *
 * <p><b>Threading.</b> Any thread; the first one does it, the others wait for it, the engine's own threads do not wait.
 */
final class Shutdown {
    private static final int HOPS = 3; // a publish may go session → home → writer; each barrier lets it go one further
    private static final long ASK_NANOS = 1_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    private final List<ShardScope> scopes;
    private final @Nullable JournalWriter writer;
    private final @Nullable ExecutorService executor;
    private final Drain drain;
    private final Duration window;
    private final Duration timeout;
    private final Consumer<Shard> endInProcess;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);

    // written once by the stopping thread, read by whoever asks how the engine is
    private volatile boolean stopping;

    Shutdown(
            List<ShardScope> scopes,
            @Nullable JournalWriter writer,
            @Nullable ExecutorService executor,
            Drain drain,
            Duration window,
            Duration timeout,
            Consumer<Shard> endInProcess) {
        this.scopes = scopes;
        this.writer = writer;
        this.executor = executor;
        this.drain = drain;
        this.window = window;
        this.timeout = timeout;
        this.endInProcess = endInProcess;
    }

    /** Starts a thread that is to be waited for. */
    void started(Thread thread) {
        threads.add(thread);
        thread.start();
    }

    /** Whether clients have been sent away and the engine takes no more work. */
    boolean isStopping() {
        return stopping;
    }

    void run() {
        boolean own = threads.contains(Thread.currentThread());
        if (begun.compareAndSet(false, true)) {
            if (own) {
                new Thread(this::stop, "relay-stop").start();
            } else {
                stop();
            }
        } else if (!own) {
            await(done, Long.MAX_VALUE);
        }
    }

    private void stop() {
        try {
            drain.begin(window);
            if (!window.isZero()) {
                drain.await(window);
            }
            stopping = true;
            long deadline = System.nanoTime() + timeout.toNanos();
            onEachShard(deadline, (scope, gone) -> {
                scope.shard().poller().stopAccepting();
                scope.sessions().stopReading();
                gone.run();
            });
            onEachShard(deadline, (scope, gone) -> {
                scope.channels().offerAgain();
                gone.run();
            });
            for (int hop = 0; hop < HOPS; hop++) {
                onEachShard(deadline, (scope, gone) -> gone.run());
            }
            if (writer != null) {
                writer.stop();
                join("relay-journal", deadline);
            }
            if (!onEachShard(deadline, (scope, gone) -> scope.sessions().closeAll(CloseCode.SHUTDOWN, gone))) {
                LOG.warn("connections were still open after {}; they are dropped", timeout);
            }
            // As the last task of each shard: on its thread, like every other call, and behind everything published.
            scopes.forEach(scope -> {
                scope.shard().tell(() -> endInProcess.accept(scope.shard()));
                scope.shard().stop();
            });
            join("relay-shard", System.nanoTime() + timeout.toNanos());
        } finally {
            if (executor != null) {
                executor.shutdown();
            }
            done.countDown();
        }
    }

    /** Whether no home waits for the journal any more; asked when the writer has told everything. */
    boolean isJournalComplete() {
        AtomicBoolean behind = new AtomicBoolean();
        boolean asked = onEachShard(System.nanoTime() + ASK_NANOS, (scope, gone) -> {
            behind.compareAndSet(false, scope.channels().isBehind());
            gone.run();
        });
        return asked && !behind.get();
    }

    /** Does something on every shard and waits until each has said that it is done; whether all have in time. */
    private boolean onEachShard(long deadline, BiConsumer<ShardScope, Runnable> action) {
        CountDownLatch latch = new CountDownLatch(scopes.size());
        for (ShardScope scope : scopes) {
            if (!scope.shard().put(() -> action.accept(scope, latch::countDown))) {
                latch.countDown();
            }
        }
        return await(latch, deadline - System.nanoTime());
    }

    private void join(String name, long deadline) {
        for (Thread thread : threads) {
            if (thread.getName().startsWith(name)) {
                try {
                    thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                if (thread.isAlive()) {
                    LOG.warn("thread {} did not end within {}", thread.getName(), timeout);
                }
            }
        }
    }

    private static boolean await(CountDownLatch latch, long nanos) {
        try {
            return latch.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
