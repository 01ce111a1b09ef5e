package dev.relay;

import static java.util.Objects.requireNonNull;

import dev.relay.transport.PeerInfo;
import org.jspecify.annotations.Nullable;

/**
 * A connected client, as the application's handlers see it.
 *
 * @param info who it is
 * @param meta what the authorizer said about it for handlers only, never sent to clients; or {@code null}
 * @param name name of the client's SDK or application, untrusted
 * @param version its version, untrusted
 * @param peer what the transport knows of the other side
 */
public record Session(ClientInfo info, @Nullable Payload meta, String name, String version, PeerInfo peer) {
    public Session {
        requireNonNull(info, "info");
        requireNonNull(name, "name");
        requireNonNull(version, "version");
        requireNonNull(peer, "peer");
    }

    /** The user; {@code ""} is anonymous. */
    public String user() {
        return info.user();
    }

    /** The id Relay gave to the connection. */
    public String client() {
        return info.client();
    }
}
