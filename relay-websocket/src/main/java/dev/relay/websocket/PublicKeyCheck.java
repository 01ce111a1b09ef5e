package dev.relay.websocket;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import dev.relay.InvalidConfigurationException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Map;

/** A public key: RSA for RS* and PS*, or a NIST curve for the one algorithm made for it. */
final class PublicKeyCheck implements SignatureCheck {
    private static final int MIN_RSA_BITS = 2048;
    private static final Map<Curve, JWSAlgorithm> CURVES =
            Map.of(Curve.P_256, JWSAlgorithm.ES256, Curve.P_384, JWSAlgorithm.ES384, Curve.P_521, JWSAlgorithm.ES512);

    private final JWSVerifier verifier;

    private PublicKeyCheck(JWSVerifier verifier) {
        this.verifier = verifier;
    }

    /**
     * What checks signatures with {@code key}.
     *
     * @throws InvalidConfigurationException if the key is of another kind, or too weak
     */
    static PublicKeyCheck of(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits < MIN_RSA_BITS) {
                throw refused("the RSA key has " + bits + " bits; it needs at least " + MIN_RSA_BITS);
            }
            return new PublicKeyCheck(new RSASSAVerifier(rsa));
        }
        if (key instanceof ECPublicKey ec && CURVES.containsKey(Curve.forECParameterSpec(ec.getParams()))) {
            try {
                return new PublicKeyCheck(new ECDSAVerifier(ec));
            } catch (JOSEException e) {
                throw new InvalidConfigurationException(List.of("the ECDSA key cannot be used: " + e.getMessage()));
            }
        }
        throw refused("the key is " + key.getAlgorithm() + "; legal are RSA, and ECDSA on P-256, P-384 or P-521");
    }

    private static InvalidConfigurationException refused(String fault) {
        return new InvalidConfigurationException(List.of(fault));
    }

    @Override
    public boolean fits(JWSAlgorithm algorithm) {
        return verifier.supportedJWSAlgorithms().contains(algorithm);
    }

    @Override
    public boolean matches(JWSObject token) throws JOSEException {
        return token.verify(verifier);
    }
}
