package dev.relay.standalone.http;

import dev.relay.standalone.api.OpenApiSchemas;
import dev.relay.standalone.e2e.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connected client that hears everything. Its token is the name of its user. */
final class TestClient implements AutoCloseable, WebSocket.Listener {
    private static final long PATIENCE_SECONDS = 20;

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder frame = new StringBuilder();
    private final WebSocket socket;
    private String id = "";
    private int commands;

    private TestClient(int port) {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .connectTimeout(Duration.ofSeconds(5))
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/connection/websocket"), this)
                .join();
    }

    /** Connects; an empty user is anonymous. */
    static TestClient connect(int port, String user) {
        TestClient client = new TestClient(port);
        Map<String, Object> reply =
                client.ask("\"connect\":{\"token\":\"" + user + "\",\"name\":\"test\",\"version\":\"1.2\"}");
        client.id = String.valueOf(OpenApiSchemas.object(reply.get("connect")).get("client"));
        return client;
    }

    /** Subscribes, and is told so. */
    TestClient subscribed(String channel) {
        Map<String, Object> reply = ask("\"subscribe\":{\"channel\":\"" + channel + "\"}");
        if (!reply.containsKey("subscribe")) {
            throw new AssertionError(reply.toString());
        }
        return this;
    }

    /** The id the server gave it. */
    String id() {
        return id;
    }

    /** What it hears next, or {@code close <code> <reason>}. Pings do not count. */
    String next() {
        try {
            String message = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("nothing heard for " + PATIENCE_SECONDS + " s");
            }
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The next push of that kind; others are passed over. */
    String nextOf(String kind) {
        String message = next();
        while (!message.startsWith("{\"push\":") || !message.contains("\"" + kind + "\":{")) {
            if (message.startsWith("close ")) {
                throw new AssertionError(message);
            }
            message = next();
        }
        return message;
    }

    /** The next publication, its epoch blotted out. */
    String nextPublication() {
        return nextOf("pub").replaceAll("\"epoch\":\"\\w+\"", "\"epoch\":\"E\"");
    }

    /** How it ends; what it hears until then is passed over. */
    String last() {
        String message = next();
        while (!message.startsWith("close ")) {
            message = next();
        }
        return message;
    }

    /** Whether it is still answered; what it hears until then is passed over. */
    boolean isAlive() {
        send("\"rpc\":{\"method\":\"no-such-method\"}");
        String answer = "{\"id\":" + commands + ",";
        String message = next();
        while (!message.startsWith(answer)) {
            if (message.startsWith("close ")) {
                return false;
            }
            message = next();
        }
        return true;
    }

    private Map<String, Object> ask(String command) {
        send(command);
        String answer = "{\"id\":" + commands + ",";
        String message = next();
        while (!message.startsWith(answer)) {
            message = next();
        }
        return Json.object(message);
    }

    private void send(String command) {
        socket.sendText("{\"id\":" + ++commands + "," + command + "}", true).join();
    }

    @Override
    public void onOpen(WebSocket webSocket) {
        webSocket.request(Long.MAX_VALUE);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        frame.append(data);
        if (last) {
            for (String message : frame.toString().split("\n", -1)) {
                if (message.equals("{}")) {
                    webSocket.sendText("{}", true);
                } else {
                    heard.add(message);
                }
            }
            frame.setLength(0);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
        heard.add("close " + code + " " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        heard.add("error " + error);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
