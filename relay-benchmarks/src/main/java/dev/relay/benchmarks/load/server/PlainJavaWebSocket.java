package dev.relay.benchmarks.load.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/** What one writes with Java-WebSocket: a set of connections per channel, and the library's {@code broadcast}. */
final class PlainJavaWebSocket extends WebSocketServer implements BenchServer {
    private static final int BACKLOG = 1024;

    private final Map<String, Set<WebSocket>> channels = new ConcurrentHashMap<>();
    private final CountDownLatch listening = new CountDownLatch(1);

    PlainJavaWebSocket() {
        super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        setReuseAddr(true);
        setTcpNoDelay(true);
        setMaxPendingConnections(BACKLOG);
    }

    @Override
    public int listen() throws InterruptedException {
        start();
        listening.await();
        return getPort();
    }

    @Override
    public void onStart() {
        listening.countDown();
    }

    @Override
    public void onOpen(WebSocket connection, ClientHandshake handshake) {}

    @Override
    public void onMessage(WebSocket connection, String message) {
        switch (message.charAt(0)) {
            case 's' -> {
                String channel = message.substring(1);
                connection.setAttachment(channel);
                channels.computeIfAbsent(channel, absent -> ConcurrentHashMap.newKeySet())
                        .add(connection);
                connection.send("ok");
            }
            case 'p' -> {
                String publication = message.substring(1);
                Set<WebSocket> subscribers = channels.get(publication.substring(0, publication.indexOf(' ')));
                if (subscribers != null) {
                    broadcast(publication, subscribers);
                }
            }
            default -> connection.send("ok");
        }
    }

    @Override
    public void onClose(WebSocket connection, int code, String reason, boolean remote) {
        String channel = connection.getAttachment();
        Set<WebSocket> subscribers = channel == null ? null : channels.get(channel);
        if (subscribers != null) {
            subscribers.remove(connection);
        }
    }

    @Override
    public void onError(@Nullable WebSocket connection, Exception failure) {
        if (connection == null) {
            System.err.println("the server failed: " + failure);
        }
    }
}
