package dev.relay.websocket;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import dev.relay.RelayClock;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Checks a compact JWT: its form, its signature, for whom and by whom it was made, its times, in this order.
 *
 * <p><b>Threading.</b> Any thread; never blocks. Shared secrets are checked by the thread that asks, public keys on the
 * executor.
 */
final class TokenVerifier {
    static final int MAX_TOKEN_LENGTH = 16 * 1024;

    private static final double MICROS_PER_SECOND = 1_000_000;
    private static final CompletionStage<Verified> INVALID = CompletableFuture.completedFuture(Unusable.INVALID);

    private final TokenTrust trust;
    private final @Nullable RemoteKeys published;
    private final RelayClock clock;
    private final Executor executor;

    /** What came of it. */
    sealed interface Verified {}

    /** The token says what its issuer has written into it. */
    record Valid(TokenClaims claims) implements Verified {}

    /** Why the token is good for nothing. */
    enum Unusable implements Verified {
        /** No longer, or not yet; another one may do. */
        EXPIRED,
        INVALID,
        /** The key to check it with cannot be had now; later the same token may do. */
        UNDECIDED
    }

    TokenVerifier(TokenTrust trust, RelayClock clock, Executor executor) {
        this.trust = trust;
        this.clock = clock;
        this.executor = executor;
        URI url = trust.jwksUrl();
        published = url == null ? null : new RemoteKeys(new JwksClient(url, JwksClient.TIMEOUT), clock, executor);
        if (published != null) {
            published.prepare();
        }
    }

    /** Never throws, whatever the token. */
    CompletionStage<Verified> verify(String token) {
        JWSObject parsed = parsed(token);
        if (parsed == null) {
            return INVALID;
        }
        Instant now = Instant.EPOCH.plus(clock.epochMicros(), ChronoUnit.MICROS);
        List<TokenKey> keys = trust.keys().stream()
                .filter(key -> key.fits(parsed.getHeader().getAlgorithm(), now))
                .toList();
        RemoteKeys remote = RemoteKeys.fits(parsed.getHeader().getAlgorithm()) ? published : null;
        if (remote == null && keys.stream().noneMatch(TokenKey::isSlow)) {
            return CompletableFuture.completedFuture(verified(parsed, matchesAny(keys, parsed)));
        }
        return elsewhere(parsed, keys, remote);
    }

    private CompletionStage<Verified> elsewhere(JWSObject token, List<TokenKey> keys, @Nullable RemoteKeys remote) {
        CompletableFuture<Boolean> locally;
        try {
            locally = CompletableFuture.supplyAsync(() -> matchesAny(keys, token), executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(Unusable.UNDECIDED);
        }
        return locally.thenCompose(matches -> matches || remote == null
                        ? CompletableFuture.completedFuture(verified(token, matches))
                        : remote.check(token).thenApply(answer -> answered(token, answer)))
                .exceptionally(TokenVerifier::tooBusy);
    }

    /** The executor may also refuse what comes after keys have been waited for. */
    private static Verified tooBusy(Throwable failure) {
        if (failure.getCause() instanceof RejectedExecutionException) {
            return Unusable.UNDECIDED;
        }
        throw failure instanceof CompletionException known ? known : new CompletionException(failure);
    }

    private Verified answered(JWSObject token, RemoteKeys.Answer answer) {
        return switch (answer) {
            case SIGNED -> verified(token, true);
            case FORGED -> Unusable.INVALID;
            case UNDECIDED -> Unusable.UNDECIDED;
        };
    }

    /** {@code null} if it is not a signed token of a form that Relay understands. */
    private static @Nullable JWSObject parsed(String token) {
        if (token.length() > MAX_TOKEN_LENGTH) {
            return null;
        }
        try {
            JWSObject parsed = JWSObject.parse(token);
            JWSHeader header = parsed.getHeader();
            boolean critical = header.getCriticalParams() != null
                    && !header.getCriticalParams().isEmpty();
            return critical || !header.isBase64URLEncodePayload() ? null : parsed;
        } catch (ParseException | RuntimeException | StackOverflowError e) {
            // the parser promises ParseException only, but it is fed by strangers
            return null;
        }
    }

    private static boolean matchesAny(List<TokenKey> keys, JWSObject token) {
        return keys.stream().anyMatch(key -> matches(key, token));
    }

    private static boolean matches(TokenKey key, JWSObject token) {
        try {
            return key.matches(token);
        } catch (GeneralSecurityException | JOSEException | RuntimeException e) {
            return false; // not a signature of the right form
        }
    }

    private Verified verified(JWSObject token, boolean signed) {
        TokenClaims claims = signed ? TokenClaimsReader.read(token.getPayload().toBytes(), trust.userClaim()) : null;
        if (claims == null || !isMeantForUs(claims)) {
            return Unusable.INVALID;
        }
        double now = seconds(clock);
        boolean expired = claims.expiry() != null && !(now < claims.expiry());
        boolean early = claims.notBefore() != null && !(now >= claims.notBefore());
        return expired || early ? Unusable.EXPIRED : new Valid(claims);
    }

    private boolean isMeantForUs(TokenClaims claims) {
        return (trust.audience() == null || claims.audience().contains(trust.audience()))
                && (trust.issuer() == null || claims.issuers().contains(trust.issuer()));
    }

    static double seconds(RelayClock clock) {
        return clock.epochMicros() / MICROS_PER_SECOND;
    }
}
