package dev.relay;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A subscription that the server makes for a client.
 *
 * @param chanInfo shown to others in this channel, or {@code null}
 * @param data told to the client, or {@code null}
 * @param expiresAtSeconds Unix seconds after which it ends unless it is renewed; 0 is never
 * @param override what is different from the namespace's options
 * @param since where to recover from; {@code null} if not at all
 */
public record ServerSubscription(
        @Nullable Payload chanInfo,
        @Nullable Payload data,
        long expiresAtSeconds,
        SubscriptionOverride override,
        @Nullable StreamPosition since) {
    /** As the namespace has it, for ever, from now on. */
    public static final ServerSubscription PLAIN =
            new ServerSubscription(null, null, 0, SubscriptionOverride.NONE, null);

    public ServerSubscription {
        requireNonNull(override, "override");
    }

    /** The same, recovering from {@code position}. */
    public ServerSubscription since(StreamPosition position) {
        return new ServerSubscription(chanInfo, data, expiresAtSeconds, override, position);
    }
}
