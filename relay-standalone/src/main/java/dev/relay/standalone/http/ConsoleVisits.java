package dev.relay.standalone.http;

import dev.relay.standalone.console.Visit;
import dev.relay.websocket.TrustedProxies;
import java.net.InetSocketAddress;
import java.util.List;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Reads from a request who asks. Immutable; any thread. */
final class ConsoleVisits {
    private final TrustedProxies proxies;

    ConsoleVisits(TrustedProxies proxies) {
        this.proxies = proxies;
    }

    Visit of(Request request) {
        boolean trusted = false;
        String network = "";
        if (request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress peer
                && peer.getAddress() != null) {
            trusted = proxies.trusts(peer.getAddress());
            network = proxies.networkOf(
                    String.join(",", request.getHeaders().getValuesList(HttpHeader.X_FORWARDED_FOR)),
                    peer.getAddress());
        }
        String host = request.getHeaders().get(HttpHeader.HOST);
        return new Visit(
                host == null ? "" : host,
                request.getHeaders().get(HttpHeader.ORIGIN),
                isMarked(request),
                secret(request),
                network,
                trusted && "https".equalsIgnoreCase(request.getHeaders().get(HttpHeader.X_FORWARDED_PROTO)));
    }

    /** Whether the request is one of a page of the console. */
    static boolean isMarked(Request request) {
        return "1".equals(request.getHeaders().get(Visit.MARK));
    }

    private static @Nullable String secret(Request request) {
        List<HttpCookie> cookies;
        try {
            cookies = Request.getCookies(request);
        } catch (RuntimeException e) {
            return null; // not what cookies look like
        }
        return cookies.stream()
                .filter(cookie -> cookie.getName().equals(Visit.COOKIE))
                .map(HttpCookie::getValue)
                .findFirst()
                .orElse(null);
    }
}
