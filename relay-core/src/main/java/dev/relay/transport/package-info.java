/**
 * SPI: ① bytes arrive, ⑥ bytes leave. An edge decodes commands and owns sockets; the engine decides what to send, to whom
 * and when. Everything here runs on the connection's shard.
 */
package dev.relay.transport;
