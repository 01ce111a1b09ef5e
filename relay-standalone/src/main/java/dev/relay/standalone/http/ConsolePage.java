package dev.relay.standalone.http;

import dev.relay.standalone.http.ConsoleFiles.File;
import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * {@code GET /console/…}: the console's page and what belongs to it. Files with a hash in their name may be kept for ever, the
 * page itself is asked for each time, and mostly answered with 304.
 */
final class ConsolePage extends Handler.Abstract.NonBlocking {
    static final String PATH = "/console";

    /** As in {@code host:port}; whatever else a client writes there does not come into a header. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]");

    private static final String FOREVER = "public, max-age=31536000, immutable";

    private final Function<Request, String> sources;

    /** @param sources what besides the server itself the page may connect to, as in a content security policy */
    ConsolePage(Function<Request, String> sources) {
        this.sources = sources;
    }

    /** One that may connect to any port of the host that it comes from, over WebSocket: the endpoint has a port of its own. */
    static ConsolePage ofThisHost() {
        return new ConsolePage(request -> {
            String host = Request.getServerName(request);
            return host != null && HOST.matcher(host).matches() ? "ws://" + host + ":* wss://" + host + ":*" : "";
        });
    }

    /** {@code GET /}: to the console. */
    static Handler front() {
        return new Handler.Abstract.NonBlocking() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                return !Reading.is(request, response, callback) || moved(response, callback, "console/");
            }
        };
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!Reading.is(request, response, callback)) {
            return true;
        }
        String path = request.getHttpURI().getCanonicalPath();
        if (path.equals(PATH)) {
            return moved(response, callback, "console/");
        }
        String name = path.substring(PATH.length() + 1);
        File file = ConsoleFiles.loaded().find(name.isEmpty() ? "index.html" : name);
        if (file == null) {
            Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
            return true;
        }
        secure(request, response);
        send(file, request, response, callback);
        return true;
    }

    /** Relative, so that it also holds behind a proxy that adds something in front of the path. */
    private static boolean moved(Response response, Callback callback, String to) {
        response.setStatus(HttpStatus.FOUND_302);
        response.getHeaders().put(HttpHeader.LOCATION, to);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
        response.write(true, null, callback);
        return true;
    }

    private void secure(Request request, Response response) {
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' "
                        + sources.apply(request) + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                        + "require-trusted-types-for 'script'; trusted-types lit-html");
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-Frame-Options", "DENY");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
    }

    private static void send(File file, Request request, Response response, Callback callback) {
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(HttpHeader.CACHE_CONTROL, file.isHashed() ? FOREVER : "no-cache");
        headers.put(HttpHeader.VARY, "Accept-Encoding");
        byte[] body = file.content();
        byte[] compressed = file.compressed();
        String etag = file.etag();
        if (compressed != null && Reading.takesGzip(request)) {
            body = compressed;
            etag = etag.substring(0, etag.length() - 1) + "-gzip\""; // other bytes, so another strong validator
            headers.put(HttpHeader.CONTENT_ENCODING, "gzip");
        }
        headers.put(HttpHeader.ETAG, etag);
        if (request.getHeaders().getValuesList(HttpHeader.IF_NONE_MATCH).stream()
                .anyMatch(etag::equals)) {
            headers.remove(HttpHeader.CONTENT_ENCODING);
            response.setStatus(HttpStatus.NOT_MODIFIED_304);
            response.write(true, null, callback);
            return;
        }
        headers.put(HttpHeader.CONTENT_TYPE, file.type());
        headers.put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, HttpMethod.HEAD.is(request.getMethod()) ? null : ByteBuffer.wrap(body), callback);
    }
}
