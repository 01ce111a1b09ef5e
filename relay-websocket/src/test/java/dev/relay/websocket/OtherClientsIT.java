package dev.relay.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.CloseCode;
import dev.relay.transport.Command;
import dev.relay.transport.Reply;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.handshake.ServerHandshake;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that were not written for these tests. */
class OtherClientsIT {
    private final WebSocketEdge edge = WebSocketEdge.builder().port(0).build();
    private final FakeShard shard = new FakeShard(edge, 0, 1, (connection, command) -> {
        if (command instanceof Command.Publish publish) {
            connection.reply(publish.id(), Reply.Published.INSTANCE);
        } else if (command instanceof Command.Refresh) {
            connection.close(CloseCode.FORCE_DISCONNECT);
        }
    });
    private final URI uri = URI.create("ws://127.0.0.1:" + edge.port() + "/connection/websocket");

    @AfterEach
    void stop() {
        shard.close();
    }

    @Test
    void the_client_of_the_jdk() throws Exception {
        Recorder recorder = new Recorder();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("centrifuge-json")
                .buildAsync(uri, recorder)
                .get(5, SECONDS);
        assertThat(socket.getSubprotocol()).isEqualTo("centrifuge-json");
        String data = "\"" + "é".repeat(20_000) + "\"";

        socket.sendText("{\"id\":1,\"publish\":{\"channel\":\"c\",", false).join();
        socket.sendText("\"data\":" + data + "}}", true).join();

        assertThat(recorder.messages.poll(5, SECONDS)).isEqualTo("{\"id\":1,\"publish\":{}}");
        socket.sendText("{\"id\":2,\"refresh\":{}}", true).join();
        assertThat(recorder.closed.get(5, SECONDS)).isEqualTo("3503 force disconnect");
        FakeConnection connection = shard.connected.take();
        connection.gone.get(5, SECONDS);
        assertThat(connection.endings).hasValue(1);
    }

    @Test
    void the_client_of_the_library() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        WebSocketClient client = new WebSocketClient(uri) {
            @Override
            public void onOpen(ServerHandshake handshake) {
                seen.add("open");
            }

            @Override
            public void onMessage(String message) {
                seen.add(message);
            }

            @Override
            public void onClose(int code, String reason, boolean remote) {
                seen.add(code + " " + remote);
            }

            @Override
            public void onError(Exception failure) {
                seen.add(failure.toString());
            }
        };
        assertThat(client.connectBlocking(5, SECONDS)).isTrue();
        assertThat(seen.poll(5, SECONDS)).isEqualTo("open");
        client.send("{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":1}}");
        assertThat(seen.poll(5, SECONDS)).isEqualTo("{\"id\":1,\"publish\":{}}");

        client.close(1000, "done");

        assertThat(seen.poll(5, SECONDS)).startsWith("1000 ");
        shard.connected.take().gone.get(5, SECONDS);
    }

    private static final class Recorder implements WebSocket.Listener {
        final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        final CompletableFuture<String> closed = new CompletableFuture<>();
        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                messages.add(partial.toString());
                partial.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code + " " + reason);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            closed.completeExceptionally(failure);
        }
    }
}
