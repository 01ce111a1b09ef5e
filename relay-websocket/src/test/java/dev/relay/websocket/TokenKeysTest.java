package dev.relay.websocket;

import static dev.relay.websocket.TestTokens.NOW;
import static dev.relay.websocket.TestTokens.SECRET;
import static dev.relay.websocket.TestTokens.connect;
import static dev.relay.websocket.TestTokens.subscribe;
import static dev.relay.websocket.TestTokens.token;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import dev.relay.Authorizer.Connecting;
import dev.relay.Authorizer.Subscribing;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.InvalidConfigurationException;
import dev.relay.RelayClock;
import dev.relay.websocket.TokenVerifier.Unusable;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which keys a token may be signed with. */
class TokenKeysTest {
    private static final Connecting INVALID = new Connecting.Closed(CloseCode.INVALID_TOKEN);
    private static final Connecting USER_42 = new Connecting.Accepted("42", null, null, 0, true, null, Map.of());
    private static final Issuer RSA = Issuer.rsa();
    private static final Map<String, Issuer> ECDSA = Map.of(
            "ES256", Issuer.ecdsa("secp256r1"),
            "ES384", Issuer.ecdsa("secp384r1"),
            "ES512", Issuer.ecdsa("secp521r1"));

    /** A certificate of another tool's making, and a token that its owner has signed. */
    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBejCCAR+gAwIBAgIUWGZ6jqGGo/KQuQlBwkwdxvxfgDwwCgYIKoZIzj0EAwIw
            ETEPMA0GA1UEAwwGaXNzdWVyMCAXDTI2MTEyNDA4NDM0OFoYDzIxMjYxMDMxMDg0
            MzQ4WjARMQ8wDQYDVQQDDAZpc3N1ZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
            AASLUMH2xF1xMvK0zWgOXpQ0o/OJtRmLq4nlg2g8Ve7d88l6ip/dnmVluuL4TNU1
            mXYJ0nJ2ZOVVnxcwVl9CT/BEo1MwUTAdBgNVHQ4EFgQUGzHksMPQPD5gTOYuzvMq
            tu4sUvUwHwYDVR0jBBgwFoAUGzHksMPQPD5gTOYuzvMqtu4sUvUwDwYDVR0TAQH/
            BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAzqc4HIVhDEx+j75lIEl2B6Oj+kxK
            jUVEX7eic1vKu9sCIQDiJceXw4tj3W6OfG/2ewXzS+2TzItQW87bzD003R3g2g==
            -----END CERTIFICATE-----
            """;

    private static final String CERTIFICATE_TOKEN =
            "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiI0MiJ9.StgDBFvxYIpnbtlffItL-63_ZctEphhR0ijh7OHg3-PTpE9aIh7-P7XHFT4ErJLGHJ7N"
                    + "_ft-i0DLD9_0PdM6fA";

    private static Issuer ecdsa(String algorithm) {
        return requireNonNull(ECDSA.get(algorithm), algorithm);
    }

    private static TokenAuthorizer authorizer(TokenKey... keys) {
        TokenTrust.Builder trust = TokenTrust.builder();
        for (TokenKey key : keys) {
            trust.key(key);
        }
        return authorizer(trust.build());
    }

    private static TokenAuthorizer authorizer(TokenTrust trust) {
        return TokenAuthorizer.builder().trust(trust).clock(TestTokens.CLOCK).build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
    void a_token_signed_with_rsa_is_good(String name) {
        JWSAlgorithm algorithm = JWSAlgorithm.parse(name);
        String token = RSA.token(algorithm, null, "{'sub':'42'}");

        assertThat(connect(authorizer(TokenKey.rsa(RSA.publicPem())), token)).isEqualTo(USER_42);
        assertThat(connect(authorizer(TokenKey.rsa(Issuer.rsa().publicPem())), token))
                .as("with another key")
                .isEqualTo(INVALID);
        assertThat(connect(authorizer(TokenKey.rsa(RSA.publicPem())), changed(token)))
                .as("with other claims")
                .isEqualTo(INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ES256", "ES384", "ES512"})
    void a_token_signed_with_ecdsa_is_good(String name) {
        Issuer issuer = ecdsa(name);
        String token = issuer.token(JWSAlgorithm.parse(name), null, "{'sub':'42'}");

        assertThat(connect(authorizer(TokenKey.ecdsa(issuer.publicPem())), token))
                .isEqualTo(USER_42);
        ECDSA.forEach((other, wrong) -> assertThat(connect(
                        authorizer(TokenKey.ecdsa(
                                other.equals(name) ? Issuer.ecdsa("secp256r1").publicPem() : wrong.publicPem())),
                        token))
                .as("with another key, " + other)
                .isEqualTo(INVALID));
        assertThat(connect(authorizer(TokenKey.ecdsa(issuer.publicPem())), changed(token)))
                .as("with other claims")
                .isEqualTo(INVALID);
    }

    private static String changed(String token) {
        String[] parts = token.split("\\.");
        return parts[0] + "." + TestTokens.base64("{\"sub\":\"43\"}".getBytes(UTF_8)) + "." + parts[2];
    }

    @Test
    void an_ecdsa_signature_of_zeros_signs_nothing() {
        String unsigned = TestTokens.unsigned("{'alg':'ES256'}", "{'sub':'42'}");

        for (int length : new int[] {0, 1, 63, 64, 65, 132}) {
            assertThat(connect(
                            authorizer(TokenKey.ecdsa(ecdsa("ES256").publicPem())),
                            unsigned + "." + TestTokens.base64(new byte[length])))
                    .as(length + " bytes")
                    .isEqualTo(INVALID);
        }
    }

    /** Algorithm confusion: whoever knows a public key – everybody – could sign with it as if it were a shared secret. */
    @ParameterizedTest
    @CsvSource({"HS256, HmacSHA256", "HS384, HmacSHA384", "HS512, HmacSHA512"})
    void a_public_key_is_no_shared_secret(String algorithm, String mac) {
        TokenAuthorizer rsa = authorizer(TokenKey.rsa(RSA.publicPem()));
        String header = "{'alg':'" + algorithm + "'}";

        assertThat(connect(rsa, token(header, "{'sub':'42'}", mac, RSA.publicPem())))
                .isEqualTo(INVALID);
        assertThat(connect(
                        rsa, token(header, "{'sub':'42'}", mac, RSA.publicPem().strip())))
                .isEqualTo(INVALID);
        String ecdsa = ecdsa("ES256").publicPem();
        assertThat(connect(authorizer(TokenKey.ecdsa(ecdsa)), token(header, "{'sub':'42'}", mac, ecdsa)))
                .isEqualTo(INVALID);
    }

    @Test
    void a_shared_secret_checks_no_public_key_signature() {
        assertThat(connect(authorizer(TokenKey.hmac(SECRET)), RSA.token(JWSAlgorithm.RS256, null, "{'sub':'42'}")))
                .isEqualTo(INVALID);
    }

    @Test
    void one_of_several_keys_is_enough() {
        TokenAuthorizer all = authorizer(
                TokenKey.hmac(SECRET),
                TokenKey.rsa(Issuer.rsa().publicPem()),
                TokenKey.rsa(RSA.publicPem()),
                TokenKey.ecdsa(ecdsa("ES384").publicPem()));

        assertThat(connect(all, token("{'sub':'42'}"))).isEqualTo(USER_42);
        assertThat(connect(all, RSA.token(JWSAlgorithm.RS256, "any id", "{'sub':'42'}")))
                .isEqualTo(USER_42);
        assertThat(connect(all, ecdsa("ES384").token(JWSAlgorithm.ES384, null, "{'sub':'42'}")))
                .isEqualTo(USER_42);
        assertThat(connect(all, ecdsa("ES256").token(JWSAlgorithm.ES256, null, "{'sub':'42'}")))
                .isEqualTo(INVALID);
    }

    @Test
    void the_secret_before_is_accepted_until_its_time() {
        MovableClock clock = new MovableClock(NOW);
        TokenAuthorizer rotating = TokenAuthorizer.builder()
                .trust(TokenTrust.builder()
                        .key(TokenKey.hmac("the new secret"))
                        .key(TokenKey.hmac(SECRET).until(Instant.ofEpochSecond(NOW + 60)))
                        .build())
                .clock(clock)
                .build();
        String old = token("{'sub':'42'}");
        String current = token("{'alg':'HS256'}", "{'sub':'42'}", "HmacSHA256", "the new secret");

        assertThat(connect(rotating, old)).isEqualTo(USER_42);
        assertThat(connect(rotating, current)).isEqualTo(USER_42);
        clock.advanceMillis(59_999);
        assertThat(connect(rotating, old)).isEqualTo(USER_42);
        clock.advanceMillis(1);
        assertThat(connect(rotating, old)).isEqualTo(INVALID);
        assertThat(connect(rotating, current)).isEqualTo(USER_42);
    }

    @Test
    void subscription_tokens_may_have_keys_of_their_own() {
        TokenAuthorizer separate = TokenAuthorizer.builder()
                .trust(TokenTrust.of(TokenKey.hmac(SECRET)))
                .subscriptionTrust(TokenTrust.of(TokenKey.rsa(RSA.publicPem())))
                .clock(TestTokens.CLOCK)
                .build();
        String claims = "{'sub':'42','channel':'news'}";

        assertThat(subscribe(separate, "news", RSA.token(JWSAlgorithm.RS256, null, claims)))
                .isInstanceOf(Subscribing.Allowed.class);
        assertThat(subscribe(separate, "news", token(claims)))
                .isEqualTo(new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED));
        assertThat(TestTokens.refreshSubscription(separate, "news", token(claims)))
                .isEqualTo(new Subscribing.Closed(CloseCode.INVALID_TOKEN));
        assertThat(connect(separate, token("{'sub':'42'}"))).isEqualTo(USER_42);
        assertThat(connect(separate, RSA.token(JWSAlgorithm.RS256, null, "{'sub':'42'}")))
                .isEqualTo(INVALID);
    }

    @Test
    void issuer_and_audience_count_only_if_they_are_asked_for() {
        TokenKey key = TokenKey.hmac(SECRET);
        String claims = "{'sub':'42','iss':'auth','aud':['web','app']}";

        assertThat(connect(authorizer(TokenTrust.of(key)), token(claims))).isEqualTo(USER_42);
        assertThat(connect(authorizer(TokenTrust.of(key)), token("{'sub':'42'}")))
                .isEqualTo(USER_42);

        TokenTrust strict =
                TokenTrust.builder().key(key).issuer("auth").audience("app").build();
        assertThat(connect(authorizer(strict), token(claims))).isEqualTo(USER_42);
        assertThat(connect(authorizer(strict), token("{'sub':'42','iss':['other','auth'],'aud':'app'}")))
                .isEqualTo(USER_42);
        for (String wrong : new String[] {
            "{'sub':'42'}",
            "{'sub':'42','iss':'auth'}",
            "{'sub':'42','aud':'app'}",
            "{'sub':'42','iss':'auth','aud':'apple'}",
            "{'sub':'42','iss':'auth','aud':[]}",
            "{'sub':'42','iss':'Auth','aud':'app'}",
            "{'sub':'42','iss':'auth','aud':'web','exp':1}",
        }) {
            assertThat(connect(authorizer(strict), token(wrong))).as(wrong).isEqualTo(INVALID);
        }
    }

    @Test
    void another_claim_may_say_who_the_user_is() {
        TokenTrust trust = TokenTrust.builder()
                .key(TokenKey.hmac(SECRET))
                .userClaim("https://example.org/user")
                .build();

        assertThat(connect(authorizer(trust), token("{'sub':'7','https://example.org/user':'42'}")))
                .isEqualTo(USER_42);
        assertThat(connect(authorizer(trust), token("{'sub':'42'}")))
                .as("nobody")
                .isEqualTo(new Connecting.Closed(CloseCode.PERMISSION_DENIED));
    }

    @Test
    void a_key_in_a_certificate_will_do() {
        assertThat(connect(authorizer(TokenKey.ecdsa(CERTIFICATE)), CERTIFICATE_TOKEN))
                .isEqualTo(USER_42);
    }

    @Test
    void a_key_may_be_on_one_line_or_have_text_around_it() {
        String token = RSA.token(JWSAlgorithm.RS256, null, "{'sub':'42'}");
        String pem = RSA.publicPem();

        for (Function<String, String> form : List.<Function<String, String>>of(
                text -> text.replaceAll("\\R", "\\\\n"),
                text -> text.replaceAll("\\R", ""),
                text -> text.replaceAll("\\R", "\r\n"),
                text -> "\uFEFF# the issuer's\n" + text + "\n\n")) {
            assertThat(connect(authorizer(TokenKey.rsa(form.apply(pem))), token))
                    .isEqualTo(USER_42);
        }
    }

    @Test
    void what_is_no_public_key_of_its_kind_is_refused_and_not_shown() {
        String privateKey = Issuer.pem("PRIVATE KEY", RSA.keys().getPrivate().getEncoded());

        assertRefused(() -> TokenKey.rsa(privateKey), "private key, which Relay must not have");
        assertRefused(() -> TokenKey.ecdsa(privateKey), "private key, which Relay must not have");
        assertRefused(
                () -> TokenKey.rsa(privateKey.replace("PRIVATE KEY", "EC PRIVATE KEY")),
                "private key, which Relay must not have");
        assertRefused(() -> TokenKey.rsa(ecdsa("ES256").publicPem()), "not RSA but EC");
        assertRefused(() -> TokenKey.ecdsa(RSA.publicPem()), "not ECDSA but RSA");
        assertRefused(() -> TokenKey.rsa("MIIBIjANBg"), "is not PEM");
        assertRefused(() -> TokenKey.rsa(""), "is not PEM");
        assertRefused(() -> TokenKey.rsa(RSA.publicPem() + RSA.publicPem()), "more than one key");
        assertRefused(() -> TokenKey.rsa(Issuer.pem("RSA PUBLIC KEY", new byte[9])), "PEM of \"RSA PUBLIC KEY\"");
        assertRefused(() -> TokenKey.rsa(Issuer.pem("PUBLIC KEY", new byte[9])), "cannot be read");
        assertRefused(() -> TokenKey.rsa(Issuer.pem("CERTIFICATE", new byte[9])), "cannot be read");
        assertRefused(() -> TokenKey.rsa(Issuer.rsa(1024).publicPem()), "1024 bits; it needs at least 2048");
        assertRefused(() -> TokenKey.hmac(""), "must not be empty");
    }

    private static void assertRefused(Runnable making, String reason) {
        assertThatThrownBy(making::run)
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(reason)
                .hasMessageNotContaining("MII");
    }

    @Test
    void trust_without_a_key_or_with_a_claim_of_another_meaning_is_refused() {
        assertThatThrownBy(() -> TokenTrust.builder()
                        .jwksUrl(URI.create("ftp://user:hunter2@example.org/keys"))
                        .userClaim("exp")
                        .build())
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.faults()).hasSize(2).noneMatch(fault -> fault.contains("hunter2")));
        assertThatThrownBy(() -> TokenTrust.builder().build()).hasMessageContaining("without a key");
        assertThatThrownBy(() ->
                        TokenTrust.builder().jwksUrl(URI.create("https:keys")).build())
                .hasMessageContaining("with a host");
    }

    @Test
    void keys_are_not_shown() {
        assertThat(TokenKey.hmac("hunter2").until(Instant.EPOCH))
                .hasToString("shared secret until 1970-01-01T00:00:00Z");
        assertThat(TokenKey.rsa(RSA.publicPem())).hasToString("public key");
    }

    @Test
    void public_keys_are_checked_on_the_executor_and_secrets_at_once() {
        QueuedExecutor executor = new QueuedExecutor();
        TokenVerifier verifier = verifier(executor);

        CompletionStage<?> shared = verifier.verify(token("{'sub':'42'}"));
        assertThat(shared.toCompletableFuture()).isCompleted();

        CompletionStage<?> rsa = verifier.verify(RSA.token(JWSAlgorithm.RS256, null, "{'sub':'42'}"));
        assertThat(rsa.toCompletableFuture()).isNotDone();
        executor.runAll();
        assertThat(rsa.toCompletableFuture().join()).isInstanceOf(TokenVerifier.Valid.class);
    }

    @Test
    void an_executor_that_refuses_makes_clients_try_again() {
        TokenVerifier verifier = verifier(task -> {
            throw new RejectedExecutionException("full");
        });

        assertThat(verifier.verify(RSA.token(JWSAlgorithm.RS256, null, "{'sub':'42'}"))
                        .toCompletableFuture()
                        .join())
                .isEqualTo(Unusable.UNDECIDED);
    }

    private static TokenVerifier verifier(Executor executor) {
        RelayClock clock = TestTokens.CLOCK;
        return new TokenVerifier(
                TokenTrust.builder()
                        .key(TokenKey.hmac(SECRET))
                        .key(TokenKey.rsa(RSA.publicPem()))
                        .build(),
                clock,
                executor);
    }

    /** Runs what it is given when told to. */
    private static final class QueuedExecutor implements Executor {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        void runAll() {
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
        }
    }
}
