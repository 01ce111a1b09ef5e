package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import dev.relay.Authorizer;
import dev.relay.ClientInfo;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.InvalidConfigurationException;
import dev.relay.RelayClock;
import dev.relay.Session;
import dev.relay.SubscriptionOverride;
import dev.relay.websocket.TokenVerifier.Verified;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Identity and channel permissions from JSON Web Tokens, signed with HS256, HS384 or HS512.
 *
 * <p>A connection token says who the user is and until when; a subscription token allows one channel to one user. A
 * channel whose name begins with {@code $} is open to nobody without a subscription token. The expiry of a subscription
 * token is checked when subscribing, but does not end the subscription later: that is not enforced yet.
 *
 * <p>Stages are returned complete. Tokens are never logged.
 *
 * <p><b>Threading.</b> Immutable; any thread.
 */
public final class TokenAuthorizer implements Authorizer {
    private static final Logger LOG = LoggerFactory.getLogger(TokenAuthorizer.class);
    private static final long MAX_TTL_SECONDS = TimeUnit.DAYS.toSeconds(365);

    private final TokenVerifier verifier;
    private final boolean anonymousAllowed;
    private final boolean expiryEnforced;

    private TokenAuthorizer(Builder builder) {
        verifier = new TokenVerifier(builder.hmacSecret, builder.clock);
        anonymousAllowed = builder.anonymousAllowed;
        expiryEnforced = builder.expiryEnforced;
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public CompletionStage<Connecting> connect(ConnectAttempt attempt) {
        return CompletableFuture.completedFuture(connecting(attempt.token()));
    }

    @Override
    public CompletionStage<Subscribing> subscribe(SubscribeAttempt attempt) {
        return CompletableFuture.completedFuture(subscribing(attempt));
    }

    @Override
    public CompletionStage<Connecting> refresh(Session session, String token) {
        return CompletableFuture.completedFuture(refreshing(session.info(), token));
    }

    private Connecting connecting(String token) {
        if (token.isEmpty()) {
            return anonymousAllowed ? Connecting.Accepted.ANONYMOUS : new Connecting.Closed(CloseCode.BAD_REQUEST);
        }
        Verified verified = verifier.verify(token);
        if (verified.outcome() == TokenVerifier.Outcome.EXPIRED) {
            return new Connecting.Rejected(ErrorCode.TOKEN_EXPIRED);
        }
        TokenClaims claims = verified.claims();
        if (claims == null || claims.channel() != null) {
            return new Connecting.Closed(CloseCode.INVALID_TOKEN);
        }
        if (claims.user().isEmpty() && !anonymousAllowed) {
            return new Connecting.Closed(CloseCode.PERMISSION_DENIED);
        }
        Connecting.Accepted accepted = accepted(claims);
        return accepted == null ? new Connecting.Rejected(ErrorCode.EXPIRED) : accepted;
    }

    private Connecting refreshing(ClientInfo client, String token) {
        if (token.isEmpty()) {
            return new Connecting.Closed(CloseCode.BAD_REQUEST);
        }
        Verified verified = verifier.verify(token);
        if (verified.outcome() == TokenVerifier.Outcome.EXPIRED) {
            return new Connecting.Closed(CloseCode.EXPIRED);
        }
        TokenClaims claims = verified.claims();
        if (claims == null || claims.channel() != null || !claims.user().equals(client.user())) {
            return new Connecting.Closed(CloseCode.INVALID_TOKEN);
        }
        Connecting.Accepted accepted = accepted(claims);
        return accepted == null ? new Connecting.Closed(CloseCode.EXPIRED) : accepted;
    }

    private Subscribing subscribing(SubscribeAttempt attempt) {
        if (attempt.token().isEmpty()) {
            return attempt.channel().startsWith("$")
                    ? new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED)
                    : Subscribing.ByOptions.INSTANCE;
        }
        Verified verified = verifier.verify(attempt.token());
        if (verified.outcome() == TokenVerifier.Outcome.EXPIRED) {
            return new Subscribing.Rejected(ErrorCode.TOKEN_EXPIRED);
        }
        TokenClaims claims = verified.claims();
        if (claims == null || claims.channel() == null) {
            return new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED);
        }
        boolean sameClient = claims.client().isEmpty()
                || claims.client().equals(attempt.session().client());
        if (!claims.channel().equals(attempt.channel())
                || !claims.user().equals(attempt.session().user())
                || !sameClient) {
            return new Subscribing.Closed(CloseCode.INVALID_TOKEN);
        }
        return new Subscribing.Allowed(claims.info(), claims.data(), 0, false, SubscriptionOverride.NONE);
    }

    /** {@code null} if the identity has expired although the token has not. */
    private Connecting.@Nullable Accepted accepted(TokenClaims claims) {
        double now = verifier.nowSeconds();
        Double expiry = claims.expireAt() != null ? claims.expireAt() : claims.expiry();
        long expiresAt = 0;
        if (expiryEnforced && expiry != null && expiry > 0) {
            expiresAt = (long) Math.min(Math.ceil(expiry), Math.floor(now) + MAX_TTL_SECONDS);
            if (expiresAt <= now) {
                return null;
            }
        }
        return new Connecting.Accepted(claims.user(), claims.info(), null, expiresAt, true, null, Map.of());
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private static final int SAFE_SECRET_BYTES = 32;

        private @Nullable String hmacSecret;
        private boolean anonymousAllowed;
        private boolean expiryEnforced = true;
        private RelayClock clock = RelayClock.system();

        private Builder() {}

        /**
         * Secret of HS256, HS384 and HS512 tokens; without it no token is valid. Not empty; shorter than 32 bytes it can
         * be guessed from a token, of which a warning is logged.
         */
        public Builder hmacSecret(String secret) {
            this.hmacSecret = requireNonNull(secret, "secret");
            return this;
        }

        /** Let clients connect without a token, or with a token without a user, as anonymous; default false. */
        public Builder allowAnonymousConnect(boolean allow) {
            this.anonymousAllowed = allow;
            return this;
        }

        /** Do not make a connection expire with its token (insecure mode); default true: enforce. */
        public Builder enforceExpiry(boolean enforce) {
            this.expiryEnforced = enforce;
            return this;
        }

        /** Where the time of expiry checks comes from; default the machine's clock. */
        public Builder clock(RelayClock clock) {
            this.clock = requireNonNull(clock, "clock");
            return this;
        }

        /** @throws dev.relay.InvalidConfigurationException with all faults */
        public TokenAuthorizer build() {
            if (hmacSecret != null && hmacSecret.isEmpty()) {
                throw new InvalidConfigurationException(
                        List.of("hmacSecret must not be empty; leave it out if no token is valid"));
            }
            if (hmacSecret != null && hmacSecret.length() < SAFE_SECRET_BYTES) {
                LOG.warn(
                        "the HMAC secret of tokens has {} characters; use at least {} random ones in production",
                        hmacSecret.length(),
                        SAFE_SECRET_BYTES);
            }
            return new TokenAuthorizer(this);
        }
    }
}
