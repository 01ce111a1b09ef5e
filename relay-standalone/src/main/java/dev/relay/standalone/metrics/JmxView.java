package dev.relay.standalone.metrics;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jmx.JmxReporter;

/**
 * What is measured, as beans of the domain {@code dev.relay}, under the names of the registry.
 *
 * <p><b>Threading.</b> Open and close from one thread.
 */
public final class JmxView implements AutoCloseable {
    private final JmxReporter reporter;

    public JmxView(MetricRegistry registry) {
        reporter = JmxReporter.forRegistry(registry).inDomain("dev.relay").build();
        reporter.start();
    }

    /** Takes the beans away. Idempotent. */
    @Override
    public void close() {
        reporter.close();
    }
}
