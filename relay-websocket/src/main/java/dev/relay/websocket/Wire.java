package dev.relay.websocket;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The way between a connection and its socket: what goes through it is what the WebSocket protocol sees, whatever becomes
 * of it on the socket.
 *
 * <p>A wire may have taken bytes that the socket has not: {@link #owes()}. The connection then calls {@link #flush()} as
 * soon as the socket takes bytes again, whether or not anything else waits to be written.
 *
 * <p><b>Threading.</b> The connection's shard only.
 */
sealed interface Wire permits PlainWire {
    /** {@link #read}: the peer sends no more. */
    int END = -1;

    /**
     * Reads what is there.
     *
     * @return bytes read, 0 if there are none now, or {@link #END}
     */
    int read(ByteBuffer in) throws IOException;

    /** Takes what the socket has room for; how many bytes that was. */
    int write(ByteBuffer bytes) throws IOException;

    /** Whether bytes that were taken have not left. */
    boolean owes();

    /** Sends what is owed; whether all of it has left. */
    boolean flush() throws IOException;

    /** Tells the peer that nothing follows what was written. */
    void shutdownOutput() throws IOException;

    /** Gives up the socket, at once. Idempotent. */
    void close();
}
