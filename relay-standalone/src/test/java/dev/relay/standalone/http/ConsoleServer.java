package dev.relay.standalone.http;

import com.codahale.metrics.MetricRegistry;
import dev.relay.Authorizer;
import dev.relay.ChannelOptions;
import dev.relay.Payload;
import dev.relay.Relay;
import dev.relay.RelayClock;
import dev.relay.standalone.api.ApiAccess;
import dev.relay.standalone.api.ServerApi;
import dev.relay.standalone.api.ServerApi.ErrorMode;
import dev.relay.standalone.config.Arguments;
import dev.relay.standalone.config.Configuration;
import dev.relay.standalone.config.ConfigurationReader;
import dev.relay.standalone.console.Console;
import dev.relay.websocket.TrustedProxies;
import dev.relay.websocket.WebSocketEdge;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A real engine with a console. Everybody may connect without a token and do everything that the console does not forbid. */
final class ConsoleServer implements AutoCloseable {
    static final String ADMIN = "pass of the admin";
    static final String VIEWER = "pass of the viewer";
    static final String[] MARKED = {"X-Relay-Console", "1"};

    private static final int MAX_BODY_BYTES = 12 << 20;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final WebSocketEdge edge;
    private final Relay relay;
    private final Console console;
    private final HttpSide http;

    private ConsoleServer(Configuration configuration, RelayClock clock) {
        console = new Console(configuration, "0.1.0", clock);
        edge = WebSocketEdge.builder()
                .host("127.0.0.1")
                .port(0)
                .maxMessageBytes(12 << 20)
                .build();
        MetricRegistry metrics = new MetricRegistry();
        relay = console.watching(
                        Relay.builder()
                                .metrics(metrics)
                                .shards(2)
                                .edge(edge)
                                .insecure(true)
                                .channelDefaults(ChannelOptions.transientChannel()),
                        Authorizer.anonymous())
                .build();
        console.started(relay, edge.port(), metrics);
        http = HttpSide.open(
                "127.0.0.1",
                0,
                512,
                Monitoring.of(relay::health),
                new ApiOptions(new ServerApi(() -> relay), ApiAccess.withKey("k"), MAX_BODY_BYTES, ErrorMode.DEFAULT),
                new ConsoleOptions(console, TrustedProxies.of(List.of("127.0.0.1"))));
    }

    /** One with both passwords. */
    static ConsoleServer start(String... more) {
        return new ConsoleServer(locked(more), RelayClock.system());
    }

    /** The same whose sessions and tickets age as this clock says. */
    static ConsoleServer start(RelayClock clock) {
        return new ConsoleServer(locked(), clock);
    }

    /** One with what is given. */
    static ConsoleServer unlocked(String... arguments) {
        return new ConsoleServer(configuration(arguments), RelayClock.system());
    }

    private static Configuration locked(String... more) {
        return configuration(
                Stream.concat(Stream.of("--admin-password=" + ADMIN, "--viewer-password=" + VIEWER), Stream.of(more))
                        .toArray(String[]::new));
    }

    private static Configuration configuration(String... arguments) {
        return ConfigurationReader.read(Arguments.parse(arguments), Map.of("HOSTNAME", "node-1"), Path.of("target"));
    }

    /** How many channels of the console are told something. */
    int watches() {
        return console.running();
    }

    /** Waits until something holds. */
    void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within 30 s; watches: " + watches());
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    int port() {
        return http.port();
    }

    int clientPort() {
        return edge.port();
    }

    void publish(String channel, String data) {
        relay.publish(channel, Payload.of(data)).toCompletableFuture().join();
    }

    HttpResponse<String> get(String path, String... headers) {
        return send(request(path).GET(), headers);
    }

    /** As the page posts: with the mark. */
    HttpResponse<String> post(String path, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of(MARKED));
        all.addAll(List.of(headers));
        return unmarked(path, body, all.toArray(String[]::new));
    }

    HttpResponse<String> unmarked(String path, String body, String... headers) {
        return send(request(path).POST(BodyPublishers.ofString(body)), headers);
    }

    HttpResponse<String> login(String password, String... headers) {
        return post("/console/login", "{\"password\":\"" + password + "\"}", headers);
    }

    /** The header with a new session's cookie. */
    String[] session(String password) {
        HttpResponse<String> response = login(password);
        if (response.statusCode() != 200) {
            throw new AssertionError(response + " " + response.body());
        }
        return new String[] {"Cookie", cookie(response)};
    }

    /** Name and value of the cookie that is set. */
    static String cookie(HttpResponse<String> response) {
        return response.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
    }

    String ticket(String[] session) {
        HttpResponse<String> response = post("/console/ticket", "{}", session);
        if (response.statusCode() != 200) {
            throw new AssertionError(response + " " + response.body());
        }
        return response.body().replaceFirst("\\{\"ticket\":\"([^\"]+)\"}", "$1");
    }

    /** A client that is connected as the page of this session. */
    TestClient page(String[] session) {
        return TestClient.connect(clientPort(), ticket(session));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(30));
    }

    HttpResponse<String> send(HttpRequest.Builder request, String... headers) {
        return ApiServer.send(client, request, headers);
    }

    /** The answer to a preflight. */
    HttpResponse<String> preflight(String path, String origin) {
        return send(
                request(path).method("OPTIONS", BodyPublishers.noBody()),
                "Origin",
                origin,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "x-relay-console");
    }

    @Override
    public void close() {
        try {
            console.close();
            relay.close();
        } finally {
            http.close();
        }
    }
}
