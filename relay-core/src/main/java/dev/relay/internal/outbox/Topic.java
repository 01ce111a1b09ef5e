package dev.relay.internal.outbox;

import dev.relay.transport.Push;
import org.jspecify.annotations.Nullable;

/**
 * What a publication replaces an earlier one of, where only the newest waits.
 *
 * @param subscribed the channel or pattern that the subscription names
 * @param matched the channel it was published to, where a pattern matches it
 */
record Topic(String subscribed, @Nullable String matched) {
    static Topic of(String subscribed, Push push) {
        return new Topic(subscribed, push instanceof Push.Matched matched ? matched.channel() : null);
    }
}
