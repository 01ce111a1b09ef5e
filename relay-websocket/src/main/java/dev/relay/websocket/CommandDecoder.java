package dev.relay.websocket;

import dev.relay.transport.Command;

/**
 * Reads the commands of one encoding. Everything that is not the protocol makes the frame malformed; nothing is thrown.
 *
 * <p><b>Threading.</b> Not thread-safe: owned by one shard.
 */
interface CommandDecoder {
    /** Takes the commands of a frame. */
    interface Sink {
        /** Takes the next command; whether the one after it still counts. */
        boolean receive(Command command);
    }

    /**
     * Hands the commands of {@code bytes[from, from + length)} to the sink one by one, until it answers {@code false}.
     *
     * @return {@code false} if what follows the commands handed out so far is malformed
     */
    boolean decodeFrame(byte[] bytes, int from, int length, Sink sink);
}
