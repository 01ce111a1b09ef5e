package dev.relay.websocket;

import java.util.concurrent.TimeUnit;

/**
 * What a {@link WebSocketEdge} was built with, and the fixed bounds of its protocol handling. Immutable.
 *
 * @param host address to listen on
 * @param port 0 takes a free one
 * @param path of the endpoint
 * @param origins who may connect from a browser
 * @param maxMessageBytes longest incoming message
 * @param handshakeNanos how long a client may take to ask for the upgrade
 * @param messageNanos how long a message may stay unfinished
 * @param door who gets in
 * @param compression whether permessage-deflate is agreed on with clients that offer it
 * @param compressionMinBytes shortest message that is deflated
 */
record EdgeOptions(
        String host,
        int port,
        String path,
        OriginPolicy origins,
        int maxMessageBytes,
        long handshakeNanos,
        long messageNanos,
        DoorOptions door,
        boolean compression,
        int compressionMinBytes) {
    /** Longest request head. */
    static final int MAX_HEADER_BYTES = 16 * 1024;

    /** Most frames of one message. */
    static final int MAX_FRAGMENTS = 128;

    /**
     * Bytes that deflated messages of one read may become before the others of the same connection wait for a later turn:
     * what fits into a read could otherwise keep the shard busy for a second.
     */
    static final int INFLATED_PER_READ = 256 * 1024;

    /** Connections that wait to be accepted. */
    static final int BACKLOG = 4096;

    /**
     * What the kernel may hold for a peer, in each direction. Without it Linux lets the buffers of one stalled peer grow to
     * several megabytes, which neither the outbox nor the heap shows.
     */
    static final int SOCKET_BUFFER_BYTES = 256 * 1024;

    /** How long the peer may take to close its side after our close frame. */
    static final long OUR_CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** The same after its own close frame, and after a refused handshake. */
    static final long PEER_CLOSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * How long what waits in the outbox may take to leave once closing began. The engine ends a peer that takes nothing
     * at all much sooner; this bounds one that takes a byte now and then.
     */
    static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(30);
}
