package dev.relay;

import static java.util.Objects.requireNonNull;

import dev.relay.transport.PeerInfo;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Decides who a connection is and what its tokens allow. What the channel options of a namespace allow is decided by the
 * engine; an authorizer answers {@link Subscribing.ByOptions} to leave it at that.
 *
 * <p><b>Threading.</b> Called on the connection's shard: do not block; return a stage and complete it from anywhere. A
 * throw or an exceptional stage refuses the request with {@link ErrorCode#INTERNAL}.
 */
public interface Authorizer {
    /** Who is this? Called once per connection, with what its connect command says. */
    CompletionStage<Connecting> connect(ConnectAttempt attempt);

    /** May this client subscribe? Called before the channel options are asked. */
    CompletionStage<Subscribing> subscribe(SubscribeAttempt attempt);

    /** A connected client brings a new token. */
    CompletionStage<Connecting> refresh(Session session, String token);

    /**
     * A subscribed client brings a new token for a subscription that would expire. Only the expiry and the channel info of
     * {@link Subscribing.Allowed} count here.
     */
    default CompletionStage<Subscribing> refreshSubscription(SubscribeAttempt attempt) {
        return CompletableFuture.completedFuture(new Subscribing.Closed(CloseCode.BAD_REQUEST));
    }

    /** Whether {@link #publish} wants to be asked about every publish of a client; asked once, when the engine is built. */
    default boolean decidesPublish() {
        return false;
    }

    /**
     * Whether {@link #publish} wants to be asked about what this client publishes there; default {@code true}. Called only if
     * {@link #decidesPublish()}, for every publish of every client: it costs those it is not about next to nothing.
     */
    default boolean decidesPublish(ClientInfo client, String channel) {
        return true;
    }

    /** May this client publish? Called only if {@link #decidesPublish()} and {@link #decidesPublish(ClientInfo, String)}, before the channel options are asked. */
    default CompletionStage<Publishing> publish(PublishAttempt attempt) {
        return CompletableFuture.completedFuture(Publishing.ByOptions.INSTANCE);
    }

    /** Lets an authorizer that blocks be asked on threads of the host's. */
    static Authorizer on(Executor executor, Authorizer blocking) {
        return new AuthorizerOnExecutor(executor, blocking);
    }

    /** Everybody is anonymous; channel options decide the rest; tokens are not understood. */
    static Authorizer anonymous() {
        return new Authorizer() {
            @Override
            public CompletionStage<Connecting> connect(ConnectAttempt attempt) {
                return CompletableFuture.completedFuture(
                        attempt.token().isEmpty()
                                ? Connecting.Accepted.ANONYMOUS
                                : new Connecting.Closed(CloseCode.INVALID_TOKEN));
            }

            @Override
            public CompletionStage<Subscribing> subscribe(SubscribeAttempt attempt) {
                return CompletableFuture.completedFuture(
                        attempt.token().isEmpty()
                                ? Subscribing.ByOptions.INSTANCE
                                : new Subscribing.Rejected(ErrorCode.PERMISSION_DENIED));
            }

            @Override
            public CompletionStage<Connecting> refresh(Session session, String token) {
                return CompletableFuture.completedFuture(new Connecting.Closed(CloseCode.BAD_REQUEST));
            }
        };
    }

    /**
     * What a client says when it connects.
     *
     * @param token {@code ""} when it has none
     * @param data application data, or {@code null}
     * @param name name of the client's SDK or application, untrusted
     * @param version its version, untrusted
     * @param headers what a browser could not send as HTTP header fields, untrusted
     * @param peer what the transport knows of the other side
     */
    record ConnectAttempt(
            String token,
            @Nullable Payload data,
            String name,
            String version,
            Map<String, String> headers,
            PeerInfo peer) {}

    /**
     * What a client says when it subscribes.
     *
     * @param session who asks
     * @param channel never empty
     * @param token {@code ""} when it has none
     * @param data application data, or {@code null}
     */
    record SubscribeAttempt(
            Session session,
            String channel,
            String token,
            @Nullable Payload data) {}

    /**
     * What a client wants to publish.
     *
     * @param session who asks
     * @param channel never empty
     * @param data in the format of the channel
     * @param subscribed whether the client is subscribed to the channel
     */
    record PublishAttempt(Session session, String channel, Payload data, boolean subscribed) {}

    /** The answer to a connect or a refresh. */
    sealed interface Connecting {
        /**
         * Welcome.
         *
         * @param user identity; {@code ""} is anonymous
         * @param connInfo shown to others, or {@code null}
         * @param data returned to the client, or {@code null}
         * @param expiresAtSeconds Unix seconds after which the connection ends unless it is refreshed; 0 is never
         * @param clientRefreshes whether the client refreshes, by a new token; otherwise the application does
         * @param meta kept with the connection for handlers, never sent to clients; or {@code null}
         * @param subscriptions made for the client now, by channel
         */
        record Accepted(
                String user,
                @Nullable Payload connInfo,
                @Nullable Payload data,
                long expiresAtSeconds,
                boolean clientRefreshes,
                @Nullable Payload meta,
                Map<String, ServerSubscription> subscriptions)
                implements Connecting {
            /** Nobody in particular, for ever. */
            public static final Accepted ANONYMOUS = of("");

            public Accepted {
                requireNonNull(user, "user");
                subscriptions = Map.copyOf(subscriptions);
            }

            /** A user, for ever, about whom nothing else is to be said. */
            public static Accepted of(String user) {
                return new Accepted(user, null, null, 0, false, null, Map.of());
            }
        }

        /** The command is answered with an error, then the connection ends. */
        record Rejected(ErrorCode error) implements Connecting {}

        /** The connection is closed. */
        record Closed(CloseCode code) implements Connecting {}
    }

    /** The answer to a subscribe. */
    sealed interface Subscribing {
        /** The channel options decide. */
        enum ByOptions implements Subscribing {
            /** The only one. */
            INSTANCE
        }

        /**
         * Allowed, whatever the channel options say.
         *
         * @param chanInfo shown to others in this channel, or {@code null}
         * @param data returned to the client, or {@code null}
         * @param expiresAtSeconds Unix seconds after which the subscription ends unless it is refreshed; 0 is never
         * @param clientRefreshes whether the client refreshes, by a new token
         * @param override what is different from the namespace's options
         */
        record Allowed(
                @Nullable Payload chanInfo,
                @Nullable Payload data,
                long expiresAtSeconds,
                boolean clientRefreshes,
                SubscriptionOverride override)
                implements Subscribing {
            /** As the namespace has it, for ever. */
            public static final Allowed PLAIN = new Allowed(null, null, 0, false, SubscriptionOverride.NONE);

            public Allowed {
                requireNonNull(override, "override");
            }
        }

        /** The command is answered with an error. */
        record Rejected(ErrorCode error) implements Subscribing {}

        /** The connection is closed. */
        record Closed(CloseCode code) implements Subscribing {}
    }

    /** The answer to a publish. */
    sealed interface Publishing {
        /** The channel options decide. */
        enum ByOptions implements Publishing {
            /** The only one. */
            INSTANCE
        }

        /**
         * Allowed, whatever the channel options say.
         *
         * @param data what is published; usually what the client sent
         * @param tags attached to the publication
         * @param skipHistory whether it is delivered live only
         */
        record Allowed(Payload data, Map<String, String> tags, boolean skipHistory) implements Publishing {
            public Allowed {
                requireNonNull(data, "data");
                tags = Map.copyOf(tags);
            }
        }

        /** The command is answered with an error. */
        record Rejected(ErrorCode error) implements Publishing {}

        /** The connection is closed. */
        record Closed(CloseCode code) implements Publishing {}
    }
}
