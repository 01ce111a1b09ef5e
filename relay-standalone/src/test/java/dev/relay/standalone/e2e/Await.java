package dev.relay.standalone.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for something to become true: with a deadline, and with a dump of what there was instead when it passes. */
public final class Await {
    private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

    private Await() {}

    /** Returns once {@code condition} holds; fails with {@code dump} when it does not within {@code limit}. */
    public static void until(String what, Duration limit, BooleanSupplier condition, Supplier<String> dump) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + limit + ": " + what + "\n" + dump.get());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
