package dev.relay;

import java.util.List;

/**
 * A connection, for operators.
 *
 * @param session who it is
 * @param connectedAtMicros when it connected, microseconds since 1970-01-01 UTC
 * @param expiresAtSeconds when it ends unless it is refreshed, Unix seconds; 0 is never
 * @param channels what it is subscribed to
 * @param lastCommandAtMicros when its client has last said something, pongs aside; microseconds since 1970-01-01 UTC
 * @param outboxBytes what its socket has not taken yet
 */
public record ConnectionInfo(
        Session session,
        long connectedAtMicros,
        long expiresAtSeconds,
        List<String> channels,
        long lastCommandAtMicros,
        long outboxBytes) {
    public ConnectionInfo {
        channels = List.copyOf(channels);
    }
}
