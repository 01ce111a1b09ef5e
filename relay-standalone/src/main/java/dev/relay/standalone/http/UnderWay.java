package dev.relay.standalone.http;

import java.time.Duration;

/**
 * Counts the requests that have not been answered in full.
 *
 * <p><b>Threading.</b> Any thread; only {@link #awaitNone} blocks.
 */
final class UnderWay {
    private int requests;

    synchronized void begin() {
        requests++;
    }

    synchronized void end() {
        requests--;
        notifyAll();
    }

    /** Waits until there is none, or the time is up, or this thread is interrupted, which it stays. */
    synchronized void awaitNone(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            for (long left = limit.toMillis(); requests > 0 && left > 0; left = millisTo(deadline)) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long millisTo(long deadline) {
        return (deadline - System.nanoTime()) / 1_000_000;
    }
}
