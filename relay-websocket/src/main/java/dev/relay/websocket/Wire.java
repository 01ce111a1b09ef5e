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
sealed interface Wire permits PlainWire, TlsWire {
    /** {@link #read}: the peer sends no more. */
    int END = -1;

    /**
     * {@link #read}: the peer does not speak what has to be spoken here, and has been told so, if there is a way to. What
     * is written from now on is thrown away.
     */
    int BROKEN = -2;

    /** {@link #read}: instead of TLS the peer speaks plain text, so that it may be told so in plain text. */
    int PLAIN_TEXT = -3;

    /**
     * Reads what is there.
     *
     * @return bytes read, 0 if there are none now, or one of the constants
     */
    int read(ByteBuffer in) throws IOException;

    /** Whether there may be more to read at once, after a read of {@code count} bytes to a buffer with this room. */
    boolean hasMore(int count, int room);

    /** Whether reading can do anything now; else {@link #flush} or {@link #worked} comes first. */
    boolean canRead();

    /** What was to be done elsewhere before anything more is read has been done. */
    void worked();

    /** Whether the peer can be told anything. */
    boolean isOpen();

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
