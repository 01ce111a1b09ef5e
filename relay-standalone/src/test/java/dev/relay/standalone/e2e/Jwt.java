package dev.relay.standalone.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** JSON Web Tokens, as an application's back end makes them. */
final class Jwt {
    /** What everything here is signed with. */
    static final String SECRET = "thirty-two bytes, enough for HS256";

    private final Map<String, Object> claims = new LinkedHashMap<>();

    private Jwt() {}

    /** Says who connects. */
    static Jwt connection(String user) {
        return new Jwt().with("sub", user);
    }

    /** Says that a user may subscribe to a channel. */
    static Jwt subscription(String user, String channel) {
        return new Jwt().with("sub", user).with("channel", channel);
    }

    /** Good for so many seconds from now; a negative number makes it expired. */
    Jwt forSeconds(int seconds) {
        return with("exp", Instant.now().getEpochSecond() + seconds);
    }

    /** Subscribes the client to these channels. */
    Jwt channels(String... channels) {
        return with("channels", List.of(channels));
    }

    Jwt with(String claim, Object value) {
        claims.put(claim, value);
        return this;
    }

    /** Signed with HS256. */
    String signed() {
        return signedWith(SECRET);
    }

    String signedWith(String secret) {
        return sign(Json.text(claims), secret);
    }

    /** Any claims, signed with HS256. */
    static String sign(String claims, String secret) {
        try {
            Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
            String signed = encoder.encodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(UTF_8)) + "."
                    + encoder.encodeToString(claims.getBytes(UTF_8));
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            return signed + "." + encoder.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
