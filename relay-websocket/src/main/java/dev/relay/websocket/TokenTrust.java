package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import dev.relay.InvalidConfigurationException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose tokens are accepted: the keys they are signed with, and what they have to say about themselves.
 *
 * <p><b>Threading.</b> Immutable; any thread.
 */
public final class TokenTrust {
    private final List<TokenKey> keys;
    private final @Nullable URI jwksUrl;
    private final @Nullable String audience;
    private final @Nullable String issuer;
    private final String userClaim;

    private TokenTrust(Builder builder) {
        keys = List.copyOf(builder.keys);
        jwksUrl = builder.jwksUrl;
        audience = builder.audience;
        issuer = builder.issuer;
        userClaim = builder.userClaim;
    }

    /** Starts without keys. */
    public static Builder builder() {
        return new Builder();
    }

    /** Tokens signed with this key, whatever they say about themselves. */
    public static TokenTrust of(TokenKey key) {
        return builder().key(key).build();
    }

    List<TokenKey> keys() {
        return keys;
    }

    @Nullable
    URI jwksUrl() {
        return jwksUrl;
    }

    @Nullable
    String audience() {
        return audience;
    }

    @Nullable
    String issuer() {
        return issuer;
    }

    String userClaim() {
        return userClaim;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private final List<TokenKey> keys = new ArrayList<>();
        private @Nullable URI jwksUrl;
        private @Nullable String audience;
        private @Nullable String issuer;
        private String userClaim = "sub";

        private Builder() {}

        /** One more key; a token needs to be signed with one of them. */
        public Builder key(TokenKey key) {
            keys.add(requireNonNull(key, "key"));
            return this;
        }

        /**
         * Where the issuer publishes its RSA and ECDSA public keys as a JSON Web Key Set: {@code http} or {@code https}; a
         * user and password in it are sent as Basic credentials. The set is read when the authorizer is built, again when
         * it is in use and has grown old, and when a token names a key that is not in it, at most once in 10 seconds. While
         * it cannot be read, the keys read before stay valid.
         */
        public Builder jwksUrl(URI url) {
            this.jwksUrl = requireNonNull(url, "url");
            return this;
        }

        /** What {@code aud} has to be or to hold; default: anything. */
        public Builder audience(String audience) {
            this.audience = requireNonNull(audience, "audience");
            return this;
        }

        /** What {@code iss} has to be; default: anything. */
        public Builder issuer(String issuer) {
            this.issuer = requireNonNull(issuer, "issuer");
            return this;
        }

        /** The claim that says who the user is; default {@code sub}. */
        public Builder userClaim(String claim) {
            this.userClaim = requireNonNull(claim, "claim");
            return this;
        }

        /** @throws InvalidConfigurationException with all faults */
        public TokenTrust build() {
            List<String> faults = new ArrayList<>();
            if (keys.isEmpty() && jwksUrl == null) {
                faults.add("no token can be valid without a key: call key(...) or jwksUrl(...)");
            }
            if (jwksUrl != null && !isWebAddress(jwksUrl)) {
                faults.add("the JWKS URL must be http://… or https://… with a host");
            }
            if (userClaim.isEmpty() || TokenClaimsReader.RESERVED.contains(userClaim)) {
                faults.add("the user claim must not be empty or one with a meaning of its own: \"" + userClaim + "\"");
            }
            if (!faults.isEmpty()) {
                throw new InvalidConfigurationException(faults);
            }
            return new TokenTrust(this);
        }

        private static boolean isWebAddress(URI url) {
            return ("https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme()))
                    && url.getHost() != null;
        }
    }
}
