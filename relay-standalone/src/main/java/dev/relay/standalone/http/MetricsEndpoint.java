package dev.relay.standalone.http;

import dev.relay.standalone.api.SharedKey;
import dev.relay.standalone.metrics.Scrape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** {@code GET /metrics}: what is measured, for Prometheus. With a key, only for those who send it as a bearer token. */
final class MetricsEndpoint extends Handler.Abstract {
    static final String PATH = "/metrics";

    private static final String SCHEME = "Bearer ";

    private final Scrape scrape;
    private final @Nullable SharedKey key;

    MetricsEndpoint(Scrape scrape, @Nullable String key) {
        this.scrape = scrape;
        this.key = key == null ? null : new SharedKey(key);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws IOException {
        if (!Reading.is(request, response, callback)) {
            return true;
        }
        if (!isAdmitted(ApiEndpoint.utf8(request.getHeaders().get(HttpHeader.AUTHORIZATION)))) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, SCHEME.strip());
            Response.writeError(request, response, callback, HttpStatus.UNAUTHORIZED_401);
            return true;
        }
        Scrape.Text text = scrape.take(request.getHeaders().get(HttpHeader.ACCEPT));
        byte[] body = text.bytes();
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, text.contentType());
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.VARY, "Accept, Accept-Encoding");
        if (Reading.takesGzip(request)) {
            response.getHeaders().put(HttpHeader.CONTENT_ENCODING, "gzip");
            body = gzip(body);
        }
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    private boolean isAdmitted(@Nullable String authorization) {
        if (key == null) {
            return true;
        }
        return authorization != null
                && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && key.is(authorization.substring(SCHEME.length()).strip());
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }
}
