package dev.relay.standalone.config;

import dev.relay.websocket.TokenKey;
import dev.relay.websocket.TokenTrust;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What can be configured about tokens of one kind: connection tokens, and subscription tokens if they are signed by
 * somebody else.
 */
public record TokenOptions(
        Option<String> hmacSecret,
        Option<String> hmacSecretPrevious,
        Option<Instant> hmacSecretPreviousUntil,
        Option<String> rsaPublicKey,
        Option<String> ecdsaPublicKey,
        Option<URI> jwksUrl,
        Option<String> audience,
        Option<String> issuer,
        Option<String> userClaim) {
    /**
     * Adds the options to the table.
     *
     * @param prefix of their names
     * @param tokens what they are about, for the help texts
     * @param key what is to be said about each key
     */
    static TokenOptions add(String prefix, String tokens, String key) {
        Option.Group group = Option.Group.TOKENS;
        String hmac = prefix + "hmac_secret";
        return new TokenOptions(
                Option.secret(group, hmac, "Secret that HS256, HS384 and HS512 " + tokens + " are signed with. " + key),
                Option.secret(
                        group,
                        hmac + "_previous",
                        "The secret before, accepted until " + hmac + "_previous_until: for its replacement."),
                Option.add(
                        group,
                        hmac + "_previous_until",
                        Kind.instant(),
                        "none",
                        "From then on the secret before is not accepted."),
                Option.inFile(
                        group,
                        prefix + "rsa_public_key",
                        Kind.rsaPublicKey(),
                        "Public key or certificate (PEM) of RS256, RS384, RS512, PS256, PS384 and PS512 " + tokens
                                + ". " + key),
                Option.inFile(
                        group,
                        prefix + "ecdsa_public_key",
                        Kind.ecdsaPublicKey(),
                        "Public key or certificate (PEM) of ES256, ES384 or ES512 " + tokens + ". " + key),
                Option.address(
                        group,
                        prefix + "jwks_url",
                        Kind.webAddress(),
                        "none",
                        "Where the issuer of " + tokens
                                + " publishes its RSA and ECDSA keys (JSON Web Key Set). "
                                + key),
                Option.add(
                        group,
                        prefix + "audience",
                        Kind.text("a text"),
                        "anything",
                        "What the claim aud has to be or to hold."),
                Option.add(group, prefix + "issuer", Kind.text("a text"), "anything", "What the claim iss has to be."),
                Option.withDefault(
                        group, prefix + "user_claim", Kind.userClaim(), "sub", "The claim that says who the user is."));
    }

    /** Whose tokens of this kind are accepted; {@code null} if no key is configured. */
    @Nullable
    TokenTrust trust(Configuration configuration) {
        if (keys().stream().allMatch(key -> configuration.find(key) == null)) {
            return null;
        }
        TokenTrust.Builder trust = TokenTrust.builder().userClaim(configuration.get(userClaim));
        set(configuration.find(hmacSecret), secret -> trust.key(TokenKey.hmac(secret)));
        Instant until = configuration.find(hmacSecretPreviousUntil);
        if (until != null) {
            set(
                    configuration.find(hmacSecretPrevious),
                    secret -> trust.key(TokenKey.hmac(secret).until(until)));
        }
        set(configuration.find(rsaPublicKey), pem -> trust.key(TokenKey.rsa(pem)));
        set(configuration.find(ecdsaPublicKey), pem -> trust.key(TokenKey.ecdsa(pem)));
        set(configuration.find(jwksUrl), trust::jwksUrl);
        set(configuration.find(audience), trust::audience);
        set(configuration.find(issuer), trust::issuer);
        return trust.build();
    }

    private static <T> void set(@Nullable T value, Consumer<T> target) {
        if (value != null) {
            target.accept(value);
        }
    }

    /** Each of them ends development mode, and makes tokens of this kind possible. */
    List<Option<?>> keys() {
        return List.of(hmacSecret, rsaPublicKey, ecdsaPublicKey, jwksUrl);
    }

    /** They say more about tokens, and mean nothing without a key. */
    List<Option<?>> details() {
        return List.of(hmacSecretPrevious, hmacSecretPreviousUntil, audience, issuer, userClaim);
    }
}
