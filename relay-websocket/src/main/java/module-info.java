import org.jspecify.annotations.NullMarked;

/** The client edge: WebSocket connections on sockets that the shards own, the JSON and Protobuf encodings, tokens. */
@NullMarked
module dev.relay.websocket {
    requires transitive dev.relay;
    requires com.google.protobuf;
    requires com.nimbusds.jose.jwt;
    requires java.management;
    requires java.net.http;
    requires jdk.management;
    requires org.java_websocket;
    requires org.slf4j;
    requires tools.jackson.core;

    exports dev.relay.websocket;
}
