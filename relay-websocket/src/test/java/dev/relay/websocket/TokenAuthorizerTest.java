package dev.relay.websocket;

import static dev.relay.websocket.TestTokens.CLOCK;
import static dev.relay.websocket.TestTokens.NOW;
import static dev.relay.websocket.TestTokens.SECRET;
import static dev.relay.websocket.TestTokens.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.Authorizer;
import dev.relay.Authorizer.Connecting;
import dev.relay.Authorizer.PublishAttempt;
import dev.relay.Authorizer.Publishing;
import dev.relay.Authorizer.Subscribing;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.InvalidConfigurationException;
import dev.relay.Payload;
import dev.relay.ServerSubscription;
import dev.relay.Session;
import dev.relay.SubscriptionOverride;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenAuthorizerTest {
    private static final long YEAR = 365L * 24 * 3600;
    private static final Connecting INVALID = new Connecting.Closed(CloseCode.INVALID_TOKEN);

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
        assertThat(TestTokens.connect(open, "")).isEqualTo(Connecting.Accepted.ANONYMOUS);
        assertThat(TestTokens.connect(open, token("{}")))
                .isEqualTo(new Connecting.Accepted("", null, null, 0, true, null, Map.of()));
        assertThat(TestTokens.connect(open, "garbage")).isEqualTo(INVALID);
    }

    @Test
    void the_connection_expires_with_the_token_or_as_expire_at_says() {
        assertThat(expiresAt("\"exp\":" + (NOW + 60))).isEqualTo(NOW + 60);
        assertThat(expiresAt("\"exp\":" + (NOW + 60) + ",\"expire_at\":" + (NOW + 10)))
                .isEqualTo(NOW + 10);
        assertThat(expiresAt("\"exp\":" + (NOW + 60) + ",\"expire_at\":0")).isZero();
        assertThat(expiresAt("\"exp\":" + (NOW + 60) + ",\"expire_at\":-5")).isZero();
        assertThat(expiresAt("\"expire_at\":" + (NOW + 10))).isEqualTo(NOW + 10);
        assertThat(expiresAt("\"exp\":" + (NOW + 2 * YEAR))).isEqualTo(NOW + YEAR);
        assertThat(expiresAt("\"exp\":1e300")).isEqualTo(NOW + YEAR);
        assertThat(connect(token("{\"sub\":\"42\",\"expire_at\":" + (NOW - 1) + "}")))
                .isEqualTo(new Connecting.Rejected(ErrorCode.EXPIRED));

        TokenAuthorizer insecure = builder().enforceExpiry(false).build();
        assertThat(TestTokens.connect(insecure, token("{\"sub\":\"42\",\"exp\":" + (NOW + 60) + "}")))
                .isEqualTo(new Connecting.Accepted("42", null, null, 0, true, null, Map.of()));
        assertThat(TestTokens.connect(insecure, token("{\"sub\":\"42\",\"exp\":" + (NOW - 60) + "}")))
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
        assertThat(TestTokens.connect(TokenAuthorizer.builder().build(), token("{\"sub\":\"42\"}")))
                .isEqualTo(INVALID);
        assertThatThrownBy(() -> TokenAuthorizer.builder().hmacSecret("").build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("must not be empty");
    }

    @Test
    void a_subscription_token_allows_one_channel_to_one_user() {
        Subscribing closed = new Subscribing.Closed(CloseCode.INVALID_TOKEN);

        assertThat(subscribe("$x", token("{\"sub\":\"42\",\"channel\":\"$x\",\"info\":{\"a\":1},\"data\":[1]}")))
                .isEqualTo(new Subscribing.Allowed(
                        Payload.of("{\"a\":1}"), Payload.of("[1]"), 0, true, SubscriptionOverride.NONE));
        assertThat(subscribe("$x", token("{\"sub\":\"42\",\"channel\":\"$x\",\"b64data\":\"WzJd\"}")))
                .isEqualTo(new Subscribing.Allowed(null, Payload.of("[2]"), 0, true, SubscriptionOverride.NONE));
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
        assertThat(refresh(token("{'sub':'42','exp':" + (NOW + 60) + ",'info':1}")))
                .isEqualTo(new Connecting.Accepted("42", Payload.of("1"), null, NOW + 60, true, null, Map.of()));
        assertThat(refresh(token("{'sub':'42'}")))
                .isEqualTo(new Connecting.Accepted("42", null, null, 0, true, null, Map.of()));
        assertThat(refresh(token("{'sub':'43'}"))).isEqualTo(INVALID);
        assertThat(refresh(token("{'sub':'42','channel':'news'}"))).isEqualTo(INVALID);
        assertThat(refresh("")).isEqualTo(new Connecting.Closed(CloseCode.BAD_REQUEST));
    }

    @Test
    void a_subscription_refresh_prolongs_the_same_channel_and_user_only() {
        Subscribing closed = new Subscribing.Closed(CloseCode.INVALID_TOKEN);

        assertThat(refreshSubscription("$x", token("{'sub':'42','channel':'$x','exp':" + (NOW + 60) + ",'info':1}")))
                .isEqualTo(new Subscribing.Allowed(Payload.of("1"), null, NOW + 60, true, SubscriptionOverride.NONE));
        assertThat(refreshSubscription("$x", token("{'sub':'42','channel':'$x'}")))
                .isEqualTo(new Subscribing.Allowed(null, null, 0, true, SubscriptionOverride.NONE));
        assertThat(refreshSubscription("$x", token("{'sub':'42','channel':'$y'}")))
                .isEqualTo(closed);
        assertThat(refreshSubscription("$x", token("{'sub':'43','channel':'$x'}")))
                .isEqualTo(closed);
        assertThat(refreshSubscription("$x", token("{'sub':'42'}"))).isEqualTo(closed);
        assertThat(refreshSubscription("$x", "")).isEqualTo(new Subscribing.Rejected(ErrorCode.BAD_REQUEST));
    }

    /** Section "Tokens" of the protocol: what a client is told, by command and by what is wrong with its token. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "expired         | 'exp':1699999999             | error 109 | error 109 | close 3005 | error 109 temporary",
                "expired now     | 'exp':1700000000             | error 109 | error 109 | close 3005 | error 109 temporary",
                "not yet valid   | 'nbf':1700000001             | error 109 | error 109 | close 3005 | error 109 temporary",
                "over            | 'expire_at':1699999999       | error 110 | error 110 | close 3005 | error 109 temporary",
                "bad signature   | FORGED                       | close 3500 | error 103 | close 3500 | close 3500",
                "no JWT          | GARBAGE                      | close 3500 | error 103 | close 3500 | close 3500",
                "expired, forged | FORGED 'exp':1               | close 3500 | error 103 | close 3500 | close 3500",
                "bad claim       | 'exp':'soon'                 | close 3500 | error 103 | close 3500 | close 3500",
                "other kind      | OTHER                        | close 3500 | error 103 | close 3500 | close 3500",
                "good            | 'exp':1700000001             | ok | ok | ok | ok",
                "valid from now  | 'nbf':1700000000.0           | ok | ok | ok | ok",
                "never expires   | 'exp':1700000001,'expire_at':0 | ok | ok | ok | ok",
            })
    void outcomes_are_those_of_the_protocol(
            String what, String claims, String connect, String subscribe, String refresh, String subRefresh) {
        String connection = made(claims, "'sub':'42'", "'sub':'42','channel':'$x'");
        String subscription = made(claims, "'sub':'42','channel':'$x'", "'sub':'42'");

        assertThat(told(connect(connection))).as("connect, " + what).isEqualTo(connect);
        assertThat(told(subscribe("$x", subscription))).as("subscribe, " + what).isEqualTo(subscribe);
        assertThat(told(refresh(connection))).as("refresh, " + what).isEqualTo(refresh);
        assertThat(told(refreshSubscription("$x", subscription)))
                .as("sub_refresh, " + what)
                .isEqualTo(subRefresh);
    }

    private static String made(String claims, String identity, String otherIdentity) {
        if (claims.equals("GARBAGE")) {
            return "garbage";
        } else if (claims.equals("OTHER")) {
            return token("{" + otherIdentity + "}");
        } else if (claims.startsWith("FORGED")) {
            String rest = claims.substring("FORGED".length()).strip();
            return token(
                    "{'alg':'HS256'}",
                    "{" + identity + (rest.isEmpty() ? "" : "," + rest) + "}",
                    "HmacSHA256",
                    "other");
        }
        return token("{" + identity + "," + claims + "}");
    }

    private static String told(Object decision) {
        if (decision instanceof Connecting.Rejected rejected) {
            return told(rejected.error());
        } else if (decision instanceof Subscribing.Rejected rejected) {
            return told(rejected.error());
        } else if (decision instanceof Connecting.Closed closed) {
            return "close " + closed.code().code();
        } else if (decision instanceof Subscribing.Closed closed) {
            return "close " + closed.code().code();
        }
        return "ok";
    }

    private static String told(ErrorCode error) {
        return "error " + error.code() + (error.temporary() ? " temporary" : "");
    }

    @Test
    void a_subscription_expires_with_its_token_or_as_expire_at_says() {
        assertThat(subscriptionExpiresAt("'exp':" + (NOW + 60))).isEqualTo(NOW + 60);
        assertThat(subscriptionExpiresAt("'exp':" + (NOW + 60) + ",'expire_at':" + (NOW + 10)))
                .isEqualTo(NOW + 10);
        assertThat(subscriptionExpiresAt("'exp':" + (NOW + 60) + ",'expire_at':-1"))
                .isZero();
        assertThat(subscriptionExpiresAt("'exp':" + (NOW + 2 * YEAR))).isEqualTo(NOW + YEAR);
        assertThat(subscriptionExpiresAt("'nbf':0")).isZero();
    }

    @Test
    void in_insecure_mode_subscriptions_still_expire() {
        TokenAuthorizer insecure = builder().enforceExpiry(false).build();
        String token = token("{'sub':'42','channel':'news','exp':" + (NOW + 60) + "}");

        assertThat(TestTokens.subscribe(insecure, "news", token))
                .isEqualTo(new Subscribing.Allowed(null, null, NOW + 60, true, SubscriptionOverride.NONE));
    }

    @Test
    void a_subscription_token_may_override_options_of_the_namespace() {
        String override = "{'presence':{'value':true},'join_leave':{'value':false},'force_recovery':{'value':true}}";

        assertThat(subscribe("news", token("{'sub':'42','channel':'news','override':" + override + "}")))
                .isEqualTo(new Subscribing.Allowed(
                        null, null, 0, true, new SubscriptionOverride(true, false, null, null, true)));
    }

    @Test
    void a_connection_token_subscribes_to_channels_and_carries_meta() {
        assertThat(accepted("'channels':['news','chat:1'],'meta':{'plan': 'gold'}"))
                .isEqualTo(new Connecting.Accepted(
                        "42",
                        null,
                        null,
                        0,
                        true,
                        Payload.of("{\"plan\": \"gold\"}"),
                        Map.of("news", ServerSubscription.PLAIN, "chat:1", ServerSubscription.PLAIN)));
    }

    @Test
    void what_a_client_may_do_without_a_token_can_be_somebody_elses_decision() {
        Asked asked = new Asked();
        TokenAuthorizer both = builder().withoutToken(asked).build();
        PublishAttempt publish = new PublishAttempt(TestTokens.SESSION_42, "news", Payload.of("1"), false);

        assertThat(TestTokens.connect(both, "")).isEqualTo(Connecting.Accepted.of("guest"));
        assertThat(TestTokens.refresh(both, "")).isEqualTo(Connecting.Accepted.of("guest"));
        assertThat(TestTokens.subscribe(both, "news", "")).isEqualTo(Subscribing.Allowed.PLAIN);
        assertThat(TestTokens.refreshSubscription(both, "news", "")).isEqualTo(Subscribing.Allowed.PLAIN);
        assertThat(both.decidesPublish()).isTrue();
        assertThat(both.publish(publish).toCompletableFuture().join())
                .isEqualTo(new Publishing.Rejected(ErrorCode.UNAUTHORIZED));

        assertThat(TestTokens.subscribe(both, "$news", ""))
                .as("a private channel")
                .isEqualTo(new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED));
        assertThat(TestTokens.connect(both, token("{'sub':'42'}")))
                .as("with a token")
                .isEqualTo(new Connecting.Accepted("42", null, null, 0, true, null, Map.of()));
        assertThat(TestTokens.connect(both, "garbage")).isEqualTo(INVALID);
    }

    @Test
    void by_itself_it_leaves_publishing_to_the_channel_options() {
        PublishAttempt publish = new PublishAttempt(TestTokens.SESSION_42, "news", Payload.of("1"), false);

        assertThat(authorizer.decidesPublish()).isFalse();
        assertThat(authorizer.publish(publish).toCompletableFuture().join()).isEqualTo(Publishing.ByOptions.INSTANCE);
    }

    /** An application that knows its guests. */
    private static final class Asked implements Authorizer {
        @Override
        public CompletionStage<Connecting> connect(ConnectAttempt attempt) {
            return CompletableFuture.completedFuture(Connecting.Accepted.of("guest"));
        }

        @Override
        public CompletionStage<Subscribing> subscribe(SubscribeAttempt attempt) {
            return CompletableFuture.completedFuture(Subscribing.Allowed.PLAIN);
        }

        @Override
        public CompletionStage<Connecting> refresh(Session session, String token) {
            return CompletableFuture.completedFuture(Connecting.Accepted.of("guest"));
        }

        @Override
        public CompletionStage<Subscribing> refreshSubscription(SubscribeAttempt attempt) {
            return CompletableFuture.completedFuture(Subscribing.Allowed.PLAIN);
        }

        @Override
        public boolean decidesPublish() {
            return true;
        }

        @Override
        public CompletionStage<Publishing> publish(PublishAttempt attempt) {
            return CompletableFuture.completedFuture(new Publishing.Rejected(ErrorCode.UNAUTHORIZED));
        }
    }

    private static TokenAuthorizer.Builder builder() {
        return TokenAuthorizer.builder().hmacSecret(SECRET).clock(CLOCK);
    }

    private Connecting.Accepted accepted(String claims) {
        return (Connecting.Accepted) connect(token("{'sub':'42'," + claims + "}"));
    }

    private long expiresAt(String claims) {
        return accepted(claims).expiresAtSeconds();
    }

    private long subscriptionExpiresAt(String claims) {
        String token = token("{'sub':'42','channel':'news'," + claims + "}");
        return ((Subscribing.Allowed) subscribe("news", token)).expiresAtSeconds();
    }

    private @Nullable String info(String claims) {
        Payload info = accepted(claims).connInfo();
        if (info != null) {
            assertThat(info.isJson()).isTrue();
        }
        return info == null ? null : info.text();
    }

    private Connecting connect(String token) {
        return TestTokens.connect(authorizer, token);
    }

    private Connecting refresh(String token) {
        return TestTokens.refresh(authorizer, token);
    }

    private Subscribing subscribe(String channel, String token) {
        return TestTokens.subscribe(authorizer, channel, token);
    }

    private Subscribing refreshSubscription(String channel, String token) {
        return TestTokens.refreshSubscription(authorizer, channel, token);
    }
}
