package dev.relay.websocket;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one edge that make signatures for handshakes and read certificate files: a signature takes as long as
 * hundreds of deliveries, and a crowd that reconnects needs one each. They end when there is nothing to do.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class TlsWorkers {
    private static final int MAX_WAITING = 4096;

    private final ThreadPoolExecutor pool;
    private final AtomicInteger users;

    /** @param users how often {@link #release} will be called */
    TlsWorkers(int users) {
        this.users = new AtomicInteger(users);
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        pool = new ThreadPoolExecutor(
                threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "relay-tls");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
    }

    /** @throws java.util.concurrent.RejectedExecutionException if too much waits, or all users have gone */
    void execute(Runnable task) {
        pool.execute(task);
    }

    /** One user less; with the last one the threads end. */
    void release() {
        if (users.decrementAndGet() == 0) {
            pool.shutdown();
        }
    }
}
