package dev.relay.standalone.http;

import dev.relay.standalone.api.JsonInput;
import dev.relay.standalone.api.JsonOutput;
import dev.relay.standalone.api.MalformedRequestException;
import dev.relay.standalone.console.LoginResult;
import dev.relay.standalone.console.Visit;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * What the console's page asks: {@code /console/session}, {@code login}, {@code logout}, {@code ticket}, {@code configuration}.
 *
 * <p><b>Threading.</b> Runs on the HTTP side's threads only, and holds none while it waits for a body or a password to be
 * compared.
 */
final class ConsoleEndpoint extends Handler.Abstract {
    /** Where it is. */
    static final String PATH = "/console";

    private static final int MAX_BODY_BYTES = 8 << 10;

    private final ConsoleOptions options;

    ConsoleEndpoint(ConsoleOptions options) {
        this.options = options;
    }

    /** What is to be found below {@link #PATH}. */
    enum Place {
        SESSION,
        LOGIN,
        LOGOUT,
        TICKET,
        CONFIGURATION;

        String path() {
            return PATH + "/" + name().toLowerCase(Locale.ROOT);
        }

        private HttpMethod method() {
            return this == SESSION || this == CONFIGURATION ? HttpMethod.GET : HttpMethod.POST;
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = request.getHttpURI().getCanonicalPath();
        for (Place place : Place.values()) {
            if (place.path().equals(path)) {
                handle(place, request, response, callback);
                return true;
            }
        }
        return false;
    }

    private void handle(Place place, Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        if (!place.method().is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, place.method().asString());
            Response.writeError(request, response, callback, HttpStatus.METHOD_NOT_ALLOWED_405);
            return;
        }
        Visit visit = options.visits().of(request);
        if (place.method() == HttpMethod.GET) {
            byte[] answer = place == Place.SESSION
                    ? options.console().describe(visit)
                    : options.console().configuration(visit);
            send(answer, request, response, callback);
            return;
        }
        boolean ours = options.console().isOurs(visit);
        BodyReader body = new BodyReader(request, MAX_BODY_BYTES);
        (ours && place == Place.LOGIN ? body.read() : body.discard()).whenComplete((bytes, failure) -> {
            if (failure != null) {
                Response.writeError(request, response, callback, BodyReader.statusOf(failure));
            } else if (!ours) {
                Response.writeError(request, response, callback, HttpStatus.FORBIDDEN_403);
            } else if (place == Place.LOGIN) {
                login(visit, bytes, request, response, callback);
            } else if (place == Place.TICKET) {
                String ticket = options.console().ticket(visit);
                send(ticket == null ? null : document("ticket", ticket), request, response, callback);
            } else {
                options.console().logout(visit);
                setCookie("", "Max-Age=0", visit, response);
                response.setStatus(HttpStatus.NO_CONTENT_204);
                response.write(true, null, callback);
            }
        });
    }

    private void login(Visit visit, byte[] body, Request request, Response response, Callback callback) {
        String password;
        try {
            password = JsonInput.object(body).text("password");
        } catch (MalformedRequestException e) {
            Response.writeError(request, response, callback, HttpStatus.BAD_REQUEST_400);
            return;
        }
        options.console().login(visit, password).whenComplete((result, failure) -> {
            if (result instanceof LoginResult.Entered entered) {
                setCookie(entered.secret(), "", visit, response);
                send(document("role", entered.role().text()), request, response, callback);
            } else if (result instanceof LoginResult.TooMany tooMany) {
                response.getHeaders().put(HttpHeader.RETRY_AFTER, tooMany.retryAfterSeconds());
                Response.writeError(request, response, callback, HttpStatus.TOO_MANY_REQUESTS_429);
            } else {
                int status = failure == null ? HttpStatus.UNAUTHORIZED_401 : HttpStatus.INTERNAL_SERVER_ERROR_500;
                Response.writeError(request, response, callback, status);
            }
        });
    }

    private static void setCookie(String value, String more, Visit visit, Response response) {
        response.getHeaders()
                .add(
                        HttpHeader.SET_COOKIE,
                        Visit.COOKIE + "=" + value + "; Path=/; HttpOnly; SameSite=Strict"
                                + (visit.secure() ? "; Secure" : "")
                                + (more.isEmpty() ? "" : "; " + more));
    }

    private static byte[] document(String name, String value) {
        return JsonOutput.document(out -> out.beginObject().text(name, value).endObject());
    }

    /** Sends a document; {@code null} is for nobody who is not logged in. */
    private static void send(byte @Nullable [] document, Request request, Response response, Callback callback) {
        if (document == null) {
            Response.writeError(request, response, callback, HttpStatus.UNAUTHORIZED_401);
            return;
        }
        response.setStatus(HttpStatus.OK_200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, document.length);
        response.write(true, ByteBuffer.wrap(document), callback);
    }
}
