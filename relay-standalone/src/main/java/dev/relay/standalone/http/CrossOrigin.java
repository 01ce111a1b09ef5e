package dev.relay.standalone.http;

import dev.relay.standalone.console.Console;
import dev.relay.standalone.console.Visit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Lets pages of the console that are served elsewhere ask and read the answers: those of the listed origins, each by its name.
 * Everybody else's browser is told nothing.
 */
final class CrossOrigin extends Handler.Wrapper {
    private static final String MAX_AGE_SECONDS = "600";

    private final Console console;

    CrossOrigin(Console console, Handler handler) {
        super(handler);
        this.console = console;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(HttpHeader.VARY, "Origin");
        boolean listed = origin != null && console.isListed(origin);
        if (origin != null && listed) {
            headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            headers.put(HttpHeader.ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After");
        }
        if (!HttpMethod.OPTIONS.is(request.getMethod())
                || !request.getHeaders().contains(HttpHeader.ACCESS_CONTROL_REQUEST_METHOD)) {
            return super.handle(request, response, callback);
        }
        if (listed) {
            headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST");
            headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_HEADERS, "Content-Type, " + Visit.MARK);
            headers.put(HttpHeader.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
        }
        response.setStatus(listed ? HttpStatus.NO_CONTENT_204 : HttpStatus.FORBIDDEN_403);
        response.write(true, null, callback);
        return true;
    }
}
