package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.Authorizer;
import dev.relay.Authorizer.ConnectAttempt;
import dev.relay.Authorizer.Connecting;
import dev.relay.Authorizer.SubscribeAttempt;
import dev.relay.Authorizer.Subscribing;
import dev.relay.ClientInfo;
import dev.relay.RelayClock;
import dev.relay.Session;
import dev.relay.transport.PeerInfo;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens as an application makes them, and the questions a client of user 42 asks with them. */
final class TestTokens {
    static final String SECRET = "secret";

    /** What time it is. */
    static final long NOW = 1_700_000_000;

    static final RelayClock CLOCK = new RelayClock() {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long epochMicros() {
            return NOW * 1_000_000;
        }
    };

    static final PeerInfo PEER = new PeerInfo("websocket", "json", "?");
    static final Session SESSION_42 = new Session(new ClientInfo("42", "client-1", null, null), null, "", "", PEER);

    private TestTokens() {}

    /** Claims are written with ' for ". */
    static String token(String claims) {
        return token("{'alg':'HS256','typ':'JWT'}", claims, "HmacSHA256", SECRET);
    }

    static String token(String header, String claims, String algorithm, String secret) {
        String input = unsigned(header, claims);
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), algorithm));
            return input + "." + base64(mac.doFinal(input.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** What a signature is made for. */
    static String unsigned(String header, String claims) {
        return base64(header.replace('\'', '"').getBytes(UTF_8)) + "."
                + base64(claims.replace('\'', '"').getBytes(UTF_8));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static Connecting connect(Authorizer by, String token) {
        return by.connect(new ConnectAttempt(token, null, "", "", Map.of(), PEER))
                .toCompletableFuture()
                .join();
    }

    static Connecting refresh(Authorizer by, String token) {
        return by.refresh(SESSION_42, token).toCompletableFuture().join();
    }

    static Subscribing subscribe(Authorizer by, String channel, String token) {
        return by.subscribe(new SubscribeAttempt(SESSION_42, channel, token, null))
                .toCompletableFuture()
                .join();
    }

    static Subscribing refreshSubscription(Authorizer by, String channel, String token) {
        return by.refreshSubscription(new SubscribeAttempt(SESSION_42, channel, token, null))
                .toCompletableFuture()
                .join();
    }
}
