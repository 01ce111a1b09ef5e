package dev.relay.internal.session;

import dev.relay.Authorizer.Connecting;
import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.Payload;
import dev.relay.ServerSubscription;
import dev.relay.SubscriptionOverride;
import dev.relay.internal.Decisions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What an authorizer grants a client that connects. */
final class Grants {
    private Grants() {}

    static Map<String, ServerSubscription> subscriptions(String... channels) {
        Map<String, ServerSubscription> all = new LinkedHashMap<>();
        for (String channel : channels) {
            all.put(channel, ServerSubscription.PLAIN);
        }
        return all;
    }

    static CompletionStage<Connecting> accepted(String user, Map<String, ServerSubscription> subscriptions) {
        return Decisions.now(new Accepted(user, null, null, 0, false, null, subscriptions));
    }

    static ServerSubscription how(@Nullable String data, @Nullable String chanInfo, long expiresAtSeconds) {
        return new ServerSubscription(
                chanInfo == null ? null : Payload.of(chanInfo),
                data == null ? null : Payload.of(data),
                expiresAtSeconds,
                SubscriptionOverride.NONE,
                null);
    }
}
