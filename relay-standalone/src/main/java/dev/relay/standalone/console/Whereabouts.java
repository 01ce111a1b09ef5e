package dev.relay.standalone.console;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a browser finds the WebSocket endpoint.
 *
 * @param configured {@code auto}, an address, or a path behind the proxy that the page has come through
 * @param tls whether the endpoint speaks TLS
 */
record Whereabouts(String configured, boolean tls) {
    private static final Pattern ORIGIN = Pattern.compile("wss?://[^/?#]+");
    private static final Pattern PORT = Pattern.compile(":[0-9]+$");

    /** The address for a browser that has come this way. */
    String url(Visit visit, int port) {
        if (configured.equals("auto")) {
            String host = PORT.matcher(visit.host()).replaceFirst("");
            return (tls ? "wss" : "ws") + "://" + host + ":" + port + "/connection/websocket";
        }
        return configured.startsWith("/")
                ? (visit.secure() ? "wss" : "ws") + "://" + visit.host() + configured
                : configured;
    }

    /** {@code wss://ws.example.org} if that is configured; {@code null} if the endpoint is on the host of the page. */
    @Nullable
    String elsewhere() {
        Matcher matcher = ORIGIN.matcher(configured);
        return matcher.lookingAt() ? matcher.group() : null;
    }
}
