package dev.relay.standalone.otel;

import dev.relay.Durability;
import dev.relay.PublishTracer;
import dev.relay.StreamPosition;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * A span {@code relay publish} for each publication of a trace, from its acceptance until it has been handed on and kept; in
 * it {@code relay journal commit} and {@code relay dispatch}. Names are few; the channel is an attribute.
 *
 * <p><b>Threading.</b> As {@link PublishTracer}.
 */
public final class OtelTracer implements PublishTracer {
    private static final int SAMPLED_FLAG = 1;

    private final Tracer tracer;
    private final InstantSource clock;

    public OtelTracer(OpenTelemetry telemetry) {
        this(telemetry, InstantSource.system());
    }

    OtelTracer(OpenTelemetry telemetry, InstantSource clock) {
        this.tracer = telemetry.getTracer("dev.relay");
        this.clock = clock;
    }

    @Override
    public @Nullable Trace accepted(String channel, String traceparent, Durability durability) {
        int flags = Integer.parseInt(traceparent.substring(53), 16);
        SpanContext parent = SpanContext.createFromRemoteParent(
                traceparent.substring(3, 35),
                traceparent.substring(36, 52),
                (flags & SAMPLED_FLAG) == 0 ? TraceFlags.getDefault() : TraceFlags.getSampled(),
                TraceState.getDefault());
        Instant now = clock.instant();
        Span span = tracer.spanBuilder("relay publish")
                .setParent(Context.root().with(Span.wrap(parent)))
                .setSpanKind(SpanKind.CONSUMER)
                .setStartTimestamp(now)
                .setAttribute("messaging.system", "relay")
                .setAttribute("messaging.operation.name", "publish")
                .setAttribute("messaging.destination.name", channel)
                .startSpan();
        return span.isRecording() ? new Publish(span, now, durability) : null;
    }

    /** Of one publication. */
    private final class Publish implements Trace {
        private final Span span;
        private final Context context;
        private final Instant accepted;
        private final Durability durability;
        private Instant last;

        Publish(Span span, Instant accepted, Durability durability) {
            this.span = span;
            this.context = Context.root().with(span);
            this.accepted = accepted;
            this.durability = durability;
            this.last = accepted;
        }

        @Override
        public void committed(StreamPosition position) {
            last = clock.instant();
            child("relay journal commit", accepted)
                    .setAttribute("relay.offset", position.offset())
                    .setAttribute("relay.epoch", position.epoch())
                    .end(last);
            if (durability == Durability.ASYNC) { // it was dispatched before
                span.end(last);
            }
        }

        @Override
        public void dispatched(int subscribers) {
            Instant now = clock.instant();
            child("relay dispatch", last)
                    .setAttribute("relay.subscribers", (long) subscribers)
                    .end(now);
            if (durability != Durability.ASYNC) {
                span.end(now);
            }
        }

        @Override
        public void refused(String why) {
            span.setStatus(StatusCode.ERROR, why);
            span.end(clock.instant());
        }

        private Span child(String name, Instant from) {
            return tracer.spanBuilder(name)
                    .setParent(context)
                    .setStartTimestamp(from)
                    .startSpan();
        }
    }
}
