package dev.relay.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer;
import dev.relay.Authorizer.ConnectAttempt;
import dev.relay.Authorizer.Connecting;
import dev.relay.Authorizer.SubscribeAttempt;
import dev.relay.Authorizer.Subscribing;
import dev.relay.ClientInfo;
import dev.relay.Payload;
import dev.relay.RelayClock;
import dev.relay.ServerSubscription;
import dev.relay.Session;
import dev.relay.SubscriptionOverride;
import dev.relay.standalone.config.TokenArguments.Flag;
import dev.relay.transport.PeerInfo;
import dev.relay.websocket.TokenAuthorizer;
import dev.relay.websocket.TokenKey;
import dev.relay.websocket.TokenTrust;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCommandTest {
    private static final String SECRET = "correct horse battery staple, thirty-two bytes";
    private static final long NOW = 1_700_000_000;
    private static final PeerInfo PEER = new PeerInfo("websocket", "json", "?");
    private static final Map<String, String> CONFIGURED = Map.of("RELAY_TOKEN_HMAC_SECRET", SECRET);

    private record Ended(int code, String out, String err) {}

    private static Ended run(Map<String, String> environment, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        TokenCommand command = new TokenCommand(
                environment, Path.of("no-such-directory"), InstantSource.fixed(Instant.ofEpochSecond(NOW)));
        ExitCode code = command.run(words, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        return new Ended(code.code(), out.toString(UTF_8), err.toString(UTF_8));
    }

    /** The token, after it was made sure that nothing else was printed. */
    private static String token(Map<String, String> environment, String... words) {
        Ended ended = run(environment, words);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).endsWith(System.lineSeparator()).matches("\\S+\\R");
        return ended.out().strip();
    }

    private static Authorizer authorizer(TokenTrust trust) {
        return TokenAuthorizer.builder().trust(trust).clock(new At(NOW)).build();
    }

    private record At(long seconds) implements RelayClock {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long epochMicros() {
            return seconds * 1_000_000;
        }
    }

    private static Connecting connect(String token) {
        return connect(TokenTrust.of(TokenKey.hmac(SECRET)), token);
    }

    private static Connecting connect(TokenTrust trust, String token) {
        return authorizer(trust)
                .connect(new ConnectAttempt(token, null, "", "", Map.of(), PEER))
                .toCompletableFuture()
                .join();
    }

    private static Subscribing subscribe(String secret, String channel, String token) {
        Session session = new Session(new ClientInfo("42", "client-1", null, null), null, "", "", PEER);
        return authorizer(TokenTrust.of(TokenKey.hmac(secret)))
                .subscribe(new SubscribeAttempt(session, channel, token, null))
                .toCompletableFuture()
                .join();
    }

    @Test
    void a_token_is_good_for_an_hour_unless_another_time_is_given() {
        assertThat(connect(token(CONFIGURED, "--user", "42")))
                .isEqualTo(new Connecting.Accepted("42", null, null, NOW + 3600, true, null, Map.of()));
        assertThat(connect(token(CONFIGURED, "--user=42", "--ttl=90s")))
                .isEqualTo(new Connecting.Accepted("42", null, null, NOW + 90, true, null, Map.of()));
        assertThat(connect(token(CONFIGURED, "--user=42", "--ttl", "0")))
                .isEqualTo(new Connecting.Accepted("42", null, null, 0, true, null, Map.of()));
    }

    @Test
    void a_connection_token_says_all_that_was_asked_for() {
        assertThat(connect(token(
                        CONFIGURED,
                        "--user",
                        "quote \" slash \\ tab \t ünïcödé 😀",
                        "--ttl=0",
                        "--info",
                        "{\"name\":\n\"Ann\"}",
                        "--meta",
                        "[1, 2]",
                        "--channels",
                        "news, chat:1")))
                .isEqualTo(new Connecting.Accepted(
                        "quote \" slash \\ tab \t ünïcödé 😀",
                        Payload.of("{\"name\":\"Ann\"}"),
                        null,
                        0,
                        true,
                        Payload.of("[1, 2]"),
                        Map.of("news", ServerSubscription.PLAIN, "chat:1", ServerSubscription.PLAIN)));
    }

    @Test
    void a_subscription_token_is_for_one_channel() {
        assertThat(subscribe(SECRET, "dialog#42,", token(CONFIGURED, "--user=42", "--channel=dialog#42,")))
                .isInstanceOf(Subscribing.Allowed.class);
        String token = token(
                CONFIGURED, "--user=42", "--channel", "$news", "--client=client-1", "--info=1", "--data=\"hello\"");

        assertThat(subscribe(SECRET, "$news", token))
                .isEqualTo(new Subscribing.Allowed(
                        Payload.of("1"), Payload.of("\"hello\""), NOW + 3600, true, SubscriptionOverride.NONE));
    }

    @Test
    void a_subscription_token_is_signed_with_its_own_secret_if_there_is_one() {
        Map<String, String> both =
                Map.of("RELAY_TOKEN_HMAC_SECRET", SECRET, "RELAY_SUBSCRIPTION_TOKEN_HMAC_SECRET", "another secret");

        assertThat(subscribe("another secret", "news", token(both, "--user=42", "--channel=news")))
                .isInstanceOf(Subscribing.Allowed.class);
        assertThat(connect(token(both, "--user=42"))).isInstanceOf(Connecting.Accepted.class);
        assertThat(run(
                                Map.of(
                                        "RELAY_TOKEN_HMAC_SECRET",
                                        SECRET,
                                        "RELAY_SUBSCRIPTION_TOKEN_JWKS_URL",
                                        "https://issuer.example.org/keys"),
                                "--user=42",
                                "--channel=news")
                        .err())
                .contains("no subscription_token_hmac_secret is configured");
    }

    @Test
    void what_the_server_asks_of_tokens_is_in_them() {
        TokenTrust strict = TokenTrust.builder()
                .key(TokenKey.hmac(SECRET))
                .audience("relay")
                .issuer("ops \"team\"")
                .userClaim("user_id")
                .build();

        assertThat(connect(
                        strict,
                        token(
                                CONFIGURED,
                                "--user=42",
                                "--token-audience=relay",
                                "--token-issuer=ops \"team\"",
                                "--token-user-claim=user_id")))
                .isEqualTo(new Connecting.Accepted("42", null, null, NOW + 3600, true, null, Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "HS384", "HS512", "hs512"})
    void the_algorithm_can_be_chosen(String algorithm) {
        String token = token(CONFIGURED, "--user=42", "--algorithm", algorithm);

        assertThat(new String(Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))), UTF_8))
                .isEqualTo("{\"alg\":\"" + algorithm.toUpperCase(Locale.ROOT) + "\",\"typ\":\"JWT\"}");
        assertThat(connect(token)).isInstanceOf(Connecting.Accepted.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--ttl=1h                          | --user is missing",
                "--user                            | --user needs a value: ID",
                "--user=1 --channel                | --channel needs a value: NAME",
                "--channels --user=1               | --channels needs a value: A,B,…",
                "--user=1 --user=2                 | --user is given twice",
                "--user=1 --ttl=3600               | --ttl = \"3600\" is not a time with its unit; legal is a time from 0s to 365d",
                "--user=1 --ttl=-1h                | --ttl = \"-1h\" is not a time",
                "--user=1 --info=name              | --info = \"name\" is not JSON",
                "--user=1 --info={\"a\":1}{        | is not JSON",
                "--user=1 --meta=                  | --meta = \"\" is not JSON",
                "--user=1 --data=1                 | --data needs --channel",
                "--user=1 --client=c               | --client needs --channel",
                "--user=1 --channel=a --channels=b | --channels does not go with --channel",
                "--user=1 --channel=a --meta=1     | --meta does not go with --channel",
                "--user=1 --channel=               | --channel holds an empty name",
                "--user=1 --channels=a,,b          | --channels holds an empty name",
                "--user=1 --algorithm=RS256        | --algorithm = \"RS256\" is not known; legal is HS256, HS384 or HS512",
                "--usr=1 --user=1                  | --usr (flag) is unknown; did you mean --user?",
                "--user=1 --port=x                 | port = \"x\" (flag --port) is not a port",
                "--user=1 news                     | unexpected argument: news",
            })
    void what_cannot_be_made_is_refused_with_the_reason(String words, String fault) {
        Ended ended = run(CONFIGURED, words.split(" "));

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .startsWith("relay: no token made, there is a fault:\n")
                .contains(fault);
        assertThat(ended.err().lines()).hasSize(3);
    }

    @Test
    void without_a_secret_there_is_no_token_and_all_faults_come_at_once() {
        Ended ended = run(Map.of(), "--ttl=x", "--meta=x");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err())
                .startsWith("relay: no token made, there are 4 faults:\n")
                .contains(
                        "no token_hmac_secret is configured; set RELAY_TOKEN_HMAC_SECRET or RELAY_TOKEN_HMAC_SECRET_FILE");
    }

    @Test
    void a_token_too_long_for_the_server_is_not_made() {
        assertThat(run(CONFIGURED, "--user=42", "--info=\"" + "x".repeat(13_000) + "\"")
                        .err())
                .contains("Relay takes 16384 at most");
    }

    @Test
    void help_names_every_flag_and_needs_no_secret() {
        Ended ended = run(Map.of(), "--help");

        assertThat(ended.code()).isZero();
        assertThat(ended.err()).isEmpty();
        for (Flag flag : Flag.values()) {
            assertThat(ended.out()).contains(flag.flag() + " " + flag.value());
        }
        assertThat(ended.out()).contains("RELAY_TOKEN_HMAC_SECRET[_FILE]").contains("--config");
        assertThat(ended.out().lines()).allMatch(line -> line.length() <= 102);
    }
}
