package dev.relay.standalone.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users come from an issuer that publishes its keys, subscription tokens from a back end with a secret of its own. */
final class PublishedKeysByHandIT {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final String SECRET = "correct horse battery staple, thirty-two bytes";

    private static KeyPair keys;
    private static HttpServer issuer;
    private static RelayProcess relay;

    @BeforeAll
    static void start(@TempDir Path directory) throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        byte[] set = ("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"1\",\"use\":\"sig\",\"alg\":\"RS256\",\"n\":\""
                        + unsigned(key.getModulus()) + "\",\"e\":\"" + unsigned(key.getPublicExponent()) + "\"}]}")
                .getBytes(UTF_8);
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        issuer.createContext("/keys", exchange -> {
            exchange.sendResponseHeaders(200, set.length);
            exchange.getResponseBody().write(set);
            exchange.close();
        });
        issuer.start();
        relay = RelayProcess.ready(RelaySettings.in(directory)
                .without("RELAY_INSECURE")
                .with(
                        "RELAY_TOKEN_JWKS_URL",
                        "http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys")
                .with("RELAY_TOKEN_ISSUER", "https://issuer.example.org")
                .with("RELAY_SUBSCRIPTION_TOKEN_HMAC_SECRET", SECRET));
    }

    @AfterAll
    static void end() {
        relay.close();
        issuer.stop(0);
    }

    @Test
    void the_issuers_token_says_who_it_is_and_the_back_ends_which_channel_it_may_read() {
        try (Dialogue dialogue = Dialogue.with(relay)) {
            dialogue.let("token", signed("{\"sub\":\"42\",\"iss\":\"https://issuer.example.org\"}"))
                    .let("subscription", Jwt.sign("{\"sub\":\"42\",\"channel\":\"$news\"}", SECRET))
                    .let("wrong", signed("{\"sub\":\"42\",\"channel\":\"$news\"}"))
                    .runs("""
                            > {"id":1,"connect":{"token":"<token>"}}
                            < {"id":1,"connect":{"client":"<client>","version":"<version>","ping":25,"pong":true}}
                            > {"id":2,"subscribe":{"channel":"$news","token":"<wrong>"}}
                            < {"id":2,"error":{"code":103,"message":"permission denied"}}
                            > {"id":3,"subscribe":{"channel":"$news","token":"<subscription>"}}
                            < {"id":3,"subscribe":{"recoverable":true,"epoch":"<epoch>","positioned":true}}
                            """);
        }
    }

    @Test
    void a_token_of_another_issuer_is_closed_with_3500() {
        for (String token : new String[] {
            signed("{\"sub\":\"42\",\"iss\":\"https://other.example.org\"}"),
            Jwt.sign("{\"sub\":\"42\",\"iss\":\"https://issuer.example.org\"}", SECRET)
        }) {
            try (Dialogue dialogue = Dialogue.with(relay)) {
                dialogue.let("token", token).runs("""
                        > {"id":1,"connect":{"token":"<token>"}}
                        < close 3500 invalid token
                        """);
            }
        }
    }

    private static String signed(String claims) {
        try {
            String input = BASE64.encodeToString("{\"alg\":\"RS256\",\"kid\":\"1\"}".getBytes(UTF_8)) + "."
                    + BASE64.encodeToString(claims.getBytes(UTF_8));
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(input.getBytes(UTF_8));
            return input + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        return BASE64.encodeToString(Arrays.copyOfRange(bytes, sign, bytes.length));
    }
}
