package dev.relay.standalone.http;

import dev.relay.standalone.api.ServerApi;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** {@code GET /api/openapi.json}: what the server API looks like, for tools. It is the same for all and no secret: no key. */
final class OpenApiEndpoint extends Handler.Abstract.NonBlocking {
    static final String PATH = ApiEndpoint.PATH + "/openapi.json";

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!Reading.is(request, response, callback)) {
            return true;
        }
        byte[] description = ServerApi.description();
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, description.length);
        response.write(true, ByteBuffer.wrap(description), callback);
        return true;
    }
}
