package dev.relay;

import java.util.Map;

/** Who is in a channel: {@link Present}, or {@link Refused} with the reason. */
public sealed interface PresenceResult permits PresenceResult.Present, Refused {
    /** @param clients who is subscribed, by client id */
    record Present(Map<String, ClientInfo> clients) implements PresenceResult {
        public Present {
            clients = Map.copyOf(clients);
        }
    }
}
