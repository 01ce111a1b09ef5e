package dev.relay.internal;

import com.codahale.metrics.MetricRegistry;
import dev.relay.Authorizer;
import dev.relay.JsonRedactor;
import dev.relay.JsonVerifier;
import dev.relay.PublishTracer;
import dev.relay.RelayClock;
import dev.relay.internal.channel.Namespaces;
import dev.relay.internal.session.Handlers;
import dev.relay.internal.session.SessionOptions;
import dev.relay.journal.EventKind;
import dev.relay.journal.Journal;
import dev.relay.journal.Spool;
import dev.relay.transport.Edge;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** What an engine is made of, checked. */
public record EngineOptions(
        int shards,
        Namespaces namespaces,
        @Nullable Journal journal,
        @Nullable Spool spool,
        @Nullable Edge edge,
        Authorizer authorizer,
        SessionOptions sessions,
        Handlers handlers,
        String nodeName,
        ThreadFactory threadFactory,
        @Nullable Executor blockingExecutor,
        MetricRegistry metrics,
        RelayClock clock,
        Duration drainWindow,
        Duration shutdownTimeout,
        @Nullable JsonVerifier jsonVerifier,
        Duration idempotencyWindow,
        long outboxBudgetBytes,
        Set<EventKind> events,
        Duration eventTtl,
        @Nullable JsonRedactor jsonRedactor,
        @Nullable PublishTracer tracer) {
    public static final Duration MAX_DRAIN_WINDOW = Duration.ofDays(1);
}
