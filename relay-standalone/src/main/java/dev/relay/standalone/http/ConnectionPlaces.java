package dev.relay.standalone.http;

import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the connections of the HTTP side: one more takes the place of the one that has been idle longest. Jetty's own limit
 * stops accepting instead, and whoever holds all places then keeps out everybody, health checks included.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class ConnectionPlaces implements Connection.Listener {
    private final int limit;
    private final Set<Connection> open = new LinkedHashSet<>(); // guarded by this

    ConnectionPlaces(int limit) {
        this.limit = limit;
    }

    @Override
    public void onOpened(Connection connection) {
        Connection crowdedOut;
        synchronized (this) {
            crowdedOut = open.size() < limit ? null : longestIdle();
            if (crowdedOut != null) {
                open.remove(crowdedOut);
            }
            open.add(connection);
        }
        if (crowdedOut != null) {
            crowdedOut.getEndPoint().close();
        }
    }

    @Override
    public synchronized void onClosed(Connection connection) {
        open.remove(connection);
    }

    private @Nullable Connection longestIdle() {
        Connection longest = null;
        long longestMillis = -1;
        for (Connection connection : open) {
            long idleMillis = connection.getEndPoint() instanceof AbstractEndPoint endPoint ? endPoint.getIdleFor() : 0;
            if (idleMillis > longestMillis) {
                longest = connection;
                longestMillis = idleMillis;
            }
        }
        return longest;
    }
}
