package dev.relay.standalone.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.RelayException;
import dev.relay.ReplayRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks another process's server API for replays. Blocks; one thread. */
public final class ReplayClient {
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String server;
    private final @Nullable String key;

    /**
     * How far a replay has come.
     *
     * @param total -1 if it is not known
     */
    public record Status(String id, String state, long published, long lastOffset, long total, String detail) {}

    /** @param server such as {@code http://localhost:8001} */
    public ReplayClient(String server, @Nullable String key) {
        this.server = server.replaceFirst("/+$", "");
        this.key = key;
    }

    /** Begins one. */
    public Status begin(ReplayRequest request) {
        return ask("journal_replay", out -> {
            out.text("channel", request.source())
                    .text("target", request.target())
                    .number("after_offset", request.afterOffset())
                    .number("through_offset", request.throughOffset())
                    .number("speed", request.speed())
                    .flag("untagged", !request.tagged())
                    .flag("into_itself", request.intoItself());
            if (request.fromMicros() != Long.MIN_VALUE) {
                out.text("from", Times.text(request.fromMicros()));
            }
            if (request.toMicros() != Long.MAX_VALUE) {
                out.text("to", Times.text(request.toMicros()));
            }
        });
    }

    /** How one is. */
    public Status status(String id) {
        return ask("journal_replay_status", out -> out.text("id", id));
    }

    /** Ends one. */
    public void cancel(String id) {
        ask("journal_replay_cancel", out -> out.text("id", id));
    }

    private Status ask(String method, Consumer<JsonOutput> members) {
        byte[] body = JsonOutput.document(out -> {
            out.beginObject();
            members.accept(out);
            out.endObject();
        });
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(URI.create(server + "/api/" + method));
        } catch (IllegalArgumentException e) {
            throw new RelayException("not the URL of a server: " + server, e);
        }
        request.timeout(Duration.ofSeconds(30)).POST(BodyPublishers.ofByteArray(body));
        if (key != null) {
            request.header("X-API-Key", key);
        }
        return answer(send(request.build()));
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new RelayException("the server at " + server + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RelayException("interrupted", e);
        }
    }

    private Status answer(HttpResponse<byte[]> response) {
        if (response.statusCode() == 401) {
            throw new RelayException("the server at " + server + " wants another api_key");
        } else if (response.statusCode() != 200) {
            throw new RelayException("the server at " + server + " answers " + response.statusCode() + ": "
                    + new String(response.body(), UTF_8).strip());
        }
        try {
            JsonObject answer = JsonInput.object(response.body());
            JsonObject error = answer.object("error");
            JsonObject result = answer.object("result");
            if (error != null) {
                throw new RelayException(error.text("message"));
            } else if (result == null) {
                throw new MalformedRequestException("there is no result");
            }
            return new Status(
                    result.text("id"),
                    result.text("state"),
                    result.unsigned("published"),
                    result.unsigned("last_offset"),
                    result.has("total") ? result.unsigned("total") : -1,
                    result.text("detail"));
        } catch (MalformedRequestException e) {
            throw new RelayException("what answers at " + server + " is no server of Relay: " + e.getMessage(), e);
        }
    }
}
