package dev.relay;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Who a connection is, as other clients may see it.
 *
 * @param user the identity from the token; {@code ""} is anonymous
 * @param client the id Relay gave to the connection
 * @param connInfo what the application said about the connection, or {@code null}
 * @param chanInfo what the application said about the connection in this channel, or {@code null}
 */
public record ClientInfo(
        String user,
        String client,
        @Nullable Payload connInfo,
        @Nullable Payload chanInfo) {
    public ClientInfo {
        requireNonNull(user, "user");
        requireNonNull(client, "client");
    }
}
