package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import dev.relay.Authorizer;
import dev.relay.ClientInfo;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.InvalidConfigurationException;
import dev.relay.RelayClock;
import dev.relay.Session;
import dev.relay.websocket.TokenVerifier.Unusable;
import dev.relay.websocket.TokenVerifier.Valid;
import dev.relay.websocket.TokenVerifier.Verified;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Identity and channel permissions from JSON Web Tokens, signed with HS256, HS384 or HS512.
 *
 * <p>A connection token says who the user is, until when, and which channels the server subscribes it to; a subscription
 * token allows one channel to one user. A channel whose name begins with {@code $} is open to nobody without a
 * subscription token. What clients without a token may do can be left to {@linkplain Builder#withoutToken another
 * authorizer}.
 *
 * <p>Tokens are never logged.
 *
 * <p><b>Threading.</b> Immutable; any thread. Stages of this authorizer are returned complete.
 */
public final class TokenAuthorizer implements Authorizer {
    private static final Logger LOG = LoggerFactory.getLogger(TokenAuthorizer.class);
    private static final long MAX_TTL_SECONDS = TimeUnit.DAYS.toSeconds(365);
    private static final long OVER = -1;

    private final TokenVerifier tokens;
    private final RelayClock clock;
    private final boolean anonymousAllowed;
    private final boolean expiryEnforced;
    private final @Nullable Authorizer withoutToken;

    private TokenAuthorizer(Builder builder) {
        tokens = new TokenVerifier(builder.hmacSecret, builder.clock);
        clock = builder.clock;
        anonymousAllowed = builder.anonymousAllowed;
        expiryEnforced = builder.expiryEnforced;
        withoutToken = builder.withoutToken;
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public CompletionStage<Connecting> connect(ConnectAttempt attempt) {
        if (!attempt.token().isEmpty()) {
            return tokens.verify(attempt.token()).thenApply(this::connecting);
        }
        if (withoutToken != null) {
            return withoutToken.connect(attempt);
        }
        return CompletableFuture.completedFuture(
                anonymousAllowed ? Connecting.Accepted.ANONYMOUS : new Connecting.Closed(CloseCode.BAD_REQUEST));
    }

    @Override
    public CompletionStage<Connecting> refresh(Session session, String token) {
        if (!token.isEmpty()) {
            return tokens.verify(token).thenApply(verified -> refreshing(session.info(), verified));
        }
        return withoutToken != null
                ? withoutToken.refresh(session, token)
                : CompletableFuture.completedFuture(new Connecting.Closed(CloseCode.BAD_REQUEST));
    }

    @Override
    public CompletionStage<Subscribing> subscribe(SubscribeAttempt attempt) {
        if (!attempt.token().isEmpty()) {
            return tokens.verify(attempt.token()).thenApply(verified -> subscribing(attempt, verified));
        }
        if (attempt.channel().startsWith("$")) {
            return CompletableFuture.completedFuture(new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED));
        }
        return withoutToken != null
                ? withoutToken.subscribe(attempt)
                : CompletableFuture.completedFuture(Subscribing.ByOptions.INSTANCE);
    }

    @Override
    public CompletionStage<Subscribing> refreshSubscription(SubscribeAttempt attempt) {
        if (!attempt.token().isEmpty()) {
            return tokens.verify(attempt.token()).thenApply(verified -> refreshingSubscription(attempt, verified));
        }
        return withoutToken != null
                ? withoutToken.refreshSubscription(attempt)
                : CompletableFuture.completedFuture(new Subscribing.Rejected(ErrorCode.BAD_REQUEST));
    }

    @Override
    public boolean decidesPublish() {
        return withoutToken != null && withoutToken.decidesPublish();
    }

    @Override
    public CompletionStage<Publishing> publish(PublishAttempt attempt) {
        return withoutToken != null
                ? withoutToken.publish(attempt)
                : CompletableFuture.completedFuture(Publishing.ByOptions.INSTANCE);
    }

    private Connecting connecting(Verified verified) {
        if (verified == Unusable.EXPIRED) {
            return new Connecting.Rejected(ErrorCode.TOKEN_EXPIRED);
        }
        TokenClaims claims = connectionClaims(verified);
        if (claims == null) {
            return new Connecting.Closed(CloseCode.INVALID_TOKEN);
        }
        if (claims.user().isEmpty() && !anonymousAllowed) {
            return new Connecting.Closed(CloseCode.PERMISSION_DENIED);
        }
        long expiresAt = connectionExpiry(claims);
        return expiresAt == OVER ? new Connecting.Rejected(ErrorCode.EXPIRED) : accepted(claims, expiresAt);
    }

