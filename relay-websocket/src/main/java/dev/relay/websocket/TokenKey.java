package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import dev.relay.InvalidConfigurationException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key that tokens are signed with, or the public half of it. Each serves its own algorithms only: a token whose header
 * names another is not checked with it.
 *
 * <p><b>Threading.</b> Immutable; any thread.
 */
public final class TokenKey {
    private static final int SAFE_SECRET_BYTES = 32;

    private final SignatureCheck check;
    private final @Nullable Instant until;

    private TokenKey(SignatureCheck check, @Nullable Instant until) {
        this.check = check;
        this.until = until;
    }

    /**
     * A shared secret, for HS256, HS384 and HS512. Shorter than 32 bytes it can be guessed from a token.
     *
     * @throws InvalidConfigurationException if it is empty
     */
    public static TokenKey hmac(String secret) {
        if (requireNonNull(secret, "secret").isEmpty()) {
            throw new InvalidConfigurationException(List.of("the HMAC secret of tokens must not be empty"));
        }
        return new TokenKey(new HmacCheck(secret), null);
    }

    /**
     * An RSA public key of 2048 bits or more, for RS256, RS384, RS512, PS256, PS384 and PS512.
     *
     * @param pem a public key, or a certificate, of which only the key counts: its dates are not checked
     * @throws InvalidConfigurationException with what is wrong with it
     */
    public static TokenKey rsa(String pem) {
        PublicKey key = PublicKeyPem.read(requireNonNull(pem, "pem"));
        if (!(key instanceof RSAPublicKey)) {
            throw new InvalidConfigurationException(List.of("the key is not RSA but " + key.getAlgorithm()));
        }
        return new TokenKey(PublicKeyCheck.of(key), null);
    }

    /**
     * An ECDSA public key: on P-256 for ES256, on P-384 for ES384, on P-521 for ES512.
     *
     * @param pem a public key, or a certificate, of which only the key counts: its dates are not checked
     * @throws InvalidConfigurationException with what is wrong with it
     */
    public static TokenKey ecdsa(String pem) {
        PublicKey key = PublicKeyPem.read(requireNonNull(pem, "pem"));
        if (!(key instanceof ECPublicKey)) {
            throw new InvalidConfigurationException(List.of("the key is not ECDSA but " + key.getAlgorithm()));
        }
        return new TokenKey(PublicKeyCheck.of(key), null);
    }

    /** The same key, which no token is accepted with from {@code instant} on: for the one before, while it is replaced. */
    public TokenKey until(Instant instant) {
        return new TokenKey(check, requireNonNull(instant, "instant"));
    }

    /** Whether tokens of this algorithm may be signed with it now. */
    boolean fits(JWSAlgorithm algorithm, Instant now) {
        return check.fits(algorithm) && (until == null || now.isBefore(until));
    }

    boolean matches(JWSObject token) throws GeneralSecurityException, JOSEException {
        return check.matches(token);
    }

    /** Whether checking a signature takes long enough to do it elsewhere. */
    boolean isSlow() {
        return check instanceof PublicKeyCheck;
    }

    /** {@code ""}, or why somebody might find out the key. */
    String weakness() {
        return check instanceof HmacCheck hmac && hmac.length() < SAFE_SECRET_BYTES
                ? "the HMAC secret of tokens has " + hmac.length() + " bytes; use at least " + SAFE_SECRET_BYTES
                        + " random ones in production"
                : "";
    }

    @Override
    public String toString() {
        return (check instanceof HmacCheck ? "shared secret" : "public key") + (until == null ? "" : " until " + until);
    }
}
