package dev.relay.benchmarks.load.server;

import dev.relay.ChannelOptions;
import dev.relay.Relay;
import dev.relay.websocket.WebSocketEdge;

/** Relay in its defaults, embedded; channels keep nothing ({@code durability none}), as the others' do. */
final class RelayServer implements BenchServer {
    @Override
    public int listen() {
        WebSocketEdge edge = WebSocketEdge.builder().port(0).build();
        Relay relay = Relay.builder()
                .edge(edge)
                .channelDefaults(ChannelOptions.transientChannel())
                .insecure(true)
                .build();
        Runtime.getRuntime().addShutdownHook(new Thread(relay::close));
        return edge.port();
    }
}
