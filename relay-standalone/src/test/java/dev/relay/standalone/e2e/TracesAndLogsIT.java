package dev.relay.standalone.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans that the running jar sends to a collector, and its log as JSON. */
@SuppressWarnings("NullAway.Init") // by JUnit
class TracesAndLogsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

    @TempDir
    Path directory;

    @Test
    void a_publication_of_a_trace_has_spans_at_the_collector_and_its_tag_at_the_subscriber() throws Exception {
        List<String> sent = new CopyOnWriteArrayList<>();
        HttpServer collector = collector(sent);
        RelaySettings settings = RelaySettings.in(directory)
                .with("RELAY_OTEL", "true")
                .with("OTEL_BSP_SCHEDULE_DELAY", "100")
                .with(
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://127.0.0.1:" + collector.getAddress().getPort());
        try (RelayProcess relay = RelayProcess.ready(settings);
                RawWebSocket subscriber = RawWebSocket.open(relay.port())) {
            subscriber.send("{\"id\":1,\"connect\":{}}", "{\"id\":2,\"subscribe\":{\"channel\":\"orders\"}}");
            until(subscriber, "\"subscribe\":{");

            publish(settings, "{\"channel\":\"orders\",\"data\":{\"n\":1}}", PARENT);
            publish(settings, "{\"channel\":\"orders\",\"data\":{\"n\":2}}", "nonsense");

            byte[] trace = HexFormat.of().parseHex(TRACE);
            Await.until(
                    "all spans have come",
                    LIMIT,
                    () -> List.of("relay publish", "relay journal commit", "relay dispatch").stream()
                            .allMatch(name -> String.join("", sent).contains(name)),
                    relay::toString);
            assertThat(String.join("", sent))
                    .contains(new String(trace, ISO_8859_1))
                    .contains("service.name");
            assertThat(until(subscriber, "{\"n\":1}")).contains("\"tags\":{\"traceparent\":\"" + PARENT + "\"}");
            assertThat(until(subscriber, "{\"n\":2}")).doesNotContain("tags");
        } finally {
            collector.stop(0);
        }
    }

    @Test
    void a_tag_that_is_there_already_stays() throws Exception {
        RelaySettings settings = RelaySettings.in(directory);
        String other = PARENT.replace("b7ad", "c8be");
        try (RelayProcess relay = RelayProcess.ready(settings)) {
            publish(
                    settings,
                    "{\"channel\":\"orders\",\"data\":1,\"tags\":{\"traceparent\":\"" + other + "\"}}",
                    PARENT);

            assertThat(relay.post("/api/history", "{\"channel\":\"orders\",\"limit\":10}")
                            .body())
                    .contains(other)
                    .doesNotContain(PARENT);
        }
    }

    @Test
    void each_line_of_the_log_is_json_where_that_is_wanted() {
        RelaySettings settings = RelaySettings.in(directory)
                .with("RELAY_LOG_FORMAT", "json")
                .with("RELAY_LOG_LEVELS", "dev.relay.internal.session=debug");
        try (RelayProcess relay = RelayProcess.ready(settings);
                Bystander connected = Bystander.on(relay, "news")) { // and closed by the server, which says so
            relay.terminate();
            assertThat(relay.exitCode()).as(relay.toString()).isZero();

            List<Map<String, Object>> lines =
                    relay.log().lines().map(Json::object).toList();

            assertThat(lines).hasSizeGreaterThan(3).allSatisfy(line -> assertThat(line)
                    .containsKeys("timestamp", "level", "loggerName", "threadName", "formattedMessage"));
            assertThat(relay.log()).as(connected.toString()).contains("\"client\":");
        }
    }

    private static String until(RawWebSocket subscriber, String part) {
        String line;
        do {
            line = subscriber.line();
        } while (!line.contains(part));
        return line;
    }

    private static void publish(RelaySettings settings, String body, String traceparent) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + settings.httpPort() + "/api/publish"))
                .header("traceparent", traceparent)
                .POST(BodyPublishers.ofString(body))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, BodyHandlers.ofString())
                        .body())
                .startsWith("{\"result\":{");
    }

    /** Takes what comes by OTLP over HTTP. */
    private static HttpServer collector(List<String> sent) throws IOException {
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            sent.add(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        return collector;
    }
}
