package dev.relay.websocket;

import dev.relay.transport.Encoding;

/**
 * An encoding in both directions, as one shard uses it.
 *
 * @param isText whether all its messages are UTF-8, also those that come in a binary frame
 * @param isDeflated whether either side may deflate its messages
 */
record Codec(Encoding encoding, CommandDecoder commands, boolean isText, boolean isDeflated) {}
