/** The client edge: sockets owned by the shards, Java-WebSocket as protocol engine, the JSON and Protobuf encodings, tokens. */
package dev.relay.websocket;
