package dev.relay.internal.session;

import dev.relay.Authorizer.Connecting.Accepted;
import dev.relay.ClientInfo;
import dev.relay.Payload;
import dev.relay.transport.Command;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is, and what else is known of it since it connected.
 *
 * @param meta for handlers only
 * @param name of the client's SDK or application
 * @param version its version
 * @param clientRefreshes whether the client refreshes its connection, by new tokens
 * @param expiresAtSeconds when the connection ends unless it is refreshed, Unix seconds; 0 for never
 * @param grantedChannels which channels the authorizer had it subscribed to
 * @param connectedAtMicros microseconds since 1970-01-01 UTC
 * @param serial where handlers are called for it; {@code null} for its shard
 */
record Identity(
        ClientInfo info,
        @Nullable Payload meta,
        String name,
        String version,
        boolean clientRefreshes,
        long expiresAtSeconds,
        Set<String> grantedChannels,
        long connectedAtMicros,
        @Nullable Serial serial) {
    static Identity of(Accepted accepted, Command.Connect command, Sessions sessions) {
        return new Identity(
                new ClientInfo(accepted.user(), UUID.randomUUID().toString(), accepted.connInfo(), null),
                accepted.meta(),
                command.name(),
                command.version(),
                accepted.clientRefreshes(),
                accepted.expiresAtSeconds(),
                accepted.subscriptions().keySet(),
                sessions.shard().clock().epochMicros(),
                sessions.handlers().serial());
    }

    Identity with(Payload connInfo) {
        return new Identity(
                new ClientInfo(info.user(), info.client(), connInfo, null),
                meta,
                name,
                version,
                clientRefreshes,
                expiresAtSeconds,
                grantedChannels,
                connectedAtMicros,
                serial);
    }

    Identity expiringAt(long epochSeconds) {
        return epochSeconds == expiresAtSeconds
                ? this
                : new Identity(
                        info,
                        meta,
                        name,
                        version,
                        clientRefreshes,
                        epochSeconds,
                        grantedChannels,
                        connectedAtMicros,
                        serial);
    }
}
