package dev.relay.websocket;

import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one shard that are not clients: handshakes under way, and those that are being refused. There is room
 * for so many; one more takes the place of the oldest. So those who never finish cannot keep others out: to crowd out
 * somebody who finishes in a tenth of a second, a tenth of a second must bring as many as there are places.
 *
 * <p><b>Threading.</b> The shard's thread only.
 */
final class Unfinished {
    private final int limit;
    private final LinkedHashSet<RelayConnection> connections = new LinkedHashSet<>();

    Unfinished(int limit) {
        this.limit = limit;
    }

    /** Adds one; returns the one that has to go for it, or {@code null}. */
    @Nullable
    RelayConnection add(RelayConnection connection) {
        RelayConnection oldest = null;
        if (connections.size() >= limit) {
            oldest = connections.iterator().next();
            connections.remove(oldest);
        }
        connections.add(connection);
        return oldest;
    }

    /** It is a client now, or gone. */
    void remove(RelayConnection connection) {
        connections.remove(connection);
    }
}
