package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.Authorizer.ConnectAttempt;
import dev.relay.Authorizer.Connecting;
import dev.relay.Authorizer.SubscribeAttempt;
import dev.relay.Authorizer.Subscribing;
import dev.relay.ClientInfo;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.InvalidConfigurationException;
import dev.relay.Payload;
import dev.relay.RelayClock;
import dev.relay.Session;
import dev.relay.SubscriptionOverride;
import dev.relay.transport.PeerInfo;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenAuthorizerTest {
    private static final String SECRET = "secret";
    private static final long NOW = 1_700_000_000;
    private static final long YEAR = 365L * 24 * 3600;
    private static final Connecting INVALID = new Connecting.Closed(CloseCode.INVALID_TOKEN);
    private static final Session SESSION_42 = new Session(
            new ClientInfo("42", "client-1", null, null), null, "", "", new PeerInfo("websocket", "json", "?"));

    private final TokenAuthorizer authorizer = builder().build();

    @ParameterizedTest
    @CsvSource({"HS256, HmacSHA256", "HS384, HmacSHA384", "HS512, HmacSHA512"})
    void a_signed_token_says_who_it_is(String algorithm, String mac) {
        String token = token("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}", "{\"sub\":\"42\"}", mac, SECRET);

        assertThat(connect(token)).isEqualTo(new Connecting.Accepted("42", null, null, 0, true, null, Map.of()));
    }

    @Test
    void without_a_token_only_anonymous_connects_if_allowed() {
        assertThat(connect("")).isEqualTo(new Connecting.Closed(CloseCode.BAD_REQUEST));
        assertThat(connect(token("{}"))).isEqualTo(new Connecting.Closed(CloseCode.PERMISSION_DENIED));

        TokenAuthorizer open = builder().allowAnonymousConnect(true).build();
        assertThat(connect(open, "")).isEqualTo(Connecting.Accepted.ANONYMOUS);
        assertThat(connect(open, token("{}")))
                .isEqualTo(new Connecting.Accepted("", null, null, 0, true, null, Map.of()));
        assertThat(connect(open, "garbage")).isEqualTo(INVALID);
    }

    @Test
    void expired_and_early_tokens_are_told_apart_from_bad_ones() {
        Connecting expired = new Connecting.Rejected(ErrorCode.TOKEN_EXPIRED);

        assertThat(connect(token("{\"sub\":\"42\",\"exp\":" + (NOW - 1) + "}"))).isEqualTo(expired);
        assertThat(connect(token("{\"sub\":\"42\",\"exp\":" + NOW + "}"))).isEqualTo(expired);
        assertThat(connect(token("{\"sub\":\"42\",\"nbf\":" + (NOW + 1) + "}"))).isEqualTo(expired);
        assertThat(connect(token("{\"sub\":\"42\",\"nbf\":" + NOW + ".0}"))).isInstanceOf(Connecting.Accepted.class);
        String forged = token("{\"alg\":\"HS256\"}", "{\"sub\":\"42\",\"exp\":1}", "HmacSHA256", "other");
        assertThat(connect(forged)).isEqualTo(INVALID);
    }

    @Test
    void the_connection_expires_with_the_token_or_as_expire_at_says() {
        assertThat(expiry("\"exp\":" + (NOW + 60))).isEqualTo(NOW + 60);
        assertThat(expiry("\"exp\":" + (NOW + 60) + ",\"expire_at\":" + (NOW + 10)))
                .isEqualTo(NOW + 10);
        assertThat(expiry("\"exp\":" + (NOW + 60) + ",\"expire_at\":0")).isZero();
        assertThat(expiry("\"exp\":" + (NOW + 60) + ",\"expire_at\":-5")).isZero();
        assertThat(expiry("\"expire_at\":" + (NOW + 10))).isEqualTo(NOW + 10);
        assertThat(expiry("\"exp\":" + (NOW + 2 * YEAR))).isEqualTo(NOW + YEAR);
        assertThat(expiry("\"exp\":1e300")).isEqualTo(NOW + YEAR);
        assertThat(connect(token("{\"sub\":\"42\",\"expire_at\":" + (NOW - 1) + "}")))
                .isEqualTo(new Connecting.Rejected(ErrorCode.EXPIRED));

        TokenAuthorizer insecure = builder().enforceExpiry(false).build();
        assertThat(connect(insecure, token("{\"sub\":\"42\",\"exp\":" + (NOW + 60) + "}")))
                .isEqualTo(new Connecting.Accepted("42", null, null, 0, true, null, Map.of()));
        assertThat(connect(insecure, token("{\"sub\":\"42\",\"exp\":" + (NOW - 60) + "}")))
                .isEqualTo(new Connecting.Rejected(ErrorCode.TOKEN_EXPIRED));
    }

    @Test
    void info_is_kept_as_it_was_written() {
        assertThat(info("\"info\":{\"name\": \"Ann\", \"n\":1.50}")).isEqualTo("{\"name\": \"Ann\", \"n\":1.50}");
        assertThat(info("\"info\":[1,\n2]")).isEqualTo("[1,2]");
        assertThat(info("\"info\":\"x\"")).isEqualTo("\"x\"");
        assertThat(info("\"b64info\":\"eyJhIjoxfQ==\",\"info\":{}")).isEqualTo("{\"a\":1}");
        assertThat(info("\"info\":null")).isNull();
        assertThat(connect(token("{\"sub\":\"42\",\"b64info\":\"?\"}"))).isEqualTo(INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sub\":42}",
                "{\"sub\":\"42\",\"exp\":\"soon\"}",
                "{\"sub\":\"42\",\"nbf\":{}}",
                "[]",
                "",
                "null",
                "{\"sub\":\"42\"",
                "{\"sub\":\"42\"} x",
                "{\"sub\":\"42\",\"channel\":\"news\"}",
                "\u0000{\u0000}"
            })
    void claims_of_the_wrong_form_make_a_token_invalid(String claims) {
        assertThat(connect(token(claims))).isEqualTo(INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"none\"}",
                "{\"alg\":\"RS256\"}",
                "{\"alg\":\"hs256\"}",
                "{\"alg\":null}",
                "{}",
                "[]",
                "",
                "{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}",
                "{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"]}",
                "{\"alg\":[\"HS256\"]}"
            })
    void other_algorithms_make_a_token_invalid(String header) {
        String token = token(header, "{\"sub\":\"42\"}", "HmacSHA256", SECRET);

        assertThat(connect(token)).isEqualTo(INVALID);
        assertThat(connect(token.substring(0, token.lastIndexOf('.') + 1))).isEqualTo(INVALID);
    }

    @Test
    void a_token_for_one_algorithm_is_not_one_for_another() {
        assertThat(connect(token("{\"alg\":\"HS512\"}", "{\"sub\":\"42\"}", "HmacSHA256", SECRET)))
                .isEqualTo(INVALID);
    }

    @Test
    void garbage_is_invalid_and_nothing_is_thrown() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String good = token("{\"sub\":\"42\"}");
        for (int i = 0; i < 20_000; i++) {
            StringBuilder token = new StringBuilder(good);
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                char replacement = (char) (random.nextBoolean() ? random.nextInt(128) : random.nextInt(65_536));
                token.setCharAt(random.nextInt(token.length()), replacement);
            }
            // flipping unused bits at the very end of the signature may leave the same bytes
            assertThat(connect(token.toString()))
                    .as("seed %s: %s", seed, token)
                    .isIn(INVALID, new Connecting.Accepted("42", null, null, 0, true, null, Map.of()));
        }
        for (String token : new String[] {".", "..", "...", "a.b.c", "....", "a".repeat(20_000), "\ud800", " "}) {
            assertThat(connect(token)).isEqualTo(INVALID);
        }
        String deep = "[".repeat(5000);
        assertThat(connect(token("{\"sub\":\"42\",\"x\":" + deep + "}"))).isEqualTo(INVALID);
        assertThat(connect(token("{\"alg\":" + deep + "}", "{}", "HmacSHA256", SECRET)))
                .isEqualTo(INVALID);
        String large = token("{\"sub\":\"42\",\"x\":\"" + "x".repeat(TokenVerifier.MAX_TOKEN_LENGTH) + "\"}");
        assertThat(connect(large)).isEqualTo(INVALID);
    }

    @Test
    void without_a_secret_no_token_is_valid() {
        assertThat(connect(TokenAuthorizer.builder().build(), token("{\"sub\":\"42\"}")))
                .isEqualTo(INVALID);
        assertThatThrownBy(() -> TokenAuthorizer.builder().hmacSecret("").build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("hmacSecret");
    }

    @Test
    void a_subscription_token_allows_one_channel_to_one_user() {
        Subscribing closed = new Subscribing.Closed(CloseCode.INVALID_TOKEN);

        assertThat(subscribe("$x", token("{\"sub\":\"42\",\"channel\":\"$x\",\"info\":{\"a\":1},\"data\":[1]}")))
                .isEqualTo(new Subscribing.Allowed(
                        Payload.of("{\"a\":1}"), Payload.of("[1]"), 0, false, SubscriptionOverride.NONE));
        assertThat(subscribe("$x", token("{\"sub\":\"42\",\"channel\":\"$x\",\"b64data\":\"WzJd\"}")))
                .isEqualTo(new Subscribing.Allowed(null, Payload.of("[2]"), 0, false, SubscriptionOverride.NONE));
        assertThat(subscribe("$x", token("{\"sub\":\"42\",\"channel\":\"$x\",\"client\":\"client-1\"}")))
                .isInstanceOf(Subscribing.Allowed.class);
        assertThat(subscribe("$x", token("{\"sub\":\"42\",\"channel\":\"$y\"}")))
                .isEqualTo(closed);
        assertThat(subscribe("$x", token("{\"sub\":\"43\",\"channel\":\"$x\"}")))
                .isEqualTo(closed);
        assertThat(subscribe("$x", token("{\"channel\":\"$x\"}"))).isEqualTo(closed);
        assertThat(subscribe("$x", token("{\"sub\":\"42\",\"channel\":\"$x\",\"client\":\"other\"}")))
                .isEqualTo(closed);
    }

    @Test
    void a_subscription_without_a_good_token_is_refused() {
        Subscribing denied = new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED);

        assertThat(subscribe("news", "")).isEqualTo(Subscribing.ByOptions.INSTANCE);
        assertThat(subscribe("$x", "")).isEqualTo(denied);
        assertThat(subscribe("news", "garbage")).isEqualTo(denied);
        assertThat(subscribe("news", token("{\"sub\":\"42\"}"))).isEqualTo(denied);
        assertThat(subscribe("news", token("{\"sub\":\"42\",\"channel\":\"news\",\"exp\":1}")))
                .isEqualTo(new Subscribing.Rejected(ErrorCode.TOKEN_EXPIRED));
    }

    @Test
    void a_refresh_prolongs_the_same_user_only() {
        assertThat(refresh(token("{\"sub\":\"42\",\"exp\":" + (NOW + 60) + "}")))
                .isEqualTo(new Connecting.Accepted("42", null, null, NOW + 60, true, null, Map.of()));
        assertThat(refresh(token("{\"sub\":\"42\"}")))
                .isEqualTo(new Connecting.Accepted("42", null, null, 0, true, null, Map.of()));
        assertThat(refresh(token("{\"sub\":\"43\"}"))).isEqualTo(INVALID);
        assertThat(refresh(token("{\"sub\":\"42\",\"exp\":1}"))).isEqualTo(new Connecting.Closed(CloseCode.EXPIRED));
        assertThat(refresh("garbage")).isEqualTo(INVALID);
        assertThat(refresh("")).isEqualTo(new Connecting.Closed(CloseCode.BAD_REQUEST));
    }

    private static TokenAuthorizer.Builder builder() {
        return TokenAuthorizer.builder().hmacSecret(SECRET).clock(new RelayClock() {
            @Override
            public long nanoTime() {
                return 0;
            }

            @Override
            public long epochMicros() {
                return NOW * 1_000_000;
            }
        });
    }

    private long expiry(String claims) {
        return ((Connecting.Accepted) connect(token("{\"sub\":\"42\"," + claims + "}"))).expiresAtSeconds();
    }

    private @org.jspecify.annotations.Nullable String info(String claims) {
        Payload info = ((Connecting.Accepted) connect(token("{\"sub\":\"42\"," + claims + "}"))).connInfo();
        if (info != null) {
            assertThat(info.isJson()).isTrue();
        }
        return info == null ? null : info.text();
    }

    private Connecting connect(String token) {
        return connect(authorizer, token);
    }

    private static Connecting connect(TokenAuthorizer by, String token) {
        ConnectAttempt attempt =
                new ConnectAttempt(token, null, "", "", Map.of(), new PeerInfo("websocket", "json", "?"));
        return by.connect(attempt).toCompletableFuture().join();
    }

    private Subscribing subscribe(String channel, String token) {
        return authorizer
                .subscribe(new SubscribeAttempt(SESSION_42, channel, token, null))
                .toCompletableFuture()
                .join();
    }

    private Connecting refresh(String token) {
        return authorizer.refresh(SESSION_42, token).toCompletableFuture().join();
    }

    private static String token(String claims) {
        return token("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims, "HmacSHA256", SECRET);
    }

    private static String token(String header, String claims, String algorithm, String secret) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String input =
                base64.encodeToString(header.getBytes(UTF_8)) + "." + base64.encodeToString(claims.getBytes(UTF_8));
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), algorithm));
            return input + "." + base64.encodeToString(mac.doFinal(input.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
