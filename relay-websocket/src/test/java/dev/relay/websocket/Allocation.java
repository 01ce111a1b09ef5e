package dev.relay.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;

/** How much heap something takes, whatever becomes of it. */
final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ATTEMPTS = 4;

    private Allocation() {}

    /**
     * Runs {@code task}, which may be done again, and demands that this allocates no more than {@code maxBytes}. What is loaded
     * or grown once and then kept does not count: of some attempts the last one decides.
     */
    static <T> T bounded(long maxBytes, Callable<T> task) {
        for (int attempt = 1; ; attempt++) {
            try {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                T result = task.call();
                long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
                if (allocated <= maxBytes) {
                    return result;
                }
                assertThat(attempt).as("bytes allocated: " + allocated).isLessThan(ATTEMPTS);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
