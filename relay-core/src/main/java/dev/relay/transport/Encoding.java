package dev.relay.transport;

/**
 * Turns replies and pushes into bytes, once for all receivers of the same encoding, and frames them for the transport.
 * One frame may hold several messages.
 *
 * <p>The engine calls, for every frame: {@link #beginFrame}, then for every message {@link #beginMessage} followed by
 * one of the message methods, then {@link #endFrame}. It begins a new frame rather than let one that has a message grow beyond {@link #maxFrameBytes()}; a message that would
 * is taken back and written again.
 *
 * <p><b>Threading.</b> Called on the shards of the connections that were opened with it, each with its own buffer. An encoding
 * is compared by identity: an edge hands out one instance per encoding, without state, or one per encoding and shard.
 */
public interface Encoding {
    /** Name for logs, metrics and {@link PeerInfo}, for example {@code json}. */
    String name();

    /** The size in bytes, header included, beyond which no message joins a frame; a single message may be longer. */
    int maxFrameBytes();

    /** Leaves room for what {@link #endFrame} fills in. */
    void beginFrame(OutputBuffer out);

    /** Writes what separates two messages of a frame, if anything does. */
    void beginMessage(OutputBuffer out, boolean firstOfFrame);

    /**
     * Writes one push.
     *
     * @param channel what the push is about; {@code ""} for one that is about none
     * @return {@code false} if this encoding cannot carry the payload; what was written so far is then taken back by
     *     the engine, which closes the receivers with {@link dev.relay.CloseCode#INAPPROPRIATE_PROTOCOL}
     */
    boolean push(OutputBuffer out, String channel, Push push);

    /**
     * Writes one reply.
     *
     * @return {@code false} as in {@link #push}
     */
    boolean reply(OutputBuffer out, int id, Reply reply);

    /** Writes a ping. */
    void ping(OutputBuffer out);

    /**
     * Completes the frame that began at {@code frameStart}; may move its bytes. What stands at
     * {@code [frameStart, out.position())} afterwards goes to the socket as it is.
     */
    void endFrame(OutputBuffer out, int frameStart);
}
