package dev.relay;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What an application can do about the connections of its users. An order that finds no connection is done.
 *
 * <p><b>Threading.</b> As {@link Relay}.
 */
public interface Clients {
    /**
     * Subscribes the selected clients to a channel, which they are told by a push. A client that is subscribed already is
     * left as it is; one that has as many subscriptions as it may have is closed with {@link CloseCode#CHANNEL_LIMIT}.
     */
    CompletionStage<ControlResult> subscribe(ClientSelector who, String channel, ServerSubscription how);

    /** Ends subscriptions; clients get an unsubscribe push. An empty channel means all of them. */
    CompletionStage<ControlResult> unsubscribe(ClientSelector who, String channel);

    /** Closes connections. */
    CompletionStage<ControlResult> disconnect(ClientSelector who, CloseCode code);

    /**
     * Moves the expiry of connections; clients get a refresh push. To let them expire at once, disconnect them with
     * {@link CloseCode#EXPIRED}.
     *
     * @param expiresAtSeconds Unix seconds; 0 is never
     * @param connInfo replaces what others see of the connection; {@code null} leaves it
     */
    CompletionStage<ControlResult> refresh(ClientSelector who, long expiresAtSeconds, @Nullable Payload connInfo);

    /** Sends a message that belongs to no channel. */
    CompletionStage<ControlResult> send(ClientSelector who, Payload data);

    /**
     * Lists connected clients. The stage fails with a {@link RelayException} if the engine is stopping.
     *
     * @param user only those of this user; {@code null} lists all
     */
    CompletionStage<ConnectionPage> list(@Nullable String user, PageRequest page);
}
