package dev.relay.websocket;

import static dev.relay.websocket.TestTokens.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.relay.websocket.TokenVerifier.Unusable;
import dev.relay.websocket.TokenVerifier.Valid;
import dev.relay.websocket.TokenVerifier.Verified;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Keys that an issuer publishes, over real HTTP. */
@Timeout(60)
class JwksIT {
    private static final Issuer FIRST = Issuer.rsa();
    private static final Issuer SECOND = Issuer.rsa();
    private static final Issuer ECDSA = Issuer.ecdsa("secp256r1");

    private final MovableClock clock = new MovableClock(NOW);
    private final AtomicInteger requests = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final HttpServer server;
    private volatile Answer answer = exchange -> respond(exchange, 200, "{\"keys\":[]}");

    /** What the issuer's server does with a request. */
    @FunctionalInterface
    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    JwksIT() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setExecutor(threads);
        server.createContext("/keys", exchange -> {
            requests.incrementAndGet();
            try (exchange) {
                answer.to(exchange);
            }
        });
        server.start();
    }

    @BeforeEach
    void listenToTheLog() {
        log.start();
        ((Logger) LoggerFactory.getLogger(RemoteKeys.class)).addAppender(log);
    }

    @AfterEach
    void end() {
        ((Logger) LoggerFactory.getLogger(RemoteKeys.class)).detachAppender(log);
        server.stop(0);
        threads.shutdownNow();
    }

    private static void respond(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void publish(JWK... keys) {
        String set = Stream.of(keys).map(JWK::toJSONString).collect(Collectors.joining(",", "{\"keys\":[", "]}"));
        answer = exchange -> respond(exchange, 200, set);
    }

    private static RSAKey rsa(Issuer issuer, @Nullable String id) {
        return new RSAKey.Builder((RSAPublicKey) issuer.publicKey()).keyID(id).build();
    }

    private static ECKey ecdsa(Issuer issuer, @Nullable String id) {
        return new ECKey.Builder(Curve.P_256, (ECPublicKey) issuer.publicKey())
                .keyID(id)
                .build();
    }

    private static String token(Issuer issuer, @Nullable String id) {
        return issuer.token(JWSAlgorithm.RS256, id, "{'sub':'42'}");
    }

    private URI url(String prefix, String path) {
        return URI.create(
                "http://" + prefix + "127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private TokenVerifier verifier() {
        return verifier(url("", "/keys"));
    }

    private TokenVerifier verifier(URI url) {
        return new TokenVerifier(TokenTrust.builder().jwksUrl(url).build(), clock, Runnable::run);
    }

    /** The same with a server that may take no longer than this. */
    private RemoteKeys impatient() {
        return new RemoteKeys(new JwksClient(url("", "/keys"), Duration.ofMillis(300)), clock, Runnable::run);
    }

    private static Verified verify(TokenVerifier verifier, String token) {
        return verifier.verify(token)
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void tokens_are_checked_with_the_keys_that_the_issuer_publishes() {
        publish(rsa(FIRST, "1"), ecdsa(ECDSA, "2"));
        TokenVerifier verifier = verifier();

        assertThat(verify(verifier, token(FIRST, "1"))).isInstanceOf(Valid.class);
        assertThat(verify(verifier, FIRST.token(JWSAlgorithm.PS512, "1", "{'sub':'42'}")))
                .isInstanceOf(Valid.class);
        assertThat(verify(verifier, ECDSA.token(JWSAlgorithm.ES256, "2", "{'sub':'42'}")))
                .isInstanceOf(Valid.class);
        assertThat(verify(verifier, token(SECOND, "1"))).as("forged").isEqualTo(Unusable.INVALID);
        assertThat(verify(verifier, FIRST.token(JWSAlgorithm.RS256, "1", "{'sub':'42','exp':1}")))
                .isEqualTo(Unusable.EXPIRED);
        assertThat(requests).hasValue(1);
    }

    @Test
    void a_key_that_is_not_known_yet_is_asked_for() {
        publish(rsa(FIRST, "1"));
        TokenVerifier verifier = verifier();
        assertThat(verify(verifier, token(FIRST, "1"))).isInstanceOf(Valid.class);

        publish(rsa(FIRST, "1"), rsa(SECOND, "2"));
        assertThat(verify(verifier, token(SECOND, "2")))
                .as("too early to ask again")
                .isEqualTo(Unusable.UNDECIDED);
        clock.advanceSeconds(RemoteKeys.MIN_INTERVAL_SECONDS);

        assertThat(verify(verifier, token(SECOND, "2"))).isInstanceOf(Valid.class);
        assertThat(verify(verifier, token(FIRST, "1"))).isInstanceOf(Valid.class);
        assertThat(requests).hasValue(2);
    }

    @Test
    void a_withdrawn_key_is_forgotten_when_keys_have_grown_old() {
        publish(rsa(FIRST, "1"));
        TokenVerifier verifier = verifier();
        assertThat(verify(verifier, token(FIRST, "1"))).isInstanceOf(Valid.class);
        publish(rsa(SECOND, "2"));

        clock.advanceSeconds(Duration.ofMinutes(6).toSeconds());
        assertThat(verify(verifier, token(FIRST, "1")))
                .as("used while the new ones are read")
                .isInstanceOf(Valid.class);
        assertThat(verify(verifier, token(SECOND, "2"))).as("waits for them").isInstanceOf(Valid.class);
        clock.advanceSeconds(RemoteKeys.MIN_INTERVAL_SECONDS);
        assertThat(verify(verifier, token(FIRST, "1"))).isEqualTo(Unusable.INVALID);
        assertThat(requests).hasValue(3);
    }

    @Test
    void after_a_long_silence_a_token_waits_for_fresh_keys() {
        publish(rsa(FIRST, "1"));
        TokenVerifier verifier = verifier();
        assertThat(verify(verifier, token(FIRST, "1"))).isInstanceOf(Valid.class);
        publish(rsa(SECOND, "2"));

        clock.advanceSeconds(Duration.ofHours(2).toSeconds());
        assertThat(verify(verifier, token(FIRST, "1"))).isEqualTo(Unusable.INVALID);
        assertThat(requests).hasValue(2);
    }

    @Test
    void a_flood_of_unknown_keys_does_not_reach_the_issuer() {
        publish(rsa(FIRST, "1"));
        TokenVerifier verifier = verifier();
        assertThat(verify(verifier, token(FIRST, "1"))).isInstanceOf(Valid.class);
        clock.advanceSeconds(RemoteKeys.MIN_INTERVAL_SECONDS);
        CountDownLatch flooded = new CountDownLatch(1);
        Answer known = answer;
        answer = exchange -> {
            await(flooded);
            known.to(exchange);
        };

        String forged = token(SECOND, "1").substring(token(SECOND, "1").indexOf('.'));
        List<CompletableFuture<Verified>> flood = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            String header = "{\"alg\":\"RS256\",\"kid\":\"made up " + i + "\"}";
            flood.add(verifier.verify(TestTokens.base64(header.getBytes(UTF_8)) + forged)
                    .toCompletableFuture());
        }
        assertThat(verify(verifier, token(FIRST, "1")))
                .as("a good client meanwhile")
                .isInstanceOf(Valid.class);
        assertThat(flood).noneMatch(CompletableFuture::isDone);
        flooded.countDown();

        assertThat(flood).allMatch(one -> one.orTimeout(20, TimeUnit.SECONDS).join() == Unusable.INVALID);
        assertThat(verify(verifier, token(SECOND, "made up"))).isEqualTo(Unusable.UNDECIDED);
        assertThat(requests).hasValue(2);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void while_the_issuer_fails_keys_read_before_stay_valid_and_one_line_is_logged() {
        publish(rsa(FIRST, "1"));
        TokenVerifier verifier = verifier(url("relay:hunter2@", "/keys?key=hunter2"));
        assertThat(verify(verifier, token(FIRST, "1"))).isInstanceOf(Valid.class);
        answer = exchange -> respond(exchange, 500, "{\"keys\":[]}");

        for (int i = 0; i < 3; i++) {
            clock.advanceSeconds(Duration.ofHours(2).toSeconds());
            assertThat(verify(verifier, token(FIRST, "1"))).isInstanceOf(Valid.class);
            assertThat(verify(verifier, token(SECOND, "2"))).isEqualTo(Unusable.UNDECIDED);
        }
        assertThat(requests).hasValue(4);
        publish(rsa(FIRST, "1"), rsa(SECOND, "2"));
        clock.advanceSeconds(RemoteKeys.MIN_INTERVAL_SECONDS);
        assertThat(verify(verifier, token(SECOND, "2"))).isInstanceOf(Valid.class);

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "keys of " + url("", "/keys")
                                + " cannot be read: HTTP status 500; 1 read before stay valid, and it is tried again when "
                                + "tokens come",
                        "keys of " + url("", "/keys") + " can be read again, after 3 failures");
    }

    @Test
    void an_issuer_that_is_down_at_first_is_asked_again() {
        answer = exchange -> respond(exchange, 503, "");
        TokenVerifier verifier = verifier();
        assertThat(verify(verifier, token(FIRST, "1"))).isEqualTo(Unusable.UNDECIDED);
        publish(rsa(FIRST, "1"));

        clock.advanceSeconds(RemoteKeys.MIN_INTERVAL_SECONDS);
        assertThat(verify(verifier, token(FIRST, "1"))).isInstanceOf(Valid.class);
    }

    @Test
    void nobody_there_is_a_failure_like_any_other() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = socket.getLocalPort();
        }
        TokenVerifier verifier = verifier(URI.create("http://127.0.0.1:" + port + "/keys"));

        assertThat(verify(verifier, token(FIRST, "1"))).isEqualTo(Unusable.UNDECIDED);
        assertThat(log.list).hasSize(1);
    }

    @Test
    void a_slow_answer_is_given_up_and_nobody_blocks() {
        CountDownLatch tested = new CountDownLatch(1);
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            OutputStream body = exchange.getResponseBody();
            body.write('{');
            body.flush();
            await(tested);
        };
        RemoteKeys keys = impatient();

        CompletableFuture<RemoteKeys.Answer> waiting =
                keys.check(parse(token(FIRST, "1"))).toCompletableFuture();
        assertThat(waiting).as("asking does not block").isNotDone();
        assertThat(waiting.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(RemoteKeys.Answer.UNDECIDED);
        tested.countDown();
        assertThat(log.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .contains("no whole answer within 300 ms; none is known");
    }

    @Test
    void an_answer_without_end_is_cut_off() throws Exception {
        CountDownLatch cutOff = new CountDownLatch(1);
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] part = "x".repeat(8192).getBytes(UTF_8);
            try {
                for (int i = 0; i < 100_000; i++) {
                    exchange.getResponseBody().write(part);
                }
            } catch (IOException e) {
                cutOff.countDown();
            }
        };
        TokenVerifier verifier = verifier();

        assertThat(verify(verifier, token(FIRST, "1"))).isEqualTo(Unusable.UNDECIDED);
        assertThat(cutOff.await(20, TimeUnit.SECONDS)).as("the server noticed").isTrue();
        assertThat(log.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .contains("longer than " + JwksClient.MAX_BYTES + " bytes");
    }

    @Test
    void what_is_no_key_set_is_a_failure() {
        for (String body : List.of(
                "",
                "<html>",
                "{\"keys\":[{\"kty\":\"" + "x\\n".repeat(50_000) + "\",\"alg\":1}]}",
                "[]",
                "{}",
                "{\"keys\":[]}",
                "{\"keys\":[{\"kty\":\"RSA\"}]}",
                "[".repeat(100_000))) {
            answer = exchange -> respond(exchange, 200, body);
            assertThat(verify(verifier(), token(FIRST, "1"))).as(body).isEqualTo(Unusable.UNDECIDED);
        }
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .allMatch(line -> line.length() < 400 && !line.contains("\n"));
        answer = exchange -> {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            respond(exchange, 302, "");
        };
        assertThat(verify(verifier(), token(FIRST, "1"))).isEqualTo(Unusable.UNDECIDED);
    }

    @Test
    void credentials_of_the_url_are_sent_as_basic_ones() {
        publish(rsa(FIRST, "1"));
        Answer keys = answer;
        answer = exchange -> {
            String header = exchange.getRequestHeaders().getFirst("Authorization");
            if ("Basic cmVsYXk6czNjcmV0".equals(header)
                    && "a=1".equals(exchange.getRequestURI().getQuery())) {
                keys.to(exchange);
            } else {
                respond(exchange, 401, "");
            }
        };

        assertThat(verify(verifier(url("relay:s3cret@", "/keys?a=1")), token(FIRST, "1")))
                .isInstanceOf(Valid.class);
    }

    @Test
    void a_key_without_an_id_serves_tokens_without_one() {
        publish(rsa(FIRST, null), ecdsa(ECDSA, null), rsa(SECOND, null));
        TokenVerifier verifier = verifier();

        assertThat(verify(verifier, token(SECOND, null))).isInstanceOf(Valid.class);
        assertThat(verify(verifier, ECDSA.token(JWSAlgorithm.ES256, null, "{'sub':'42'}")))
                .isInstanceOf(Valid.class);
        clock.advanceSeconds(RemoteKeys.MIN_INTERVAL_SECONDS);
        assertThat(verify(verifier, token(Issuer.rsa(), null))).isEqualTo(Unusable.INVALID);
        assertThat(requests).as("it could have been a new key").hasValue(2);
    }

    @Test
    void a_key_is_used_for_nothing_but_what_it_was_published_for() {
        Base64URL secret = Base64URL.encode("a shared secret of thirty-two bytes or more");
        answer = exchange -> respond(
                exchange,
                200,
                "{\"keys\":["
                        + "{\"kty\":\"oct\",\"kid\":\"shared\",\"k\":\"" + secret + "\"},"
                        + "{\"kty\":\"new\",\"kid\":\"unheard of\"},"
                        + new RSAKey.Builder(rsa(SECOND, "encrypts"))
                                .keyUse(KeyUse.ENCRYPTION)
                                .build() + ","
                        + new RSAKey.Builder(rsa(SECOND, "weak"))
                                .build()
                                .toJSONString()
                                .replaceAll(
                                        "\"n\":\"[^\"]*\"",
                                        "\"n\":\"" + Base64URL.encode(new byte[] {127, 1, 1}) + "\"")
                        + ","
                        + new RSAKey.Builder(rsa(FIRST, "512 only"))
                                .algorithm(JWSAlgorithm.RS512)
                                .build() + "]}");
        TokenVerifier verifier = verifier();

        assertThat(verify(verifier, FIRST.token(JWSAlgorithm.RS512, "512 only", "{'sub':'42'}")))
                .isInstanceOf(Valid.class);
        for (String token : List.of(
                token(FIRST, "512 only"),
                token(SECOND, "encrypts"),
                token(SECOND, "weak"),
                token(SECOND, "unheard of"),
                ECDSA.token(JWSAlgorithm.ES256, "512 only", "{'sub':'42'}"),
                TestTokens.token(
                        "{'alg':'HS256','kid':'shared'}",
                        "{'sub':'42'}",
                        "HmacSHA256",
                        requireNonNull(secret.decodeToString())))) {
            clock.advanceSeconds(RemoteKeys.MIN_INTERVAL_SECONDS);
            assertThat(verify(verifier, token)).as(token).isEqualTo(Unusable.INVALID);
        }
    }

    private static JWSObject parse(String token) {
        try {
            return JWSObject.parse(token);
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }
}
