package dev.relay.internal.session;

import org.jspecify.annotations.Nullable;

/**
 * What all sessions of an engine have in common.
 *
 * @param version what clients are told the server is
 * @param insecure whether everything is permitted that no token forbids
 * @param pingNanos between two pings; 0 for none
 * @param pongNanos a ping may stay unanswered
 * @param staleNanos until the connect command must have come
 * @param writeNanos a peer may take no byte while bytes wait
 * @param outboxBytes that may wait for one connection
 * @param channelsPerClient subscriptions of one connection
 * @param connectionsPerUser of one engine
 * @param connectionsPerNode clients of one engine
 * @param commandsPerSecond of one connection, after a burst of as many; {@link Integer#MAX_VALUE} for no limit
 * @param personalNamespace of the channel that every user is subscribed to; {@code null} for none
 */
public record SessionOptions(
        String version,
        boolean insecure,
        long pingNanos,
        long pongNanos,
        long staleNanos,
        long writeNanos,
        int outboxBytes,
        int channelsPerClient,
        int connectionsPerUser,
        int connectionsPerNode,
        int commandsPerSecond,
        @Nullable String personalNamespace) {
    /** The ping interval as clients are told it. */
    int pingSeconds() {
        return (int) (pingNanos / 1_000_000_000L);
    }

    /** The user's own channel; {@code null} if there is none. */
    @Nullable
    String personalChannel(String user) {
        if (personalNamespace == null || user.isEmpty()) {
            return null;
        }
        return personalNamespace.isEmpty() ? "#" + user : personalNamespace + ":#" + user;
    }
}
