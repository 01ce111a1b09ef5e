package dev.relay;

import static java.util.Objects.requireNonNull;

import dev.relay.transport.PeerInfo;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
    CompletionStage<Connecting> refresh(ClientInfo client, String token);

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
            public CompletionStage<Connecting> refresh(ClientInfo client, String token) {
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
     * @param peer what the transport knows of the other side
     */
    record ConnectAttempt(String token, @Nullable Payload data, String name, String version, PeerInfo peer) {}

    /**
     * What a client says when it subscribes.
     *
     * @param client who asks
     * @param channel never empty
     * @param token {@code ""} when it has none
     * @param data application data, or {@code null}
     */
    record SubscribeAttempt(
            ClientInfo client,
            String channel,
            String token,
            @Nullable Payload data) {}

    /** The answer to a connect or a refresh. */
    sealed interface Connecting {
        /**
         * Welcome.
         *
         * @param user identity; {@code ""} is anonymous
         * @param connInfo shown to others, or {@code null}
         * @param data returned to the client, or {@code null}
         * @param expiresAtSeconds Unix seconds after which the client must have refreshed; 0 is never
         */
        record Accepted(
                String user,
                @Nullable Payload connInfo,
                @Nullable Payload data,
                long expiresAtSeconds) implements Connecting {
            /** Nobody in particular, for ever. */
            public static final Accepted ANONYMOUS = new Accepted("", null, null, 0);

            public Accepted {
                requireNonNull(user, "user");
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
         */
        record Allowed(@Nullable Payload chanInfo, @Nullable Payload data) implements Subscribing {}

        /** The command is answered with an error. */
        record Rejected(ErrorCode error) implements Subscribing {}

        /** The connection is closed. */
        record Closed(CloseCode code) implements Subscribing {}
    }
}
