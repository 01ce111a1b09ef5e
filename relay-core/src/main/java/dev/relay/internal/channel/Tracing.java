package dev.relay.internal.channel;

import dev.relay.Durability;
import dev.relay.PublishTracer;
import dev.relay.PublishTracer.Trace;
import dev.relay.StreamPosition;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the host's tracer, and lets nothing that it throws reach a publication.
 *
 * <p><b>Threading.</b> Any shard; of one publication one.
 */
final class Tracing {
    private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);

    private final @Nullable PublishTracer tracer;

    // Set by whichever shard meets the first fault; two that meet theirs at once may both log it.
    private volatile boolean failed;

    Tracing(@Nullable PublishTracer tracer) {
        this.tracer = tracer;
    }

    /** {@code null} for the many that nobody traces. */
    @Nullable
    Trace begin(String channel, Map<String, String> tags, Durability durability) {
        PublishTracer asked = tracer;
        if (asked == null || tags.isEmpty()) {
            return null;
        }
        String traceparent = tags.get(PublishTracer.TRACEPARENT);
        if (traceparent == null || !PublishTracer.isTraceparent(traceparent)) {
            return null;
        }
        Trace trace = guarded(() -> asked.accepted(channel, traceparent, durability));
        return trace == null ? null : new Guarded(trace);
    }

    private <T> @Nullable T guarded(Supplier<@Nullable T> question) {
        try {
            return question.get();
        } catch (Throwable e) { // an Error too: it is the host's, and says nothing about this shard
            if (!failed) {
                failed = true;
                LOG.warn("the tracer has failed, and may go on doing so without another word", e);
            }
            return null;
        }
    }

    private final class Guarded implements Trace {
        private final Trace trace;

        Guarded(Trace trace) {
            this.trace = trace;
        }

        @Override
        public void committed(StreamPosition position) {
            tell(told -> told.committed(position));
        }

        @Override
        public void dispatched(int subscribers) {
            tell(told -> told.dispatched(subscribers));
        }

        @Override
        public void refused(String why) {
            tell(told -> told.refused(why));
        }

        private void tell(Consumer<Trace> news) {
            guarded(() -> {
                news.accept(trace);
                return null;
            });
        }
    }
}
