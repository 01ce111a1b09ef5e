package dev.relay.internal.channel;

import dev.relay.ClientInfo;
import java.util.HashMap;
import java.util.Map;

/**
 * Who is in a channel, at its home. An entry needs no lease: home and connections live and die together.
 *
 * <p><b>Threading.</b> The home shard's thread only.
 */
final class Present {
    private final Map<String, ClientInfo> clients = new HashMap<>();
    private final Map<String, Integer> users = new HashMap<>(); // connections of each

    /** Adds a client, or replaces what is known of it. */
    void put(ClientInfo info) {
        remove(info.client());
        clients.put(info.client(), info);
        users.merge(info.user(), 1, Integer::sum);
    }

    void remove(String client) {
        ClientInfo gone = clients.remove(client);
        if (gone != null) {
            users.computeIfPresent(gone.user(), (user, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Replaces what is known of a client that is here. */
    void update(ClientInfo info) {
        if (clients.containsKey(info.client())) {
            put(info);
        }
    }

    Map<String, ClientInfo> clients() {
        return clients;
    }

    int users() {
        return users.size();
    }
}
