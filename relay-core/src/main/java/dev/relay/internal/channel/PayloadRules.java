package dev.relay.internal.channel;

import dev.relay.ChannelOptions;
import dev.relay.JsonVerifier;
import dev.relay.Payload;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What may be published to a channel: its {@link dev.relay.DataFormat}.
 *
 * <p><b>Threading.</b> Any thread.
 */
public final class PayloadRules {
    private final @Nullable JsonVerifier json;

    /** @param json {@code null} if no channel takes JSON only */
    public PayloadRules(@Nullable JsonVerifier json) {
        this.json = json;
    }

    /**
     * The payload as it is to be published, which may know more about itself; {@code null} if the channel does not take it.
     */
    public @Nullable Payload accepted(ChannelOptions options, Payload data) {
        return switch (options.dataFormat()) {
            case BINARY -> data;
            case ANY -> data.size() > 0 ? data : null;
            case JSON -> verified(data);
            case JSON_OBJECT -> {
                Payload verified = verified(data);
                yield verified != null && isObject(verified) ? verified : null;
            }
        };
    }

    private @Nullable Payload verified(Payload data) {
        if (data.isJson()) {
            return data;
        }
        return json == null ? null : json.verify(data);
    }

    /** Of what is JSON, the first character that is no white space tells. */
    private static boolean isObject(Payload verified) {
        ByteBuffer bytes = verified.asByteBuffer();
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (next != ' ' && next != '\t' && next != '\r' && next != '\n') {
                return next == '{';
            }
        }
        return false;
    }
}
