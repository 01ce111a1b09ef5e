/** Traces for OpenTelemetry. The only package that knows it; nothing of it is loaded unless it is switched on. */
@NullMarked
package dev.relay.standalone.otel;

import org.jspecify.annotations.NullMarked;
