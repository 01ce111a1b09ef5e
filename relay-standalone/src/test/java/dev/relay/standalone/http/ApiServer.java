package dev.relay.standalone.http;

import dev.relay.Authorizer;
import dev.relay.ChannelOptions;
import dev.relay.CloseCode;
import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.Relay;
import dev.relay.RelayBuilder;
import dev.relay.Session;
import dev.relay.journal.MemoryJournal;
import dev.relay.standalone.api.ApiAccess;
import dev.relay.standalone.api.ServerApi;
import dev.relay.standalone.api.ServerApi.ErrorMode;
import dev.relay.websocket.WebSocketEdge;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * A real engine with a real HTTP side. Channels without a namespace and those of {@code chat} keep history; those of {@code
 * live} do not. Clients are who their token says, as it stands.
 */
final class ApiServer implements AutoCloseable {
    static final String KEY = "k";

    private static final int MAX_BODY_BYTES = 10 << 20;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final WebSocketEdge edge =
            WebSocketEdge.builder().host("127.0.0.1").port(0).build();
    private final Relay relay;
    private final HttpSide http;

    private ApiServer(ApiAccess access, ErrorMode errorMode, UnaryOperator<RelayBuilder> more) {
        RelayBuilder builder = Relay.builder()
                .shards(2)
                .edge(edge)
                .journal(new MemoryJournal())
                .authorizer(new ByName())
                .insecure(true)
                .version("0.1.0")
                .nodeName("relay-1")
                .channelDefaults(ChannelOptions.journaled())
                .namespace(
                        "chat",
                        ChannelOptions.builder()
                                .durability(Durability.SYNC)
                                .presence(true)
                                .joinLeave(true)
                                .build())
                .namespace("live", ChannelOptions.transientChannel());
        relay = more.apply(builder).build();
        http = HttpSide.open(
                "127.0.0.1",
                0,
                64,
                Monitoring.of(relay::health),
                new ApiOptions(new ServerApi(() -> relay), access, MAX_BODY_BYTES, errorMode),
                null);
    }

    /** One that wants {@link #KEY}. */
    static ApiServer start() {
        return start(UnaryOperator.identity());
    }

    /** The same with an engine that has more. */
    static ApiServer start(UnaryOperator<RelayBuilder> more) {
        return new ApiServer(ApiAccess.withKey(KEY), ErrorMode.DEFAULT, more);
    }

    static ApiServer start(ApiAccess access) {
        return new ApiServer(access, ErrorMode.DEFAULT, UnaryOperator.identity());
    }

    static ApiServer start(ErrorMode errorMode) {
        return new ApiServer(ApiAccess.withKey(KEY), errorMode, UnaryOperator.identity());
    }

    Relay relay() {
        return relay;
    }

    HttpSide http() {
        return http;
    }

    int port() {
        return http.port();
    }

    int clientPort() {
        return edge.port();
    }

    /** Asks with the key. */
    HttpResponse<String> post(String path, String body, String... headers) {
        return post(path, BodyPublishers.ofString(body), headers);
    }

    HttpResponse<String> post(String path, BodyPublisher body, String... headers) {
        return send(request(path).header("X-API-Key", KEY).method("POST", body), headers);
    }

    /** The body of an answer with status 200. */
    String ask(String method, String body) {
        HttpResponse<String> response = post("/api/" + method, body);
        if (response.statusCode() != 200) {
            throw new AssertionError(response + " " + response.body());
        }
        return response.body();
    }

    /** Publishes without the API; returns when it is done. */
    void publish(String channel, String data) {
        relay.publish(channel, Payload.of(data)).toCompletableFuture().join();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    HttpResponse<String> send(HttpRequest.Builder request, String... headers) {
        return send(client, request, headers);
    }

    static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request, String... headers) {
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A client is who its token says. */
    private static final class ByName implements Authorizer {
        @Override
        public CompletionStage<Connecting> connect(ConnectAttempt attempt) {
            return CompletableFuture.completedFuture(Connecting.Accepted.of(attempt.token()));
        }

        @Override
        public CompletionStage<Subscribing> subscribe(SubscribeAttempt attempt) {
            return CompletableFuture.completedFuture(Subscribing.ByOptions.INSTANCE);
        }

        @Override
        public CompletionStage<Connecting> refresh(Session session, String token) {
            return CompletableFuture.completedFuture(new Connecting.Closed(CloseCode.BAD_REQUEST));
        }
    }

    @Override
    public void close() {
        try {
            relay.close();
        } finally {
            http.close();
        }
    }
}
