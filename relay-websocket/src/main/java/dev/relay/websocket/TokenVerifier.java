package dev.relay.websocket;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import dev.relay.RelayClock;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.ParseException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Checks a compact JWT: its form, its signature, its times, in this order.
 *
 * <p>The library takes tokens apart, the signature is computed here: its verifier refuses secrets shorter than 256 bits,
 * which existing deployments and the test suites of the SDKs use.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class TokenVerifier {
    static final int MAX_TOKEN_LENGTH = 16 * 1024;

    private static final double MICROS_PER_SECOND = 1_000_000;

    private final byte @Nullable [] secret;
    private final RelayClock clock;

    /** What came of it. */
    sealed interface Verified {}

    /** The token says what its issuer has written into it. */
    record Valid(TokenClaims claims) implements Verified {}

    /** Why the token is good for nothing. */
    enum Unusable implements Verified {
        /** No longer, or not yet; another one may do. */
        EXPIRED,
        INVALID
    }

    TokenVerifier(@Nullable String secret, RelayClock clock) {
        this.secret = secret == null ? null : secret.getBytes(StandardCharsets.UTF_8);
        this.clock = clock;
    }

    /** Never throws, whatever the token. */
    CompletionStage<Verified> verify(String token) {
        return CompletableFuture.completedFuture(verified(token));
    }

    private Verified verified(String token) {
        if (secret == null || token.length() > MAX_TOKEN_LENGTH) {
            return Unusable.INVALID;
        }
        try {
            JWSObject parsed = JWSObject.parse(token);
            if (!isSigned(parsed, secret)) {
                return Unusable.INVALID;
            }
            TokenClaims claims = TokenClaimsReader.read(parsed.getPayload().toBytes(), "sub");
            if (claims == null) {
                return Unusable.INVALID;
            }
            double now = seconds(clock);
            boolean expired = claims.expiry() != null && !(now < claims.expiry());
            boolean early = claims.notBefore() != null && !(now >= claims.notBefore());
            return expired || early ? Unusable.EXPIRED : new Valid(claims);
        } catch (ParseException | GeneralSecurityException | RuntimeException | StackOverflowError e) {
            // the parser promises ParseException only, but it is fed by strangers
            return Unusable.INVALID;
        }
    }

    static double seconds(RelayClock clock) {
        return clock.epochMicros() / MICROS_PER_SECOND;
    }

    private static boolean isSigned(JWSObject token, byte[] secret) throws GeneralSecurityException {
        JWSHeader header = token.getHeader();
        String algorithm = mac(header.getAlgorithm());
        boolean critical = header.getCriticalParams() != null
                && !header.getCriticalParams().isEmpty();
        if (algorithm == null || critical || !header.isBase64URLEncodePayload()) {
            return false;
        }
        Mac mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(secret, algorithm));
        // in constant time, or a stranger could find a signature byte by byte
        return MessageDigest.isEqual(
                mac.doFinal(token.getSigningInput()), token.getSignature().decode());
    }

    private static @Nullable String mac(JWSAlgorithm algorithm) {
        if (JWSAlgorithm.HS256.equals(algorithm)) {
            return "HmacSHA256";
        }
        if (JWSAlgorithm.HS384.equals(algorithm)) {
            return "HmacSHA384";
        }
        return JWSAlgorithm.HS512.equals(algorithm) ? "HmacSHA512" : null;
    }
}
