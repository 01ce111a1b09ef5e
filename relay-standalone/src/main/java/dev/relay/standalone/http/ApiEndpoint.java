package dev.relay.standalone.http;

import dev.relay.PublishTracer;
import dev.relay.standalone.api.ApiAccess.Caller;
import dev.relay.standalone.api.ApiResponse;
import dev.relay.standalone.api.ServerApi;
import dev.relay.standalone.api.ServerApi.ErrorMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/<method>}, and {@code POST /api} for old libraries: finds out what is asked and by whom, fetches the body,
 * and sends what the {@link ServerApi} answers.
 *
 * <p><b>Threading.</b> Runs on the HTTP side's threads only, and holds none while it waits for a body or an answer.
 */
final class ApiEndpoint extends Handler.Abstract {
    /** Where it is. */
    static final String PATH = "/api";

    /** In place of a method: the body says what is asked. No method of that name can be asked for by path. */
    private static final String COMMANDS = "/";

    private static final String ERROR_MODE = "X-Centrifugo-Error-Mode";

    private final ApiOptions options;
    private final @Nullable ConsoleOptions console;
    private final UnderWay underWay;

    ApiEndpoint(ApiOptions options, @Nullable ConsoleOptions console, UnderWay underWay) {
        this.options = options;
        this.console = console;
        this.underWay = underWay;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = request.getHttpURI().getCanonicalPath();
        String method = path.equals(PATH) ? COMMANDS : path.substring(PATH.length() + 1);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        int refusal = refusal(request, method);
        if (refusal == 0) {
            underWay.begin();
            read(request, response, Callback.from(callback, underWay::end), method);
        } else {
            new BodyReader(request, options.maxBodyBytes())
                    .discard()
                    .whenComplete((nothing, failure) -> refuse(refusal, request, response, callback));
        }
        return true;
    }

    /** The status of a request that is refused whatever its body says; else 0. */
    private int refusal(Request request, String method) {
        if (!method.equals(COMMANDS) && !ServerApi.knows(method)) {
            return HttpStatus.NOT_FOUND_404;
        }
        if (!HttpMethod.POST.is(request.getMethod())) {
            return HttpStatus.METHOD_NOT_ALLOWED_405;
        }
        if (console != null && ConsoleVisits.isMarked(request)) {
            // a method's name only: a body of several may hold any
            return switch (console.console().verdict(console.visits().of(request), method)) {
                case ADMITTED -> 0;
                case UNAUTHORIZED -> HttpStatus.UNAUTHORIZED_401;
                case FORBIDDEN -> HttpStatus.FORBIDDEN_403;
            };
        }
        return switch (options.access().verdict(caller(request))) {
            case ADMITTED -> 0;
            case UNAUTHORIZED -> HttpStatus.UNAUTHORIZED_401;
            case FOREIGN_PAGE -> HttpStatus.FORBIDDEN_403;
        };
    }

    private static void refuse(int status, Request request, Response response, Callback callback) {
        if (status == HttpStatus.UNAUTHORIZED_401) {
            response.setStatus(status);
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "apikey");
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
            response.write(true, null, callback);
            return;
        }
        if (status == HttpStatus.METHOD_NOT_ALLOWED_405) {
            response.getHeaders().put(HttpHeader.ALLOW, "POST");
        }
        Response.writeError(request, response, callback, status);
    }

    private void read(Request request, Response response, Callback callback, String method) {
        Executor executor = request.getComponents().getExecutor();
        new BodyReader(request, options.maxBodyBytes())
                .read()
                .thenCompose(body -> answer(request, method, body, executor))
                .whenComplete((answer, failure) -> {
                    if (failure == null) {
                        send(answer, response, callback);
                    } else {
                        Response.writeError(request, response, callback, BodyReader.statusOf(failure));
                    }
                });
    }

    private CompletionStage<ApiResponse> answer(Request request, String method, byte[] body, Executor executor) {
        if (method.equals(COMMANDS)) {
            return options.api().answerCommands(body, executor);
        }
        String wanted = request.getHeaders().get(ERROR_MODE);
        ErrorMode mode =
                ErrorMode.TRANSPORT.name().equalsIgnoreCase(wanted) ? ErrorMode.TRANSPORT : options.errorMode();
        return options.api().answer(method, body, mode, request.getHeaders().get(PublishTracer.TRACEPARENT), executor);
    }

    private static void send(ApiResponse answer, Response response, Callback callback) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length);
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
    }

    private static Caller caller(Request request) {
        return new Caller(
                utf8(request.getHeaders().get("X-API-Key")),
                utf8(request.getHeaders().get(HttpHeader.AUTHORIZATION)),
                parameter(request, "api_key"),
                request.getHeaders().get(HttpHeader.ORIGIN));
    }

    /** Jetty takes the bytes of a header for Latin-1; whoever puts a key with other letters into one sends UTF-8. */
    static @Nullable String utf8(@Nullable String header) {
        return header == null ? null : new String(header.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static @Nullable String parameter(Request request, String name) {
        if (request.getHttpURI().getQuery() == null) {
            return null;
        }
        try {
            Fields.Field field = Request.extractQueryParameters(request).get(name);
            return field == null ? null : field.getValue();
        } catch (RuntimeException e) {
            return null; // not what a query looks like: it names no key
        }
    }
}
