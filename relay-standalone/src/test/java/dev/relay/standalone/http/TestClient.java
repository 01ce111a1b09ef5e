package dev.relay.standalone.http;

import dev.relay.standalone.api.OpenApiSchemas;
import dev.relay.standalone.e2e.Json;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.handshake.ServerHandshake;

/**
 * A connected client that hears everything. Its token is the name of its user. Not the JDK's client: that one now and
 * then does not see that the server has ended the connection.
 */
final class TestClient implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final Listening socket;
    private String id = "";
    private int commands;

    private TestClient(int port) {
        socket = new Listening(URI.create("ws://127.0.0.1:" + port + "/connection/websocket"));
        try {
            if (!socket.connectBlocking(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("no connection to port " + port + ": " + heard);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Connects; an empty user is anonymous. */
    static TestClient connect(int port, String user) {
        TestClient client = new TestClient(port);
        Map<String, Object> reply =
                client.ask("\"connect\":{\"token\":\"" + user + "\",\"name\":\"test\",\"version\":\"1.2\"}");
        client.id = String.valueOf(OpenApiSchemas.object(reply.get("connect")).get("client"));
        return client;
    }

    /** One that has not said who it is. */
    static TestClient unknown(int port) {
        return new TestClient(port);
    }

    /** Subscribes, and is told so. */
    TestClient subscribed(String channel) {
        Map<String, Object> reply = ask("\"subscribe\":{\"channel\":\"" + channel + "\"}");
        if (!reply.containsKey("subscribe")) {
            throw new AssertionError(reply.toString());
        }
        return this;
    }

    /** Publishes; returns when that is answered. */
    Map<String, Object> published(String channel, String json) {
        return ask("\"publish\":{\"channel\":\"" + channel + "\",\"data\":" + json + "}");
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

    /** The answer to a command. */
    Map<String, Object> ask(String command) {
        send(command);
        String answer = "{\"id\":" + commands + ",";
        String message = next();
        while (!message.startsWith(answer)) {
            message = next();
        }
        return Json.object(message);
    }

    private void send(String command) {
        socket.send("{\"id\":" + ++commands + "," + command + "}");
    }

    @Override
    public void close() {
        socket.closeConnection(1006, "");
    }

    private final class Listening extends WebSocketClient {
        Listening(URI uri) {
            super(uri);
            setConnectionLostTimeout(0);
        }

        @Override
        public void onOpen(ServerHandshake handshake) {}

        @Override
        public void onMessage(String frame) {
            for (String message : frame.split("\n", -1)) {
                if (message.equals("{}")) {
                    send("{}");
                } else {
                    heard.add(message);
                }
            }
        }

        @Override
        public void onClose(int code, String reason, boolean remote) {
            heard.add("close " + code + " " + reason);
        }

        @Override
        public void onError(Exception error) {
            heard.add("error " + error);
        }
    }
}
