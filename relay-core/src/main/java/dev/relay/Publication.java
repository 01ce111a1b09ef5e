package dev.relay;

import static java.util.Objects.requireNonNull;

import dev.relay.transport.Push;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message of a channel.
 *
 * @param data what was published
 * @param info the publishing client, or {@code null} when the application published it
 * @param tags what the application attached; not {@code null}, often empty
 * @param position where it stands in the channel's stream; {@link StreamPosition#NONE} where the channel keeps none
 * @param timeMicros when Relay accepted it, microseconds since 1970-01-01 UTC
 */
public record Publication(
        Payload data, @Nullable ClientInfo info, Map<String, String> tags, StreamPosition position, long timeMicros)
        implements Push {
    public Publication {
        requireNonNull(data, "data");
        requireNonNull(position, "position");
        tags = Map.copyOf(tags);
    }

    /** Its offset in the stream; 0 where the channel keeps none. */
    public long offset() {
        return position.offset();
    }
}
