package dev.relay.websocket;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A shared secret. Computed here, because the library's verifier refuses secrets shorter than 256 bits, which existing
 * deployments and the test suites of the SDKs use.
 */
final class HmacCheck implements SignatureCheck {
    private static final Map<JWSAlgorithm, String> MACS = Map.of(
            JWSAlgorithm.HS256, "HmacSHA256", JWSAlgorithm.HS384, "HmacSHA384", JWSAlgorithm.HS512, "HmacSHA512");

    private final byte[] secret;

    HmacCheck(String secret) {
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean fits(JWSAlgorithm algorithm) {
        return MACS.containsKey(algorithm);
    }

    @Override
    public boolean matches(JWSObject token) throws GeneralSecurityException {
        String algorithm = MACS.get(token.getHeader().getAlgorithm());
        if (algorithm == null) {
            return false;
        }
        Mac mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(secret, algorithm));
        // in constant time, or a stranger could find a signature byte by byte
        return MessageDigest.isEqual(
                mac.doFinal(token.getSigningInput()), token.getSignature().decode());
    }

    /** Bytes of the secret. */
    int length() {
        return secret.length;
    }
}
