package dev.relay.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.relay.Authorizer.Connecting;
import dev.relay.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** Tokens as applications make them, with the libraries that the manual names; it quotes this class. */
class LibraryTokensTest {
    private static final String SECRET = "a secret of 32 bytes or more, random";

    private static Connecting connect(String token, long nowSeconds) {
        TokenAuthorizer authorizer = TokenAuthorizer.builder()
                .hmacSecret(SECRET)
                .clock(new MovableClock(nowSeconds))
                .build();
        return TestTokens.connect(authorizer, token);
    }

    private static Connecting ann(long expiresAt) {
        return new Connecting.Accepted("42", Payload.of("{\"name\":\"Ann\"}"), null, expiresAt, true, null, Map.of());
    }

    @Test
    void nimbus() throws JOSEException {
        String secret = SECRET;
        // snippet: nimbus
        SignedJWT token = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder()
                        .subject("42")
                        .expirationTime(Date.from(Instant.now().plus(Duration.ofHours(1))))
                        .claim("info", Map.of("name", "Ann"))
                        .build());
        token.sign(new MACSigner(secret));
        String text = token.serialize();
        // end of snippet

        long now = Instant.now().getEpochSecond();
        assertThat(connect(text, now)).isIn(ann(now + 3599), ann(now + 3600));
    }

    @Test
    void several_keys_in_a_java_application() {
        String newSecret = "the new secret";
        String oldSecret = "the old secret";
        String publicPem = Issuer.ecdsa("secp256r1").publicPem();
        Executor pool = Runnable::run;
        // snippet: trust
        TokenAuthorizer authorizer = TokenAuthorizer.builder()
                .trust(TokenTrust.builder()
                        .key(TokenKey.hmac(newSecret))
                        .key(TokenKey.hmac(oldSecret).until(Instant.parse("2999-12-31T00:00:00Z")))
                        .key(TokenKey.ecdsa(publicPem))
                        .audience("chat")
                        .build())
                .executor(pool)
                .build();
        // end of snippet

        for (String secret : new String[] {newSecret, oldSecret}) {
            assertThat(TestTokens.connect(
                            authorizer,
                            TestTokens.token("{'alg':'HS256'}", "{'sub':'42','aud':'chat'}", "HmacSHA256", secret)))
                    .isInstanceOf(Connecting.Accepted.class);
        }
    }

    /** Made by {@code jsonwebtoken} 9 with what the manual shows. */
    @Test
    void jsonwebtoken_of_javascript() {
        String token =
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImluZm8iOnsibmFtZSI6IkFubiJ9LCJpYXQiOjE3OTU1"
                        + "MTE2MTMsImV4cCI6MTc5NTUxNTIxM30.WisvMqJMtBurdsd2D2LktQsUobspfyd25PmS_KOnLzE";

        assertThat(connect(token, 1_795_511_613)).isEqualTo(ann(1_795_515_213));
    }

    /** Made by PyJWT 2 with what the manual shows. */
    @Test
    void pyjwt_of_python() {
        String token =
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImV4cCI6MTc5NTUxNTIxMywiaW5mbyI6eyJuYW1lIjoi"
                        + "QW5uIn19.ngBP31lL4AZyLYECDkN-Jn87PjPb1btNrdLBRF_bdH8";

        assertThat(connect(token, 1_795_511_613)).isEqualTo(ann(1_795_515_213));
    }
}
