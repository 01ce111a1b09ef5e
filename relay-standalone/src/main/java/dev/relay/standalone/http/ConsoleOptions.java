package dev.relay.standalone.http;

import dev.relay.standalone.console.Console;
import dev.relay.websocket.TrustedProxies;

/**
 * The web console and how it is served.
 *
 * @param proxies whose word counts about where a request comes from
 */
public record ConsoleOptions(Console console, TrustedProxies proxies) {
    ConsoleVisits visits() {
        return new ConsoleVisits(proxies);
    }
}
