package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Payload;
import dev.relay.Relay;
import dev.relay.transport.Edge;
import dev.relay.transport.Poller;
import dev.relay.transport.ShardContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A whole engine and many subscribers: what is compressed once reaches them all. */
class CompressedFanOutIT {
    private static final int SUBSCRIBERS = 1000;
    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate";

    private final WebSocketEdge edge =
            WebSocketEdge.builder().port(0).compression(true).build();
    private final List<ShardIo> shards = new ArrayList<>();

    @Test
    void one_publication_is_deflated_once_for_a_thousand_subscribers_of_a_shard() throws Exception {
        assertThat(deflatedFor(1)).containsExactly(1L);
    }

    @Test
    void every_shard_deflates_for_its_own_subscribers() throws Exception {
        // the kernel spreads by hash: that one of two shards gets none of so many has no probability worth naming
        assertThat(deflatedFor(2)).isIn(List.of(1L, 1L), List.of(1L, 0L)); // the latter where no port can be shared
    }

    /** How many messages each shard has deflated while one publication went to all subscribers. */
    private List<Long> deflatedFor(int shardCount) throws Exception {
        String data = "{\"text\":\"" + "to be or not to be ".repeat(50) + "\"}";
        List<RawClient> all = new ArrayList<>();
        Relay relay = Relay.builder()
                .edge(new Watched())
                .insecure(true)
                .shards(shardCount)
                .build();
        try {
            for (int i = 0; i < SUBSCRIBERS; i++) {
                all.add(subscriber(OFFER));
            }
            RawClient plain = subscriber();
            all.add(plain);

            relay.publish("c", Payload.of(data)).toCompletableFuture().get(10, SECONDS);

            assertThat(plain.read().text()).contains(data);
            byte[] first = null;
            for (RawClient client : all.subList(0, SUBSCRIBERS)) {
                RawClient.Frame frame = client.read();
                assertThat(frame.first()).isEqualTo(0xc1);
                if (first == null) {
                    first = frame.payload();
                    assertThat(inflated(first)).contains(data);
                    assertThat(first).hasSizeLessThan(data.length() / 5);
                }
                assertThat(frame.payload()).isEqualTo(first);
            }
        } finally {
            for (RawClient client : all) {
                client.close();
            }
            relay.close();
        }
        assertThat(shards).noneMatch(io -> io.deflater.isHolding() || io.inflater.isHolding());
        return shards.stream().map(io -> io.deflater.messages()).toList();
    }

    private RawClient subscriber(String... headers) throws IOException {
        RawClient client = RawClient.open(edge.port(), headers);
        client.sendText("{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"c\"}}");
        StringBuilder replies = new StringBuilder();
        while (replies.indexOf("\"id\":2,\"subscribe\"") < 0) {
            replies.append(client.read().text());
        }
        return client;
    }

    private static String inflated(byte[] message) {
        try (MessageInflater inflater = new MessageInflater(1 << 20)) {
            int length = inflater.inflate(message, message.length);
            return new String(inflater.bytes(), 0, length, UTF_8);
        }
    }

    /** The edge, and what each shard has for its connections. */
    private final class Watched implements Edge {
        @Override
        public Poller poller(ShardContext shard) {
            Poller poller = edge.poller(shard);
            shards.add(((SelectorPoller) poller).io);
            return poller;
        }
    }
}
