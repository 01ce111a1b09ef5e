package dev.relay.internal.session;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks of one session one after the other on an executor with many threads.
 *
 * <p><b>Threading.</b> Any thread. A lock is held for a queue operation only, never while a task runs.
 */
final class Serial implements Executor {
    /** Tasks that may wait before {@link #isFull}. */
    private static final int MAX_WAITING = 256;

    private final Executor executor;

    // guarded by this
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>(0);
    private boolean running;

    Serial(Executor executor) {
        this.executor = executor;
    }

    /** Whether what the client causes should wait until some of it is done. */
    synchronized boolean isFull() {
        return waiting.size() >= MAX_WAITING;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            waiting.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        try {
            executor.execute(this::drain);
        } catch (RuntimeException e) {
            synchronized (this) {
                running = false;
                waiting.clear(); // the executor takes nothing more
            }
            throw e;
        }
    }

    private void drain() {
        for (Runnable next = next(); next != null; next = next()) {
            next.run();
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable next = waiting.poll();
        running = next != null;
        return next;
    }
}
