package dev.relay.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.transport.Command;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that do not read: what they cost, and that they get everything once they do. */
class StalledPeersIT {
    private static final int PEERS = 20;
    private static final int MESSAGES = 100;

    private final WebSocketEdge edge = WebSocketEdge.builder().port(0).build();
    private final FakeShard shard = FakeShard.of(edge);

    @AfterEach
    void stop() {
        shard.close();
    }

    @Test
    void peers_that_read_again_get_everything_and_meanwhile_others_are_served() throws Exception {
        Publication publication =
                new Publication(Payload.of("\"" + "x".repeat(60_000) + "\""), null, Map.of(), StreamPosition.NONE, 0);
        List<RawClient> stalled = new ArrayList<>();
        try (RawClient live = RawClient.open(edge.port())) {
            FakeConnection lives = shard.connected.take();
            for (int i = 0; i < PEERS; i++) {
                RawClient client = RawClient.open(edge.port());
                stalled.add(client);
                FakeConnection connection = shard.connected.take();
                connection.opened.get(5, SECONDS);
                shard.execute(
                        () -> { // 6 MB: more than the kernel holds, so that it waits for the socket
                            for (int n = 0; n < MESSAGES; n++) {
                                connection.push("c", publication);
                            }
                        });
            }
            live.sendText("{}");
            assertThat(lives.commands.poll(5, SECONDS)).isEqualTo(new Command.Pong());
            live.send(RawClient.frame(RawClient.PING));
            assertThat(live.read().first()).isEqualTo(RawClient.PONG);

            for (RawClient client : stalled) {
                for (int n = 0; n < MESSAGES; n++) {
                    assertThat(client.read().payload().length).isGreaterThan(60_000);
                }
            }
        } finally {
            for (RawClient client : stalled) {
                client.close();
            }
        }
    }

    @Test
    void the_kernel_holds_less_than_a_megabyte_for_a_peer_that_never_reads() throws Exception {
        try (RawClient silent = new RawClient(edge.port(), 16 * 1024)) {
            silent.send(RawClient.request("/connection/websocket"));
            assertThat(silent.head()).startsWith("HTTP/1.1 101 ");
            FakeConnection connection = shard.connected.take();
            CompletableFuture<Long> taken = new CompletableFuture<>();
            shard.execute(() -> fill(connection, 0, 0, taken));

            assertThat(taken.get(30, SECONDS)).isBetween(16L * 1024, 1L << 20);
        }
    }

    @Test
    void small_frames_do_not_wait_for_others() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
                SocketChannel client = SocketChannel.open(listener.getLocalAddress());
                SocketChannel accepted = listener.accept()) {
            assertThat(accepted.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();

            SelectorPoller.prepare(accepted);

            assertThat(accepted.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(client.isConnected()).isTrue();
        }
    }

    /** Writes until the socket has taken nothing for half a second. */
    private void fill(FakeConnection connection, long before, int idleRounds, CompletableFuture<Long> taken) {
        try {
            long now = before;
            int count;
            do {
                count = connection.transport.write(ByteBuffer.allocateDirect(64 * 1024));
                now += count;
            } while (count > 0 && now < 64 << 20);
            if ((now == before && idleRounds == 10) || now >= 64 << 20) {
                taken.complete(now);
                return;
            }
            long total = now;
            int idle = now == before ? idleRounds + 1 : 0;
            shard.schedule(Duration.ofMillis(50).toNanos(), () -> fill(connection, total, idle, taken));
        } catch (IOException e) {
            taken.completeExceptionally(e);
        }
    }
}
