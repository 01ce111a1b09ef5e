package dev.relay.internal.shard;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * How long threads have worked, as the operating system counts it: asking costs the one who asks, and a thread that is being
 * watched does nothing for it. Taking the time around each wait of a shard would cost every turn, and would count what a
 * poller does with sockets as waiting.
 *
 * <p><b>Threading.</b> Any.
 */
final class ProcessorTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ProcessorTime() {}

    /** Nanoseconds; {@code -1} if that is not known. */
    static long ofThread(Thread thread) {
        return THREADS.isThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled()
                ? THREADS.getThreadCpuTime(thread.getId())
                : -1;
    }
}
