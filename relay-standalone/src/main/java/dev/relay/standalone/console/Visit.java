package dev.relay.standalone.console;

import org.jspecify.annotations.Nullable;

/**
 * A request of a browser, as far as it says who asks.
 *
 * @param host whom the browser believes to speak to, of {@code Host}: a name or an address, and perhaps a port
 * @param origin of {@code Origin}; {@code null} where there is none, as in requests for what the same server has
 * @param marked whether it bears {@link #MARK}
 * @param secret of the session's cookie; {@code null} where there is none
 * @param address whom it comes from, as far as trusted proxies say
 * @param secure whether the browser speaks TLS to somebody, as far as trusted proxies say
 */
public record Visit(
        String host,
        @Nullable String origin,
        boolean marked,
        @Nullable String secret,
        String address,
        boolean secure) {
    /** A header that a page of another site cannot send unless we allow it to. */
    public static final String MARK = "X-Relay-Console";

    /** The cookie of a session. */
    public static final String COOKIE = "relay_session";
}
