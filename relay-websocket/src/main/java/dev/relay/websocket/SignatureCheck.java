package dev.relay.websocket;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import java.security.GeneralSecurityException;

/**
 * Whether tokens were signed with one key. A key knows which algorithms are meant for it: what a token says about its
 * algorithm chooses among keys, never how a key is used, so that a public key cannot be taken for a shared secret.
 *
 * <p><b>Threading.</b> Any thread, several at once.
 */
sealed interface SignatureCheck permits HmacCheck, PublicKeyCheck {
    /** Whether the key is one for this algorithm. */
    boolean fits(JWSAlgorithm algorithm);

    /** Whether the key, which fits the token's algorithm, has signed it. An exception means that it has not. */
    boolean matches(JWSObject token) throws GeneralSecurityException, JOSEException;
}
