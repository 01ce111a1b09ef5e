package dev.relay.standalone.http;

import dev.relay.Health;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * How the engine is, for load balancers, supervisors and people: 200 and {@code {}}, or what an operator should look at; 503 and
 * why.
 */
final class HealthEndpoint extends Handler.Abstract.NonBlocking {
    private final Supplier<Health> health;
    private final Set<Health.State> good;
    private final boolean saysMore;
    private final @Nullable Supplier<String> details;

    /**
     * @param saysMore whether what is good is explained too, such as publications that wait in the spool
     * @param details what is said in any case; {@code null}: nothing is
     */
    private HealthEndpoint(
            Supplier<Health> health, Set<Health.State> good, boolean saysMore, @Nullable Supplier<String> details) {
        this.health = health;
        this.good = good;
        this.saysMore = saysMore;
        this.details = details;
    }

    /** {@code GET /health}: whether new clients should come here, and how things are. */
    static HealthEndpoint all(Monitoring monitoring) {
        return new HealthEndpoint(monitoring.health(), EnumSet.of(Health.State.READY), true, monitoring.details());
    }

    /** {@code GET /health/ready}: whether new clients should come here. */
    static HealthEndpoint ready(Supplier<Health> health) {
        return new HealthEndpoint(health, EnumSet.of(Health.State.READY), true, null);
    }

    /** {@code GET /health/live}: whether a restart would not help. */
    static HealthEndpoint live(Supplier<Health> health) {
        return new HealthEndpoint(health, EnumSet.complementOf(EnumSet.of(Health.State.FAILED)), false, null);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!Reading.is(request, response, callback)) {
            return true;
        }
        Health now = health.get();
        boolean isGood = good.contains(now.state());
        response.setStatus(isGood ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        boolean isExplained =
                details != null || !isGood || saysMore && !now.detail().isEmpty();
        String more = details == null ? "" : details.get();
        byte[] body = (isExplained ? explained(now, more) : "{}").getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    private static String explained(Health health, String more) {
        return "{\"status\":\"" + health.state().name().toLowerCase(Locale.ROOT) + "\",\"reason\":"
                + quoted(health.detail()) + more + "}";
    }

    /** A JSON string; the detail is ours, but may quote a database's message. */
    static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
