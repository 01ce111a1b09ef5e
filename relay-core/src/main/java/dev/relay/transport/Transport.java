package dev.relay.transport;

import dev.relay.CloseCode;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The outbound half of one connection: a socket that takes bytes when it can.
 *
 * <p>What it does not take stays in the connection's outbox, which the engine owns and bounds; a transport keeps no
 * queue of its own.
 *
 * <p><b>Threading.</b> Called on the connection's shard only.
 */
public interface Transport {
    /**
     * Writes what the peer takes now, without waiting.
     *
     * @return the number of bytes taken, 0 if none
     * @throws IOException the connection is broken; the engine then calls {@link #abort()}
     */
    int write(ByteBuffer bytes) throws IOException;

    /** Whether to call {@link Connection#writable()} as soon as the socket takes bytes again. */
    void wantWrite(boolean want);

    /**
     * Whether to read from the socket. While not, the peer is slowed down by its own full socket; commands already
     * read may still be handed to the connection, which keeps them.
     */
    void wantRead(boolean want);

    /** Hands a ping of the transport's own to {@link Connection#raw}. */
    void ping();

    /**
     * Says goodbye: hands the close frame to {@link Connection#raw}, and goes through the closing handshake once
     * {@link #flushed()} says that it has left. The engine sends nothing more by itself. Called at most once; finally
     * the transport calls {@link Connection#ended}.
     */
    void close(CloseCode code);

    /** The outbox became empty after {@link #close}. */
    void flushed();

    /** Ends the connection at once, without a close frame. Calls {@link Connection#ended}, at once or soon. */
    void abort();
}
