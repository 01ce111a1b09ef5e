package dev.relay.websocket;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import dev.relay.InvalidConfigurationException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of a JSON Web Key Set that check signatures. Keys for anything else, of kinds Relay does not know and
 * shared secrets are left out.
 *
 * <p><b>Threading.</b> Immutable; any thread.
 */
final class KeySet {
    private static final int MAX_KEYS = 100;

    /** Keys a token without a key id is tried with: each costs time, and anybody may send such tokens. */
    private static final int MAX_TRIALS = 4;

    private final List<Published> keys;

    private KeySet(List<Published> keys) {
        this.keys = List.copyOf(keys);
    }

    /** What is known about a signature. */
    enum Answer {
        SIGNED,
        FORGED,
        /** By none of these keys: perhaps the issuer has a new one. */
        UNKNOWN_KEY
    }

    private record Published(@Nullable String id, @Nullable String algorithm, SignatureCheck check) {
        boolean fits(JWSAlgorithm wanted) {
            return check.fits(wanted) && (algorithm == null || algorithm.equals(wanted.getName()));
        }
    }

    /**
     * Reads a set.
     *
     * @throws ParseException if it is not one, or holds no key that can be used, or too many
     */
    static KeySet parse(String json) throws ParseException {
        List<Published> keys = new ArrayList<>();
        for (JWK key : JWKSet.parse(json).getKeys()) {
            SignatureCheck check = check(key);
            if (check != null) {
                Algorithm algorithm = key.getAlgorithm();
                keys.add(new Published(key.getKeyID(), algorithm == null ? null : algorithm.getName(), check));
            }
        }
        if (keys.isEmpty()) {
            throw new ParseException("no RSA or ECDSA key to check signatures with", 0);
        }
        if (keys.size() > MAX_KEYS) {
            throw new ParseException(keys.size() + " keys, more than " + MAX_KEYS, 0);
        }
        return new KeySet(keys);
    }

    private static @Nullable SignatureCheck check(JWK key) {
        boolean otherUse = key.getKeyUse() != null && !KeyUse.SIGNATURE.equals(key.getKeyUse());
        boolean otherOperations = key.getKeyOperations() != null
                && !key.getKeyOperations().isEmpty()
                && !key.getKeyOperations().contains(KeyOperation.VERIFY);
        if (otherUse || otherOperations || !(key instanceof AsymmetricJWK asymmetric)) {
            return null;
        }
        try {
            PublicKey publicKey = asymmetric.toPublicKey();
            return PublicKeyCheck.of(publicKey);
        } catch (JOSEException | InvalidConfigurationException e) {
            return null; // a curve or a length that Relay does not accept; others in the set may do
        }
    }

    int size() {
        return keys.size();
    }

    /** Whether one of the keys has signed the token. */
    Answer check(JWSObject token) {
        String id = token.getHeader().getKeyID();
        JWSAlgorithm algorithm = token.getHeader().getAlgorithm();
        List<Published> candidates = keys.stream()
                .filter(key -> key.fits(algorithm) && (id == null || id.equals(key.id())))
                .limit(MAX_TRIALS)
                .toList();
        if (candidates.stream().anyMatch(key -> matches(key.check(), token))) {
            return Answer.SIGNED;
        }
        return id == null || candidates.isEmpty() ? Answer.UNKNOWN_KEY : Answer.FORGED;
    }

    private static boolean matches(SignatureCheck check, JWSObject token) {
        try {
            return check.matches(token);
        } catch (GeneralSecurityException | JOSEException | RuntimeException e) {
            return false; // not a signature of the right form
        }
    }
}
