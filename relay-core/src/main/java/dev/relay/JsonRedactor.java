package dev.relay;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes values out of JSON, which the engine does not know: needed where not all of a payload may be journaled ({@link
 * ChannelOptions#journalRedact}). The WebSocket edge has one.
 *
 * <p><b>Threading.</b> Any thread, several at once. Must not block: the channel's shard waits for it.
 */
@FunctionalInterface
public interface JsonRedactor {
    /**
     * The payload with {@code null} for the values that these pointers point to, and otherwise byte for byte as it is.
     *
     * @param pointers as RFC 6901 writes them, not empty; one that points to nothing changes nothing
     * @return {@code null} if the payload is not exactly one JSON value
     */
    @Nullable
    Payload redact(Payload data, List<String> pointers);
}
