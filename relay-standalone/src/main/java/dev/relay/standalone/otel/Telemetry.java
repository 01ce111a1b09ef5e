package dev.relay.standalone.otel;

import dev.relay.PublishTracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The SDK, set up by the {@code OTEL_…} variables that every SDK understands. Where they say nothing, spans go by OTLP over HTTP to
 * port 4318 of this machine; metrics and logs go nowhere, for they have other ways.
 *
 * <p><b>Threading.</b> Open and close from one thread.
 */
public final class Telemetry implements AutoCloseable {
    private static final Map<String, String> DEFAULTS = Map.of(
            "otel.service.name", "relay",
            "otel.exporter.otlp.protocol", "http/protobuf",
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none");
    private static final int FLUSH_SECONDS = 5;

    private final OpenTelemetrySdk sdk;

    public Telemetry() {
        sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .addPropertiesSupplier(() -> DEFAULTS)
                .disableShutdownHook()
                .build()
                .getOpenTelemetrySdk();
    }

    public PublishTracer tracer() {
        return new OtelTracer(sdk);
    }

    /** Sends what waits, for some seconds at most. Idempotent. */
    @Override
    public void close() {
        sdk.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
    }
}
