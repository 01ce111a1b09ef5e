package dev.relay.websocket;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketAdapter;
import org.java_websocket.drafts.Draft;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.Handshakedata;
import org.java_websocket.handshake.ServerHandshakeBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What the library tells. Most of it Relay already knows, since it owns the socket and reads the frames; what is left is
 * joining a new draft with its connection, hearing pongs, and answering pings (the inherited part does).
 */
final class LibraryListener extends WebSocketAdapter {
    @Override
    public ServerHandshakeBuilder onWebsocketHandshakeReceivedAsServer(
            WebSocket connection, Draft draft, ClientHandshake request) throws InvalidDataException {
        ((RelayDraft) draft).attach((RelayConnection) connection);
        return super.onWebsocketHandshakeReceivedAsServer(connection, draft, request);
    }

    @Override
    public void onWebsocketMessage(WebSocket connection, String message) {}

    @Override
    public void onWebsocketMessage(WebSocket connection, ByteBuffer message) {}

    @Override
    public void onWebsocketOpen(WebSocket connection, Handshakedata handshake) {}

    @Override
    public void onWebsocketClose(WebSocket connection, int code, String reason, boolean remote) {}

    @Override
    public void onWebsocketClosing(WebSocket connection, int code, String reason, boolean remote) {}

    @Override
    public void onWebsocketCloseInitiated(WebSocket connection, int code, String reason) {}

    @Override
    public void onWebsocketError(WebSocket connection, Exception failure) {}

    @Override
    public void onWebsocketPong(WebSocket connection, Framedata frame) {
        ((RelayConnection) connection).pong();
    }

    @Override
    public void onWriteDemand(WebSocket connection) {}

    @Override
    public @Nullable InetSocketAddress getLocalSocketAddress(WebSocket connection) {
        return null;
    }

    @Override
    public @Nullable InetSocketAddress getRemoteSocketAddress(WebSocket connection) {
        return null;
    }
}
