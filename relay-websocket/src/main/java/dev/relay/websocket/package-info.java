/** The client edge: sockets owned by the shards, Java-WebSocket as protocol engine, the JSON encoding, tokens. */
package dev.relay.websocket;
