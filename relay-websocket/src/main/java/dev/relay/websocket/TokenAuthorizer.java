package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import dev.relay.Authorizer;
import dev.relay.ClientInfo;
import java.util.concurrent.CompletionStage;

/** Identity and channel permissions from JSON Web Tokens. */
public final class TokenAuthorizer implements Authorizer {
    private TokenAuthorizer(Builder builder) {}

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public CompletionStage<Connecting> connect(ConnectAttempt attempt) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Subscribing> subscribe(SubscribeAttempt attempt) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Connecting> refresh(ClientInfo client, String token) {
        throw new UnsupportedOperationException();
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private Builder() {}

        /** Secret of HS256, HS384 and HS512 tokens; without it no token is valid. Not empty. */
        public Builder hmacSecret(String secret) {
            requireNonNull(secret, "secret");
            return this;
        }

        /** Let clients connect without a token, as anonymous; default false. */
        public Builder allowAnonymousConnect(boolean allow) {
            return this;
        }

        /** Do not make a connection expire with its token (insecure mode); default true: enforce. */
        public Builder enforceExpiry(boolean enforce) {
            return this;
        }

        /** @throws dev.relay.InvalidConfigurationException with all faults */
        public TokenAuthorizer build() {
            return new TokenAuthorizer(this);
        }
    }
}
