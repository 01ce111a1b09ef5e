package dev.relay.samples.embedded;

import dev.relay.ChannelOptions;
import dev.relay.Payload;
import dev.relay.Relay;
import dev.relay.jdbc.JdbcJournal;
import dev.relay.websocket.WebSocketEdge;
import java.io.IOException;
import java.nio.file.Path;

/** An engine inside an application: it follows a channel, publishes to it, and serves browsers. */
public final class Embedded {
    private Embedded() {}

    /** Runs until it is stopped. */
    public static void main(String[] arguments) throws IOException {
        // snippet: engine
        WebSocketEdge edge = WebSocketEdge.builder().allowLoopbackOrigins(true).build();
        Relay relay = Relay.builder()
                .edge(edge) // ws://localhost:8000/connection/websocket
                .journal(JdbcJournal.sqlite(Path.of("embedded.db")))
                .channelDefaults(ChannelOptions.journaled())
                .insecure(true) // everyone may do anything: only while you try it out
                .build();
        relay.subscribe("chat", message -> System.out.println(message.data().text()));
        relay.publish("chat", Payload.of("{\"text\":\"hello from Java\"}"))
                .thenAccept(result -> System.out.println("journaled: " + result));
        // end of snippet
        Runtime.getRuntime().addShutdownHook(new Thread(relay::close));
        Page.serve(8080);
    }
}
