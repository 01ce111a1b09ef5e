package dev.relay.internal;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for something to become true: with a deadline, and with a dump of what there was instead when it passes. */
public final class Await {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long PAUSE_NANOS = 200_000;

    private Await() {}

    public static void until(String what, BooleanSupplier condition, Supplier<String> dump) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not in time: " + what + "\n" + dump.get());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** The outcome of a stage, which must come in time. */
    public static <T> T result(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(LIMIT_NANOS, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the stage has failed", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the stage does not complete", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** What a stage has failed with, which must come in time. */
    public static <T> Throwable failure(CompletionStage<T> stage) {
        try {
            T result = stage.toCompletableFuture().get(LIMIT_NANOS, TimeUnit.NANOSECONDS);
            throw new AssertionError("the stage has not failed: " + result);
        } catch (ExecutionException e) {
            return e.getCause() == null ? e : e.getCause();
        } catch (TimeoutException e) {
            throw new AssertionError("the stage does not complete", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