    private Connecting refreshing(ClientInfo client, Verified verified) {
        if (verified == Unusable.EXPIRED) {
            return new Connecting.Closed(CloseCode.EXPIRED);
        }
        TokenClaims claims = connectionClaims(verified);
        if (claims == null || !claims.user().equals(client.user())) {
            return new Connecting.Closed(CloseCode.INVALID_TOKEN);
        }
        long expiresAt = connectionExpiry(claims);
        return expiresAt == OVER ? new Connecting.Closed(CloseCode.EXPIRED) : accepted(claims, expiresAt);
    }

    private Subscribing subscribing(SubscribeAttempt attempt, Verified verified) {
        if (verified == Unusable.EXPIRED) {
            return new Subscribing.Rejected(ErrorCode.TOKEN_EXPIRED);
        }
        TokenClaims claims = subscriptionClaims(verified);
        if (claims == null) {
            return new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED);
        }
        if (!isFor(attempt, claims)) {
            return new Subscribing.Closed(CloseCode.INVALID_TOKEN);
        }
        long expiresAt = expiry(claims);
        return expiresAt == OVER ? new Subscribing.Rejected(ErrorCode.EXPIRED) : allowed(claims, expiresAt);
    }

    private Subscribing refreshingSubscription(SubscribeAttempt attempt, Verified verified) {
        if (verified == Unusable.EXPIRED) {
            return new Subscribing.Rejected(ErrorCode.TOKEN_EXPIRED_TRY_AGAIN);
        }
        TokenClaims claims = subscriptionClaims(verified);
        if (claims == null || !isFor(attempt, claims)) {
            return new Subscribing.Closed(CloseCode.INVALID_TOKEN);
        }
        long expiresAt = expiry(claims);
        return expiresAt == OVER
                ? new Subscribing.Rejected(ErrorCode.TOKEN_EXPIRED_TRY_AGAIN)
                : allowed(claims, expiresAt);
    }

    /** {@code null} unless the token is valid and says who somebody is. */
    private static @Nullable TokenClaims connectionClaims(Verified verified) {
        return verified instanceof Valid valid && valid.claims().channel() == null ? valid.claims() : null;
    }

    /** {@code null} unless the token is valid and allows a channel. */
    private static @Nullable TokenClaims subscriptionClaims(Verified verified) {
        return verified instanceof Valid valid && valid.claims().channel() != null ? valid.claims() : null;
    }

    private static boolean isFor(SubscribeAttempt attempt, TokenClaims claims) {
        return attempt.channel().equals(claims.channel())
                && attempt.session().user().equals(claims.user())
                && (claims.client().isEmpty()
                        || claims.client().equals(attempt.session().client()));
    }

    private static Connecting.Accepted accepted(TokenClaims claims, long expiresAt) {
        return new Connecting.Accepted(
                claims.user(), claims.info(), null, expiresAt, true, claims.meta(), claims.subscriptions());
    }

    private static Subscribing.Allowed allowed(TokenClaims claims, long expiresAt) {
        return new Subscribing.Allowed(claims.info(), claims.data(), expiresAt, true, claims.override());
    }

    private long connectionExpiry(TokenClaims claims) {
        return expiryEnforced ? expiry(claims) : 0;
    }

    /** Unix seconds; 0 is never; {@link #OVER} if what the token allows has ended although the token has not. */
    private long expiry(TokenClaims claims) {
        Double expiry = claims.expireAt() != null ? claims.expireAt() : claims.expiry();
        if (expiry == null || expiry <= 0) {
            return 0;
        }
        double now = TokenVerifier.seconds(clock);
        long expiresAt = (long) Math.min(Math.ceil(expiry), Math.floor(now) + MAX_TTL_SECONDS);
        return expiresAt <= now ? OVER : expiresAt;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private static final int SAFE_SECRET_BYTES = 32;

        private @Nullable String hmacSecret;
        private boolean anonymousAllowed;
        private boolean expiryEnforced = true;
        private @Nullable Authorizer withoutToken;
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

        /**
         * Answers for clients that bring no token: it is asked about their connects, subscribes and refreshes, except
         * for channels that begin with {@code $}, and, if it {@linkplain Authorizer#decidesPublish() wants to}, about every
         * publish. Default: such clients connect if {@link #allowAnonymousConnect} and may do what the channel options
         * allow.
         */
        public Builder withoutToken(Authorizer authorizer) {
            this.withoutToken = requireNonNull(authorizer, "authorizer");
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
