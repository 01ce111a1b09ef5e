package dev.relay.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.relay.RelayException;
import dev.relay.transport.Command;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketEdgeIT {
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "2, 1", "2, 2"})
    void a_second_engine_on_the_port_is_noticed(int firstShards, int secondShards) {
        WebSocketEdge first = WebSocketEdge.builder().port(0).build();
        List<FakeShard> shards = shards(first, firstShards);
        WebSocketEdge second = WebSocketEdge.builder().port(first.port()).build();
        try {
            assertThatThrownBy(() -> shards(second, secondShards))
                    .isInstanceOf(RelayException.class)
                    .hasMessageContaining("port in use")
                    .hasMessageContaining(":" + first.port())
                    .hasMessageContaining("choose another port");
        } finally {
            shards.forEach(FakeShard::close);
        }
    }

    @Test
    void a_port_that_another_program_holds_is_noticed() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            WebSocketEdge edge =
                    WebSocketEdge.builder().port(other.getLocalPort()).build();

            assertThatThrownBy(() -> shards(edge, 2)).hasMessageContaining("port in use");
        }
    }

    @Test
    void the_port_can_be_taken_again_at_once() throws Exception {
        WebSocketEdge first = WebSocketEdge.builder().port(0).build();
        List<FakeShard> shards = shards(first, 2);
        try (RawClient client = RawClient.open(first.port())) {
            shards.forEach(FakeShard::close);
            assertThat(client.atEnd()).isTrue();
        }
        WebSocketEdge second = WebSocketEdge.builder().port(first.port()).build();
        shards = shards(second, 2);
        RawClient.open(second.port()).close();
        shards.forEach(FakeShard::close);
    }

    @Test
    void all_shards_accept_on_one_port() throws Exception {
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            assumeThat(probe.supportedOptions()).contains(StandardSocketOptions.SO_REUSEPORT);
        }
        WebSocketEdge edge = WebSocketEdge.builder().port(0).build();
        List<FakeShard> shards = shards(edge, 2);
        List<RawClient> clients = new ArrayList<>();
        try {
            // the kernel spreads by hash: that one of two shards gets none of 64 has a probability of 2^-63
            for (int i = 0; i < 64; i++) {
                clients.add(RawClient.open(edge.port()));
            }
            assertThat(shards).allSatisfy(shard -> assertThat(shard.connected).isNotEmpty());
        } finally {
            shards.forEach(FakeShard::close);
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void an_unknown_host_is_explained() {
        WebSocketEdge edge =
                WebSocketEdge.builder().host("no.such.host.invalid").build();

        assertThatThrownBy(() -> shards(edge, 1))
                .isInstanceOf(RelayException.class)
                .hasMessageContaining("no.such.host.invalid");
    }

    @Test
    void the_port_is_known_only_once_it_listens() {
        WebSocketEdge edge = WebSocketEdge.builder().port(0).build();
        assertThat(edge.port()).isEqualTo(-1);
        List<FakeShard> shards = shards(edge, 1);
        assertThat(edge.port()).isPositive();
        shards.forEach(FakeShard::close);
    }

    @Test
    void connections_live_on_when_accepting_has_stopped() throws Exception {
        WebSocketEdge edge = WebSocketEdge.builder().port(0).build();
        try (FakeShard shard = FakeShard.of(edge);
                RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            shard.stopAccepting().get(5, SECONDS);

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) { // the socket is gone with the next turn of the selector
                            RawClient late = new RawClient(edge.port());
                            late.close();
                        }
                    })
                    .isInstanceOf(ConnectException.class);
            client.sendText("{}");
            assertThat(connection.commands.poll(5, SECONDS)).isEqualTo(new Command.Pong());
        }
    }

    @Test
    void closing_drops_what_is_left_and_says_so_once() throws Exception {
        WebSocketEdge edge = WebSocketEdge.builder().port(0).build();
        FakeShard shard = FakeShard.of(edge);
        try (RawClient client = RawClient.open(edge.port())) {
            FakeConnection connection = shard.connected.take();
            shard.close();

            assertThat(client.atEnd()).isTrue();
            connection.gone.get(5, SECONDS);
            assertThat(connection.endings).hasValue(1);
        }
    }

    private static List<FakeShard> shards(WebSocketEdge edge, int count) {
        List<FakeShard> shards = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            shards.add(new FakeShard(edge, i, count, (connection, command) -> {}));
        }
        return shards;
    }
}
