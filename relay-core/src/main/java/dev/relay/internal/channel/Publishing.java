package dev.relay.internal.channel;

import dev.relay.ClientInfo;
import dev.relay.Payload;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A publish on its way.
 *
 * @param charge to be released when it ends
 */
record Publishing(
        Payload data, @Nullable ClientInfo info, Map<String, String> tags, int charge, PublishOutcome outcome) {}
