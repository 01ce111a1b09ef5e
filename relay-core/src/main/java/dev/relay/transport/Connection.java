package dev.relay.transport;

import dev.relay.CloseCode;
import java.nio.ByteBuffer;

/**
 * The engine's half of one connection, which an edge feeds. Got from {@link ShardContext#connect}.
 *
 * <p><b>Threading.</b> Called on the connection's shard only.
 */
public interface Connection {
    /**
     * Appends the transport's own bytes – a handshake response, a pong, a close frame – behind everything that waits,
     * never inside a frame. Copied. They leave at the end of the turn.
     */
    void raw(ByteBuffer bytes);

    /**
     * The handshake is done: from now on there is a session, which expects a connect command. Called once.
     *
     * @param transportPings whether pings are the transport's own ({@link Transport#ping()}, {@link #pong()}) instead of
     *     messages of the encoding
     */
    void open(Encoding encoding, PeerInfo peer, boolean transportPings);

    /** The peer has answered a ping of the transport, or sent a pong unasked, which does nothing. */
    void pong();

    /** The next command of the client, in the order received. */
    void receive(Command command);

    /**
     * Ends the session and closes the connection with this code, after what waits has left. Does nothing when it is
     * already closing.
     */
    void close(CloseCode code);

    /** The socket takes bytes again. */
    void writable();

    /** The connection is gone, for whatever reason. Releases everything. Called once, the last call. */
    void ended();
}
