/** What the registry of the engine holds, as Prometheus and JMX want it. The only package that knows Prometheus. */
@NullMarked
package dev.relay.standalone.metrics;

import org.jspecify.annotations.NullMarked;
