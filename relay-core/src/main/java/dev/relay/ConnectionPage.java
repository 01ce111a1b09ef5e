package dev.relay;

import java.util.List;

/**
 * Connected clients.
 *
 * @param connections in the order of their client ids
 * @param nextCursor asks for what follows; {@code ""} if nothing does
 */
public record ConnectionPage(List<ConnectionInfo> connections, String nextCursor) {
    public ConnectionPage {
        connections = List.copyOf(connections);
    }
}
