package dev.relay.standalone.otel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Durability;
import dev.relay.PublishTracer.Trace;
import dev.relay.StreamPosition;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Spans of publications, as an SDK sees them. */
class OtelTracerTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build();
    private long seconds = 100;
    private final OtelTracer tracer = new OtelTracer(sdk, () -> Instant.ofEpochSecond(seconds));

    @Test
    void a_publication_that_waits_for_the_journal_has_commit_and_dispatch_in_it() {
        Trace trace = requireNonNull(tracer.accepted("orders:1", PARENT, Durability.SYNC));
        seconds = 103;
        trace.committed(new StreamPosition(7, "e"));
        seconds = 104;
        trace.dispatched(12);

        List<SpanData> found = spans.getFinishedSpanItems();
        assertThat(found)
                .extracting(SpanData::getName)
                .containsExactly("relay journal commit", "relay dispatch", "relay publish");
        SpanData publish = found.get(2);
        assertThat(found).extracting(SpanData::getTraceId).containsOnly(TRACE);
        assertThat(publish.getParentSpanId()).isEqualTo("b7ad6b7169203331");
        assertThat(found.subList(0, 2)).extracting(SpanData::getParentSpanId).containsOnly(publish.getSpanId());
        assertThat(found).extracting(OtelTracerTest::times).containsExactly("100-103", "103-104", "100-104");
        assertThat(publish.getAttributes().get(AttributeKey.stringKey("messaging.destination.name")))
                .isEqualTo("orders:1");
        assertThat(found.get(0).getAttributes().get(AttributeKey.longKey("relay.offset")))
                .isEqualTo(7);
        assertThat(found.get(1).getAttributes().get(AttributeKey.longKey("relay.subscribers")))
                .isEqualTo(12);
    }

    @Test
    void one_that_does_not_wait_ends_with_the_journal() {
        Trace trace = requireNonNull(tracer.accepted("orders:1", PARENT, Durability.ASYNC));
        seconds = 101;
        trace.dispatched(1);
        assertThat(spans.getFinishedSpanItems()).hasSize(1);
        seconds = 105;
        trace.committed(new StreamPosition(7, "e"));

        assertThat(spans.getFinishedSpanItems())
                .extracting(OtelTracerTest::times)
                .containsExactly("100-101", "100-105", "100-105");
    }

    @Test
    void one_that_is_not_kept_ends_with_its_dispatch() {
        requireNonNull(tracer.accepted("orders:1", PARENT, Durability.NONE)).dispatched(1);

        assertThat(spans.getFinishedSpanItems())
                .extracting(SpanData::getName)
                .containsExactly("relay dispatch", "relay publish");
    }

    @Test
    void a_refusal_is_an_error() {
        requireNonNull(tracer.accepted("orders:1", PARENT, Durability.SYNC)).refused("the disk is full");

        SpanData publish = spans.getFinishedSpanItems().get(0);
        assertThat(publish.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(publish.getStatus().getDescription()).isEqualTo("the disk is full");
    }

    @Test
    void what_its_publisher_has_not_sampled_is_not_followed() {
        assertThat(tracer.accepted("orders:1", PARENT.substring(0, 53) + "00", Durability.SYNC))
                .isNull();
        assertThat(spans.getFinishedSpanItems()).isEmpty();
    }

    private static String times(SpanData span) {
        return span.getStartEpochNanos() / 1_000_000_000 + "-" + span.getEndEpochNanos() / 1_000_000_000;
    }
}
