package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import dev.relay.Authorizer;
import dev.relay.ClientInfo;
import dev.relay.CloseCode;
import dev.relay.ErrorCode;
import dev.relay.RelayClock;
import dev.relay.Session;
import dev.relay.websocket.TokenVerifier.Unusable;
import dev.relay.websocket.TokenVerifier.Valid;
import dev.relay.websocket.TokenVerifier.Verified;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Identity and channel permissions from JSON Web Tokens: signed with a shared secret (HS*), RSA (RS*, PS*) or ECDSA (ES*),
 * with keys given here or published by their issuer.
 *
 * <p>A connection token says who the user is, until when, and which channels the server subscribes it to; a subscription
 * token allows one channel to one user. A channel whose name begins with {@code $} is open to nobody without a
 * subscription token. What clients without a token may do can be left to {@linkplain Builder#withoutToken another
 * authorizer}.
 *
 * <p>Tokens are never logged. Where a key would have to be fetched and cannot be, the answer is
 * {@link ErrorCode#INTERNAL}, upon which clients try again.
 *
 * <p><b>Threading.</b> Any thread; never blocks. Stages are returned complete, except where a token is checked on the
 * {@linkplain Builder#executor executor} or waits for a published key; they then complete there.
 */
public final class TokenAuthorizer implements Authorizer {
    private static final Logger LOG = LoggerFactory.getLogger(TokenAuthorizer.class);
    private static final long MAX_TTL_SECONDS = TimeUnit.DAYS.toSeconds(365);
    private static final long OVER = -1;

    private final @Nullable TokenVerifier connections;
    private final @Nullable TokenVerifier subscriptions;
    private final RelayClock clock;
    private final boolean anonymousAllowed;
    private final boolean expiryEnforced;
    private final @Nullable Authorizer withoutToken;

    private TokenAuthorizer(Builder builder) {
        connections = verifier(builder.trust, builder);
        subscriptions = builder.subscriptionTrust == null ? connections : verifier(builder.subscriptionTrust, builder);
        clock = builder.clock;
        anonymousAllowed = builder.anonymousAllowed;
        expiryEnforced = builder.expiryEnforced;
        withoutToken = builder.withoutToken;
    }

    private static @Nullable TokenVerifier verifier(@Nullable TokenTrust trust, Builder builder) {
        if (trust == null) {
            return null;
        }
        trust.keys().stream()
                .map(TokenKey::weakness)
                .filter(weakness -> !weakness.isEmpty())
                .forEach(LOG::warn);
        return new TokenVerifier(trust, builder.clock, builder.executor);
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public CompletionStage<Connecting> connect(ConnectAttempt attempt) {
        if (!attempt.token().isEmpty()) {
            return verify(connections, attempt.token()).thenApply(this::connecting);
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
            return verify(connections, token).thenApply(verified -> refreshing(session.info(), verified));
        }
        return withoutToken != null
                ? withoutToken.refresh(session, token)
                : CompletableFuture.completedFuture(new Connecting.Closed(CloseCode.BAD_REQUEST));
    }

    @Override
    public CompletionStage<Subscribing> subscribe(SubscribeAttempt attempt) {
        if (!attempt.token().isEmpty()) {
            return verify(subscriptions, attempt.token()).thenApply(verified -> subscribing(attempt, verified));
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
            return verify(subscriptions, attempt.token())
                    .thenApply(verified -> refreshingSubscription(attempt, verified));
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
    public boolean decidesPublish(ClientInfo client, String channel) {
        return withoutToken != null && withoutToken.decidesPublish(client, channel);
    }

    @Override
    public CompletionStage<Publishing> publish(PublishAttempt attempt) {
        return withoutToken != null
                ? withoutToken.publish(attempt)
                : CompletableFuture.completedFuture(Publishing.ByOptions.INSTANCE);
    }

    private static CompletionStage<Verified> verify(@Nullable TokenVerifier by, String token) {
        return by == null ? CompletableFuture.completedFuture(Unusable.INVALID) : by.verify(token);
    }

    private Connecting connecting(Verified verified) {
        if (verified instanceof Unusable unusable) {
            return switch (unusable) {
                case EXPIRED -> new Connecting.Rejected(ErrorCode.TOKEN_EXPIRED);
                case INVALID -> new Connecting.Closed(CloseCode.INVALID_TOKEN);
                case UNDECIDED -> new Connecting.Rejected(ErrorCode.INTERNAL);
            };
        }
        TokenClaims claims = ((Valid) verified).claims();
        if (claims.channel() != null) {
            return new Connecting.Closed(CloseCode.INVALID_TOKEN);
        }
        if (claims.user().isEmpty() && !anonymousAllowed) {
            return new Connecting.Closed(CloseCode.PERMISSION_DENIED);
        }
        long expiresAt = connectionExpiry(claims);
        return expiresAt == OVER ? new Connecting.Rejected(ErrorCode.EXPIRED) : accepted(claims, expiresAt);
    }

    private Connecting refreshing(ClientInfo client, Verified verified) {
        if (verified instanceof Unusable unusable) {
            return switch (unusable) {
                case EXPIRED -> new Connecting.Closed(CloseCode.EXPIRED);
                case INVALID -> new Connecting.Closed(CloseCode.INVALID_TOKEN);
                case UNDECIDED -> new Connecting.Rejected(ErrorCode.INTERNAL);
            };
        }
        TokenClaims claims = ((Valid) verified).claims();
        if (claims.channel() != null || !claims.user().equals(client.user())) {
            return new Connecting.Closed(CloseCode.INVALID_TOKEN);
        }
        long expiresAt = connectionExpiry(claims);
        return expiresAt == OVER ? new Connecting.Closed(CloseCode.EXPIRED) : accepted(claims, expiresAt);
    }

    private Subscribing subscribing(SubscribeAttempt attempt, Verified verified) {
        if (verified instanceof Unusable unusable) {
            return switch (unusable) {
                case EXPIRED -> new Subscribing.Rejected(ErrorCode.TOKEN_EXPIRED);
                case INVALID -> new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED);
                case UNDECIDED -> new Subscribing.Rejected(ErrorCode.INTERNAL);
            };
        }
        TokenClaims claims = ((Valid) verified).claims();
        if (claims.channel() == null) {
            return new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED);
        }
        if (!isFor(attempt, claims)) {
            return new Subscribing.Closed(CloseCode.INVALID_TOKEN);
        }
        long expiresAt = expiry(claims);
        return expiresAt == OVER ? new Subscribing.Rejected(ErrorCode.EXPIRED) : allowed(claims, expiresAt);
    }

    private Subscribing refreshingSubscription(SubscribeAttempt attempt, Verified verified) {
        if (verified instanceof Unusable unusable) {
            return switch (unusable) {
                case EXPIRED -> new Subscribing.Rejected(ErrorCode.TOKEN_EXPIRED_TRY_AGAIN);
                case INVALID -> new Subscribing.Closed(CloseCode.INVALID_TOKEN);
                case UNDECIDED -> new Subscribing.Rejected(ErrorCode.INTERNAL);
            };
        }
        TokenClaims claims = ((Valid) verified).claims();
        if (!isFor(attempt, claims)) {
            return new Subscribing.Closed(CloseCode.INVALID_TOKEN);
        }
        long expiresAt = expiry(claims);
        return expiresAt == OVER
                ? new Subscribing.Rejected(ErrorCode.TOKEN_EXPIRED_TRY_AGAIN)
                : allowed(claims, expiresAt);
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
        private @Nullable TokenTrust trust;
        private @Nullable TokenTrust subscriptionTrust;
        private boolean anonymousAllowed;
        private boolean expiryEnforced = true;
        private @Nullable Authorizer withoutToken;
        private Executor executor = Runnable::run;
        private RelayClock clock = RelayClock.system();

        private Builder() {}

        /** Whose tokens are accepted; default nobody's. */
        public Builder trust(TokenTrust trust) {
            this.trust = requireNonNull(trust, "trust");
            return this;
        }

        /**
         * Short for {@link #trust} with {@link TokenKey#hmac}.
         *
         * @throws dev.relay.InvalidConfigurationException if it is empty
         */
        public Builder hmacSecret(String secret) {
            return trust(TokenTrust.of(TokenKey.hmac(secret)));
        }

        /** Whose subscription tokens are accepted, if others' than {@linkplain #trust connection tokens}. */
        public Builder subscriptionTrust(TokenTrust trust) {
            this.subscriptionTrust = requireNonNull(trust, "trust");
            return this;
        }

        /** Let clients connect without a token, or with a token without a user, as anonymous; default false. */
        public Builder allowAnonymousConnect(boolean allow) {
            this.anonymousAllowed = allow;
            return this;
        }

        /**
         * Make a connection expire with its token; default true, false in insecure mode. Subscriptions expire with theirs in
         * any case.
         */
        public Builder enforceExpiry(boolean enforce) {
            this.expiryEnforced = enforce;
            return this;
        }

        /**
         * Answers for clients that bring no token: it is asked about their connects, subscribes and refreshes, except
         * for channels that begin with {@code $}, and, if it {@linkplain Authorizer#decidesPublish() wants to}, about every
         * publish of every client. Default: such clients connect if {@link #allowAnonymousConnect}, and may do what the
         * channel options allow.
         */
        public Builder withoutToken(Authorizer authorizer) {
            this.withoutToken = requireNonNull(authorizer, "authorizer");
            return this;
        }

        /**
         * Checks signatures with public keys, which takes 0.1 ms (RSA) to some milliseconds (ECDSA): too long for a shard
         * of a busy engine. One that refuses makes clients try again later. Default: the thread that asks.
         */
        public Builder executor(Executor executor) {
            this.executor = requireNonNull(executor, "executor");
            return this;
        }

        /** Where the time of expiry checks comes from; default the machine's clock. */
        public Builder clock(RelayClock clock) {
            this.clock = requireNonNull(clock, "clock");
            return this;
        }

        /** The authorizer; published keys are asked for now. */
        public TokenAuthorizer build() {
            return new TokenAuthorizer(this);
        }
    }
}
