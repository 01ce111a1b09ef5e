package dev.relay.websocket;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import dev.relay.RelayClock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys an issuer publishes, kept here and read again when they may have changed: a token names a key that is not among
 * them, or they have grown old. Whatever tokens come, the issuer is asked once at a time and at most once in
 * {@value #MIN_INTERVAL_SECONDS} seconds; while it does not answer, the keys read before stay valid.
 *
 * <p><b>Threading.</b> Any thread; never blocks. A token that has to wait for keys is checked on the executor after they
 * have come.
 */
final class RemoteKeys {
    static final long MIN_INTERVAL_SECONDS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(RemoteKeys.class);
    private static final long MIN_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(MIN_INTERVAL_SECONDS);

    /** From then on they are read again as soon as they are used, which does not wait for it. */
    private static final long OLD_NANOS = TimeUnit.MINUTES.toNanos(5);

    /** From then on – nobody has used them for long – it does wait: a key may have been withdrawn. */
    private static final long STALE_NANOS = TimeUnit.HOURS.toNanos(1);

    private final JwksClient client;
    private final RelayClock clock;
    private final Executor executor;

    // written by the thread that has read them, read by any: publishes the keys and their age
    private volatile @Nullable Fetched current;

    private final Object lock = new Object(); // held for a few instructions, never while asking or checking

    // guarded by lock
    private @Nullable CompletableFuture<Boolean> underWay;
    private boolean asked;
    private long askedAtNanos;
    private long failures;

    private record Fetched(KeySet keys, long atNanos) {}

    /** What is known about a signature. */
    enum Answer {
        SIGNED,
        FORGED,
        /** The key is not known, and whether the issuer has it cannot be found out now. */
        UNDECIDED
    }

    RemoteKeys(JwksClient client, RelayClock clock, Executor executor) {
        this.client = client;
        this.clock = clock;
        this.executor = executor;
    }

    /** Whether a published key can be one for this algorithm. */
    static boolean fits(JWSAlgorithm algorithm) {
        return JWSAlgorithm.Family.RSA.contains(algorithm)
                || JWSAlgorithm.ES256.equals(algorithm)
                || JWSAlgorithm.ES384.equals(algorithm)
                || JWSAlgorithm.ES512.equals(algorithm);
    }

    /** Reads the keys before the first token needs them. */
    void prepare() {
        fetch();
    }

    /** Whether the issuer has signed the token. */
    CompletionStage<Answer> check(JWSObject token) {
        Fetched known = current;
        long age = known == null ? Long.MAX_VALUE : clock.nanoTime() - known.atNanos();
        CompletableFuture<Boolean> fresh = age < OLD_NANOS ? null : fetch();
        if (known != null && (age < STALE_NANOS || fresh == null)) {
            KeySet.Answer answer = known.keys().check(token);
            if (answer != KeySet.Answer.UNKNOWN_KEY) {
                return CompletableFuture.completedFuture(decided(answer, true));
            }
        }
        if (fresh == null) {
            fresh = fetch();
        }
        return fresh == null
                ? CompletableFuture.completedFuture(Answer.UNDECIDED)
                // composed, not thenApplyAsync: with an executor that runs at once, that one recurses for each who
                // waits
                : fresh.thenCompose(
                        read -> CompletableFuture.supplyAsync(() -> decided(checkNow(token), read), executor));
    }

    private KeySet.Answer checkNow(JWSObject token) {
        Fetched known = current;
        return known == null ? KeySet.Answer.UNKNOWN_KEY : known.keys().check(token);
    }

    private static Answer decided(KeySet.Answer answer, boolean upToDate) {
        return switch (answer) {
            case SIGNED -> Answer.SIGNED;
            case FORGED -> Answer.FORGED;
            case UNKNOWN_KEY -> upToDate ? Answer.FORGED : Answer.UNDECIDED;
        };
    }

    /** Whether it has worked, once it has; {@code null} if it is too early to ask again. */
    private @Nullable CompletableFuture<Boolean> fetch() {
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        synchronized (lock) {
            if (underWay != null) {
                return underWay;
            }
            long now = clock.nanoTime();
            if (asked && now - askedAtNanos < MIN_INTERVAL_NANOS) {
                return null;
            }
            asked = true;
            askedAtNanos = now;
            underWay = begun;
        }
        client.fetch().whenComplete((keys, failure) -> {
            try {
                if (keys != null) {
                    current = new Fetched(keys, clock.nanoTime());
                }
                log(keys, failure, ended(keys != null));
            } finally {
                begun.complete(keys != null);
            }
        });
        return begun;
    }

    /** How many times it has failed before, in a row. */
    private long ended(boolean worked) {
        synchronized (lock) {
            long before = failures;
            failures = worked ? 0 : before + 1;
            underWay = null;
            return before;
        }
    }

    private void log(@Nullable KeySet keys, @Nullable Throwable failure, long failuresBefore) {
        if (keys != null && failuresBefore > 0) {
            LOG.info("keys of {} can be read again, after {} failures", client.shown(), failuresBefore);
        } else if (failure != null && failuresBefore == 0) {
            Fetched known = current;
            LOG.warn(
                    "keys of {} cannot be read: {}; {}, and it is tried again when tokens come",
                    client.shown(),
                    client.reason(failure),
                    known == null ? "none is known" : known.keys().size() + " read before stay valid");
        }
    }
}
