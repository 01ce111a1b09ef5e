package dev.relay.websocket;

import dev.relay.Payload;
import dev.relay.ServerSubscription;
import dev.relay.SubscriptionOverride;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The claims Relay knows. Free-form JSON ({@code info}, {@code data}, {@code meta}) is kept as the issuer wrote it.
 *
 * @param user {@code ""} is anonymous
 * @param expiry {@code exp}, Unix seconds, or {@code null}
 * @param notBefore {@code nbf}, Unix seconds, or {@code null}
 * @param expireAt {@code expire_at}, Unix seconds, or {@code null}
 * @param issuers {@code iss}; empty when absent
 * @param audience {@code aud}; empty when absent
 * @param channel {@code null} when absent
 * @param client {@code ""} when absent
 * @param info {@code b64info}, else {@code info}
 * @param data {@code b64data}, else {@code data}
 * @param meta {@code null} when absent
 * @param override of the subscription
 * @param subscriptions {@code subs}, else {@code channels}
 */
record TokenClaims(
        String user,
        @Nullable Double expiry,
        @Nullable Double notBefore,
        @Nullable Double expireAt,
        List<String> issuers,
        List<String> audience,
        @Nullable String channel,
        String client,
        @Nullable Payload info,
        @Nullable Payload data,
        @Nullable Payload meta,
        SubscriptionOverride override,
        Map<String, ServerSubscription> subscriptions) {}
