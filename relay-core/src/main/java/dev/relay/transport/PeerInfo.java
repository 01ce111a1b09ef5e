package dev.relay.transport;

import static java.util.Objects.requireNonNull;

/**
 * What an edge knows of the other side of a connection.
 *
 * @param transport name of the transport, for example {@code websocket}
 * @param encoding name of the encoding, for example {@code json}
 * @param remoteAddress the peer's address as text, for logs and operators
 */
public record PeerInfo(String transport, String encoding, String remoteAddress) {
    public PeerInfo {
        requireNonNull(transport, "transport");
        requireNonNull(encoding, "encoding");
        requireNonNull(remoteAddress, "remoteAddress");
    }
}
