package dev.relay.standalone.metrics;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is measured, at the moment it is asked for: of Relay, of the JVM and of the process.
 *
 * <p><b>Threading.</b> Any; one after the other.
 */
public final class Scrape {
    /** A text and what it is written in. */
    public record Text(String contentType, byte[] bytes) {}

    private final MetricRegistry registry;
    private final String version;
    private @Nullable PrometheusRegistry all; // since it was first asked for: its classes would delay the start
    private @Nullable ExpositionFormats formats;

    public Scrape(MetricRegistry registry, String version) {
        this.registry = registry;
        this.version = version;
    }

    /**
     * Takes everything.
     *
     * @param accept the header that says which formats are wanted: OpenMetrics, or else Prometheus' own
     */
    public synchronized Text take(@Nullable String accept) {
        if (all == null || formats == null) {
            all = new PrometheusRegistry();
            all.register(new RelayCollector(registry, version));
            JvmMetrics.builder().register(all);
            formats = ExpositionFormats.init();
        }
        ExpositionFormatWriter writer = accept != null && accept.contains("application/openmetrics-text")
                ? formats.getOpenMetricsTextFormatWriter()
                : formats.getPrometheusTextFormatWriter();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 15);
        try {
            writer.write(bytes, all.scrape());
        } catch (IOException e) {
            throw new IllegalStateException(e); // memory takes everything
        }
        return new Text(writer.getContentType(), bytes.toByteArray());
    }
}
