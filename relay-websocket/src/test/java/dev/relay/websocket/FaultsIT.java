package dev.relay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Authorizer;
import dev.relay.ChannelOptions;
import dev.relay.Payload;
import dev.relay.Relay;
import dev.relay.RpcResult;
import dev.relay.Session;
import dev.relay.SessionListener;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the application's code throws on a shard, Errors included, costs one connection or one command and no more. */
class FaultsIT {
    /** What is thrown where. */
    private enum Fault {
        EXCEPTION(() -> new IllegalStateException("wanted by the test")),
        MEMORY(() -> new OutOfMemoryError("wanted by the test")),
        LINKAGE(() -> new NoClassDefFoundError("wanted by the test")),
        ASSERTION(() -> new AssertionError("wanted by the test")),
        STACK(() -> {
            throw new AssertionError("unreachable " + deeper(Integer.MAX_VALUE));
        });

        private final Supplier<Throwable> thrown;

        Fault(Supplier<Throwable> thrown) {
            this.thrown = thrown;
        }

        /** Throws it where the text asks for it. */
        void strike(String wanted) {
            if (wanted.contains("fault")) {
                sneak(thrown.get());
            }
        }

        private static int deeper(int left) {
            return left == 0 ? 0 : deeper(left - 1) + 1;
        }

        @SuppressWarnings("unchecked") // unchecked as far as the compiler knows: what is thrown is as it is
        private static <T extends Throwable> void sneak(Throwable thrown) throws T {
            throw (T) thrown;
        }
    }

    private Fault fault = Fault.EXCEPTION;
    private final WebSocketEdge edge = WebSocketEdge.builder().port(0).build();
    private final Relay relay = Relay.builder()
            .edge(edge)
            .shards(1)
            .insecure(true)
            .channelDefaults(ChannelOptions.transientChannel())
            .authorizer(new Faulty())
            .rpc("fault", call -> {
                fault.strike("fault");
                return CompletableFuture.completedFuture(new RpcResult.Returned(Payload.of("1")));
            })
            .messageHandler((session, data) -> fault.strike("fault"))
            .sessionListener(new SessionListener() {
                @Override
                public void subscribed(Session session, String channel) {
                    fault.strike(channel.startsWith("heard") ? "fault" : "");
                }
            })
            .build();

    @AfterEach
    void stop() {
        relay.close();
    }

    @ParameterizedTest
    @EnumSource
    void when_somebody_connects(Fault kind) throws Exception {
        costsOne(kind, "{\"id\":1,\"connect\":{\"token\":\"fault\"}}", false);
    }

    @ParameterizedTest
    @EnumSource
    void when_somebody_subscribes(Fault kind) throws Exception {
        costsOne(kind, "{\"id\":2,\"subscribe\":{\"channel\":\"fault\"}}", true);
    }

    @ParameterizedTest
    @EnumSource
    void when_somebody_publishes(Fault kind) throws Exception {
        costsOne(kind, "{\"id\":2,\"publish\":{\"channel\":\"fault\",\"data\":1}}", true);
    }

    @ParameterizedTest
    @EnumSource
    void when_somebody_calls_a_method(Fault kind) throws Exception {
        costsOne(kind, "{\"id\":2,\"rpc\":{\"method\":\"fault\"}}", true);
    }

    @ParameterizedTest
    @EnumSource
    void when_somebody_sends_a_message(Fault kind) throws Exception {
        costsOne(kind, "{\"send\":{\"data\":1}}", true);
    }

    @ParameterizedTest
    @EnumSource
    void when_a_listener_is_told(Fault kind) throws Exception {
        costsOne(kind, "{\"id\":2,\"subscribe\":{\"channel\":\"heard\"}}", true);
    }

    private void costsOne(Fault kind, String command, boolean connected) throws IOException {
        fault = kind;
        try (RawClient bystander = RawClient.open(edge.port());
                RawClient unlucky = RawClient.open(edge.port())) {
            bystander.sendText("{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"c\"}}");
            until(bystander, "\"id\":2");
            if (connected) {
                unlucky.sendText("{\"id\":1,\"connect\":{}}");
                until(unlucky, "\"id\":1");
            }
            unlucky.sendText(command);
            hearsAnErrorOrIsClosed(unlucky);

            bystander.sendText("{\"id\":3,\"publish\":{\"channel\":\"c\",\"data\":\"still here\"}}");
            until(bystander, "\"data\":\"still here\"");
            try (RawClient late = RawClient.open(edge.port())) {
                late.sendText("{\"id\":1,\"connect\":{}}");
                until(late, "\"id\":1");
            }
        }
    }

    /** Reads until something with this text comes; what comes may be joined in one frame. */
    private static void until(RawClient client, String text) throws IOException {
        RawClient.Frame frame = client.read();
        while (!frame.text().contains(text)) {
            assertThat(frame.first()).as(frame.text()).isEqualTo(RawClient.TEXT);
            frame = client.read();
        }
    }

    private static void hearsAnErrorOrIsClosed(RawClient client) throws IOException {
        try {
            while (true) {
                RawClient.Frame frame = client.read();
                String text = new String(frame.payload(), UTF_8);
                if (frame.first() == RawClient.CLOSE || text.contains("\"error\"")) {
                    return;
                }
            }
        } catch (EOFException e) {
            // ended without a word, which is one connection all the same
        }
    }

    private final class Faulty implements Authorizer {
        @Override
        public CompletionStage<Connecting> connect(ConnectAttempt attempt) {
            fault.strike(attempt.token());
            return CompletableFuture.completedFuture(Connecting.Accepted.ANONYMOUS);
        }

        @Override
        public CompletionStage<Subscribing> subscribe(SubscribeAttempt attempt) {
            fault.strike(attempt.channel());
            return CompletableFuture.completedFuture(Subscribing.ByOptions.INSTANCE);
        }

        @Override
        public CompletionStage<Connecting> refresh(Session session, String token) {
            return CompletableFuture.completedFuture(Connecting.Accepted.ANONYMOUS);
        }

        @Override
        public boolean decidesPublish() {
            return true;
        }

        @Override
        public CompletionStage<Publishing> publish(PublishAttempt attempt) {
            fault.strike(attempt.channel());
            return CompletableFuture.completedFuture(Publishing.ByOptions.INSTANCE);
        }
    }
}
