package dev.relay.internal.session;

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
 */
public record SessionOptions(
        String version,
        boolean insecure,
        long pingNanos,
        long pongNanos,
        long staleNanos,
        long writeNanos,
        int outboxBytes,
        int channelsPerClient) {
    /** The ping interval as clients are told it. */
    int pingSeconds() {
        return (int) (pingNanos / 1_000_000_000L);
    }
}
