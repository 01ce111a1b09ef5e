package dev.relay.standalone.console;

import dev.relay.standalone.config.PasswordHash;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whose password somebody has entered.
 *
 * <p>Comparing takes a processor for some tenths of a second, so it is done on one thread of its own, one after the other; more
 * than {@value #MAX_WAITING} waiting are refused. However many try, what is left of the machine goes on.
 *
 * <p><b>Threading.</b> Any thread; nothing blocks. Stages complete on the thread of its own, or at once.
 */
final class Passwords implements AutoCloseable {
    static final int MAX_WAITING = 8;

    private static final Logger LOG = LoggerFactory.getLogger(Passwords.class);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final ThreadPoolExecutor checking;
    private final CompletableFuture<PasswordHash> admin;
    private final @Nullable CompletableFuture<PasswordHash> viewer;
    private final LoginLimits limits = new LoginLimits();
    private final LongSupplier nanoTime;

    // guarded by this: what is wrong is said once a minute, however often it is tried
    private long failures;
    private long saidAtNanos;
    private boolean said;

    /**
     * @param admin as configured; hashed on the thread of its own, so that the start need not wait for it
     * @param viewer as configured, if it is
     */
    Passwords(String admin, @Nullable String viewer, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        checking = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
            Thread thread = new Thread(task, "relay-passwords");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            return thread;
        });
        checking.allowCoreThreadTimeOut(true);
        this.admin = hashed(admin);
        this.viewer = viewer == null ? null : hashed(viewer);
    }

    private CompletableFuture<PasswordHash> hashed(String configured) {
        return CompletableFuture.supplyAsync(() -> PasswordHash.ofConfigured(configured), checking);
    }

    /** The answer to somebody who has entered a password. */
    sealed interface Answer {
        /** It is that of this role. */
        record Right(Role role) implements Answer {}

        /** It is not to be used. */
        record Refused(LoginResult why) implements Answer {}
    }

    /** Looks whose password this is. */
    CompletionStage<Answer> check(String password, String address) {
        long wait = limits.take(address, nanoTime.getAsLong());
        if (wait > 0) {
            return tooMany(wait);
        }
        if (password.isEmpty() || password.length() > PasswordHash.MAX_LENGTH) {
            return CompletableFuture.completedFuture(wrong());
        }
        try {
            return CompletableFuture.supplyAsync((Supplier<Answer>) () -> compared(password, address), checking);
        } catch (RejectedExecutionException e) {
            return tooMany(1);
        }
    }

    private static CompletionStage<Answer> tooMany(long seconds) {
        return CompletableFuture.completedFuture(new Answer.Refused(new LoginResult.TooMany(seconds)));
    }

    /** With both, whatever the first has said, so that the time it takes says nothing. */
    private Answer compared(String password, String address) {
        boolean isAdmin = admin.join().matches(password);
        boolean isViewer = viewer != null && viewer.join().matches(password);
        if (!isAdmin && !isViewer) {
            return wrong();
        }
        limits.succeeded(address);
        return new Answer.Right(isAdmin ? Role.ADMIN : Role.VIEWER);
    }

    private Answer wrong() {
        long since = 0;
        synchronized (this) {
            failures++;
            long now = nanoTime.getAsLong();
            if (!said || now - saidAtNanos >= QUIET_NANOS) {
                since = failures;
                failures = 0;
                said = true;
                saidAtNanos = now;
            }
        }
        if (since > 0) {
            LOG.warn("a wrong password was entered at the console, {} since the last report", since);
        }
        return new Answer.Refused(LoginResult.Wrong.INSTANCE);
    }

    /** Addresses of which something is kept. */
    int addresses() {
        return limits.addresses();
    }

    @Override
    public void close() {
        checking.shutdownNow();
    }
}
