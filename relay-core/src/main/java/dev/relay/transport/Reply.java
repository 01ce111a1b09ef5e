package dev.relay.transport;

import dev.relay.ClientInfo;
import dev.relay.ErrorCode;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer to a {@link Command}, to be encoded with the command's id. */
public sealed interface Reply {
    /**
     * @param client the id of the connection
     * @param version of the server, informational
     * @param data from the authorizer, or {@code null}
     * @param expires whether the client must refresh
     * @param ttlSeconds until then; meaningful with {@code expires}
     * @param pingSeconds ping interval; 0 is no pings
     * @param pong whether pings must be answered
     * @param subscriptions made by the server, by channel
     */
    record Connected(
            String client,
            String version,
            @Nullable Payload data,
            boolean expires,
            long ttlSeconds,
            int pingSeconds,
            boolean pong,
            Map<String, Subscribed> subscriptions)
            implements Reply {}

    /**
     * @param expires whether the client must refresh the subscription
     * @param ttlSeconds until then; meaningful with {@code expires}
     * @param position the stream's top, or the client's own offset when recovered; {@link StreamPosition#NONE} where
     *     the subscription is neither positioned nor recoverable
     * @param publications what was missed, oldest first
     * @param data from the authorizer, or {@code null}
     */
    record Subscribed(
            boolean expires,
            long ttlSeconds,
            boolean recoverable,
            boolean positioned,
            StreamPosition position,
            boolean recovered,
            boolean wasRecovering,
            List<Publication> publications,
            @Nullable Payload data)
            implements Reply {}

    /** Unsubscribed. */
    enum Unsubscribed implements Reply {
        /** The only one. */
        INSTANCE
    }

    /** Published, as durably as the channel promises. */
    enum Published implements Reply {
        /** The only one. */
        INSTANCE
    }

    /** @param top the stream's top */
    record History(List<Publication> publications, StreamPosition top) implements Reply {}

    /**
     * @param client the id of the connection
     * @param ttlSeconds until the next refresh; meaningful with {@code expires}
     */
    record Refreshed(String client, String version, boolean expires, long ttlSeconds) implements Reply {}

    /** @param ttlSeconds until the next refresh; meaningful with {@code expires} */
    record SubRefreshed(boolean expires, long ttlSeconds) implements Reply {}

    /** @param clients who is subscribed, by client id */
    record Presence(Map<String, ClientInfo> clients) implements Reply {}

    /**
     * @param clients connections that are subscribed
     * @param users distinct users among them
     */
    record PresenceStats(int clients, int users) implements Reply {}

    /** @param data what the method returned, or {@code null} */
    record Returned(@Nullable Payload data) implements Reply {}

    /** The command failed. */
    record Failed(ErrorCode error) implements Reply {}
}
