package dev.relay.standalone.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.Relay;
import dev.relay.journal.MemoryJournal;
import dev.relay.standalone.api.ApiAccess;
import dev.relay.standalone.api.ServerApi;
import dev.relay.standalone.metrics.HealthDetails;
import dev.relay.standalone.metrics.Scrape;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Prometheus and load balancers get to hear of an engine. */
class MetricsEndpointIT {
    private static final ApiOptions API =
            new ApiOptions(new ServerApi(() -> null), ApiAccess.open(), 1024, ServerApi.ErrorMode.DEFAULT);

    private final MetricRegistry registry = new MetricRegistry();
    private final Relay relay = Relay.builder()
            .shards(2)
            .metrics(registry)
            .journal(new MemoryJournal())
            .channelDefaults(ChannelOptions.builder()
                    .durability(Durability.SYNC)
                    .historySize(10)
                    .build())
            .build();
    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable HttpSide side;

    @AfterEach
    void close() {
        if (side != null) {
            side.close();
        }
        relay.close();
    }

    @Test
    void counters_gauges_and_histograms_have_their_types_units_and_labels() throws Exception {
        open(null);
        relay.publish("news", Payload.of("x")).toCompletableFuture().get(20, TimeUnit.SECONDS);

        HttpResponse<byte[]> response = get();

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain; version=0.0.4");
        assertThat(text(response).lines())
                .contains(
                        "# TYPE relay_publications_total counter",
                        "relay_publications_total{origin=\"server\"} 1.0",
                        "# TYPE relay_connections gauge",
                        "# TYPE relay_ack_latency_seconds histogram",
                        "relay_ack_latency_seconds_bucket{durability=\"sync\",le=\"+Inf\"} 1",
                        "relay_ack_latency_seconds_count{durability=\"sync\"} 1",
                        "# TYPE relay_sent_bytes_total counter",
                        "# TYPE relay_shard_busy_seconds_total counter",
                        "relay_connections_closed_total{code=\"3008\"} 0.0",
                        "relay_health{state=\"ready\"} 1.0",
                        "relay_journal_state{state=\"direct\"} 1.0",
                        "relay_build_info{version=\"1.2.3\"} 1")
                .anyMatch(line -> line.startsWith("relay_shard_busy_seconds_total{shard=\"1\"} "))
                .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"} "))
                .anyMatch(line -> line.startsWith("process_start_time_seconds "));
    }

    @Test
    void a_time_is_told_in_seconds() throws Exception {
        open(null);
        for (int i = 0; i < 50; i++) {
            relay.publish("news", Payload.of("x")).toCompletableFuture().get(20, TimeUnit.SECONDS);
        }

        String sum = text(get())
                .lines()
                .filter(line -> line.startsWith("relay_journal_commit_seconds_sum "))
                .findFirst()
                .orElseThrow();
        assertThat(Double.parseDouble(sum.split(" ")[1])).isStrictlyBetween(0.0, 50.0);
    }

    @Test
    void open_metrics_is_given_to_who_asks_for_it() throws Exception {
        open(null);

        HttpResponse<byte[]> response =
                get("Accept", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5");

        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/openmetrics-text");
        assertThat(text(response)).contains("# UNIT relay_sent_bytes bytes").endsWith("# EOF\n");
    }

    @Test
    void a_scrape_is_packed_for_who_can_unpack() throws Exception {
        open(null);

        HttpResponse<byte[]> response = get("Accept-Encoding", "gzip");

        assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
        try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            assertThat(new String(unpacked.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("relay_connections ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer secre", "Bearer secret!", "Basic secret", "secret"})
    void without_the_key_nothing_is_told(String authorization) throws Exception {
        open("secret");

        HttpResponse<byte[]> response = authorization.isEmpty() ? get() : get("Authorization", authorization);

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(text(response)).doesNotContain("relay_").doesNotContain("secret");
    }

    @Test
    void with_the_key_everything_is() throws Exception {
        open("secret");

        assertThat(get("Authorization", "bearer secret").statusCode()).isEqualTo(200);
    }

    @Test
    void health_says_how_things_are() throws Exception {
        open("secret");

        HttpResponse<byte[]> response = get("/health", new String[0]);

        assertThat(text(response))
                .isEqualTo("{\"status\":\"ready\",\"reason\":\"\",\"version\":\"1.2.3\",\"uptime_seconds\":0,"
                        + "\"connections\":0,\"clients\":0,\"journal\":\"direct\",\"journal_warnings\":0}");
    }

    private void open(@Nullable String key) {
        side = HttpSide.open(
                "127.0.0.1",
                0,
                8,
                new Monitoring(
                        relay::health,
                        new HealthDetails(registry, "1.2.3", InstantSource.fixed(Instant.EPOCH)),
                        new Scrape(registry, "1.2.3"),
                        key),
                API,
                null);
    }

    private HttpResponse<byte[]> get(String... headers) throws Exception {
        return get("/metrics", headers);
    }

    private HttpResponse<byte[]> get(String path, String[] headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + requireNonNull(side).port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
