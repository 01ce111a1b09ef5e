package dev.relay;

import org.jspecify.annotations.Nullable;

/**
 * Knows JSON, which the engine does not: needed where a channel takes JSON only ({@link DataFormat}). The WebSocket edge has
 * one.
 *
 * <p><b>Threading.</b> Any thread, several at once. Must not block.
 */
@FunctionalInterface
public interface JsonVerifier {
    /**
     * The payload as {@linkplain Payload#isJson() JSON payload} if it is exactly one JSON value – the same object if that is
     * known already –, else {@code null}.
     */
    @Nullable
    Payload verify(Payload data);
}
