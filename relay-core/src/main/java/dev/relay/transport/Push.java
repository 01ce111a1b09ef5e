package dev.relay.transport;

import dev.relay.ClientInfo;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import org.jspecify.annotations.Nullable;

/** What the server sends unasked, most of it about a channel. */
public sealed interface Push
        permits Publication,
                Push.Matched,
                Push.Joined,
                Push.Left,
                Push.Unsubscribed,
                Push.Subscribed,
                Push.Message,
                Push.Refreshed {
    /**
     * A publication for the subscribers of a pattern; the push's channel is the pattern.
     *
     * @param channel it was published to
     */
    record Matched(String channel, Publication publication) implements Push {}

    /** A client has subscribed. */
    record Joined(ClientInfo info) implements Push {}

    /** A client's subscription has ended. */
    record Left(ClientInfo info) implements Push {}

    /**
     * The server has subscribed the client.
     *
     * @param position the stream's top; {@link StreamPosition#NONE} where the subscription is not positioned
     * @param data from the application, or {@code null}
     */
    record Subscribed(
            boolean recoverable,
            boolean positioned,
            StreamPosition position,
            @Nullable Payload data) implements Push {}

    /** A message that belongs to no channel: the push has none. */
    record Message(Payload data) implements Push {}

    /**
     * The server has moved the expiry of the connection: the push has no channel.
     *
     * @param ttlSeconds until then; meaningful with {@code expires}
     */
    record Refreshed(boolean expires, long ttlSeconds) implements Push {}

    /**
     * The server ended a subscription.
     *
     * @param code below 2500 the client lets go, from 2500 on it subscribes again
     * @param reason for people
     */
    record Unsubscribed(int code, String reason) implements Push {
        /** The server lost track of what the client has seen; it should subscribe again and recover. */
        public static final Unsubscribed INSUFFICIENT_STATE = new Unsubscribed(2500, "insufficient state");
        /** An operator or the application ended the subscription. */
        public static final Unsubscribed BY_SERVER = new Unsubscribed(2000, "server unsubscribe");
        /** The subscription expired and was not refreshed. */
        public static final Unsubscribed EXPIRED = new Unsubscribed(2501, "subscription expired");
    }
}
