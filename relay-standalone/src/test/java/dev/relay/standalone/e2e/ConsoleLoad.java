package dev.relay.standalone.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Clients with names who talk in channels with names, at a given rate: what a console is looked at with. Each is subscribed to a
 * few channels, the first of them publish, some more than others.
 */
final class ConsoleLoad implements AutoCloseable {
    static final List<String> NAMESPACES = List.of("chat", "orders", "sensors", "game", "news");

    private static final int CHANNELS = 50;
    private static final int POPULAR = 4;
    private static final int SUBSCRIPTIONS = 3;
    private static final int PUBLISHERS = 40;
    private static final int TICKS_PER_SECOND = 25;
    private static final List<String> NAMES =
            List.of("ada", "grace", "edsger", "barbara", "donald", "frances", "alan", "radia");

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "console-load");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Client> clients = new ArrayList<>();
    private final AtomicInteger subscribed = new AtomicInteger();
    private final AtomicLong received = new AtomicLong();
    private final int perTick;
    private long published; // by the clock's thread
    private int speakers; // by the clock's thread

    private ConsoleLoad(int perSecond) {
        this.perTick = Math.max(1, perSecond / TICKS_PER_SECOND);
    }

    /** Connects them all and begins to publish. */
    static ConsoleLoad start(RelayProcess relay, int clients, int perSecond) {
        ConsoleLoad load = new ConsoleLoad(perSecond);
        try {
            for (int i = 0; i < clients; i++) {
                load.clients.add(load.client(relay, i));
            }
            Await.until(
                    "all are subscribed",
                    Duration.ofMinutes(3),
                    () -> load.subscribed.get() >= clients * SUBSCRIPTIONS,
                    () -> load.subscribed + " subscriptions\n" + relay);
            load.clock.scheduleAtFixedRate(load::tick, 0, 1000 / TICKS_PER_SECOND, TimeUnit.MILLISECONDS);
            return load;
        } catch (Throwable e) {
            load.close();
            throw e;
        }
    }

    /** Publications that clients have got so far. */
    long received() {
        return received.get();
    }

    static String channel(int i) {
        return NAMESPACES.get(i % NAMESPACES.size()) + ":" + (1 + i / NAMESPACES.size());
    }

    private Client client(RelayProcess relay, int i) {
        String user = NAMES.get(i % NAMES.size()) + "-" + (1 + i / NAMES.size());
        Client client = new Client();
        client.socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(relay.url()), client)
                .join();
        StringBuilder greeting =
                new StringBuilder("{\"id\":1,\"connect\":{\"name\":\"js\",\"version\":\"5.3.2\",\"token\":\""
                        + Jwt.connection(user).signed() + "\"}}");
        for (int s = 0; s < SUBSCRIPTIONS; s++) {
            // some channels have many more subscribers than others
            int channel = s == 0 ? i % POPULAR : POPULAR + (i * 7 + s * 11) % (CHANNELS - POPULAR);
            greeting.append("\n{\"id\":%d,\"subscribe\":{\"channel\":\"%s\"}}".formatted(2 + s, channel(channel)));
        }
        client.send(greeting.toString());
        return client;
    }

    private void tick() {
        int talking = 5;
        for (int t = 0; t < talking; t++) {
            int speaker = speakers++ % Math.min(PUBLISHERS, clients.size());
            StringBuilder frame = new StringBuilder();
            for (int m = 0; m < Math.max(1, perTick / talking); m++) {
                long n = published++;
                int channel = (int) Math.min(CHANNELS - 1, Math.abs((n * 2_654_435_761L >>> 8) % (1 + n % CHANNELS)));
                frame.append(frame.isEmpty() ? "" : "\n")
                        .append(
                                "{\"id\":%d,\"publish\":{\"channel\":\"%s\",\"data\":{\"text\":\"hello %d\",\"n\":%d,\"price\":%d.50}}}"
                                        .formatted(10 + n % 1_000_000_000, channel(channel), n, n, n % 90));
            }
            clients.get(speaker).sendUnlessBusy(frame.toString());
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        clients.forEach(Client::abort);
    }

    private final class Client implements WebSocket.Listener {
        private final StringBuilder frame = new StringBuilder();
        private @Nullable WebSocket socket;
        private CompletableFuture<?> sending = CompletableFuture.completedFuture(null); // guarded by this

        synchronized void send(String text) {
            WebSocket to = socket;
            if (to != null) {
                sending = sending.handle((done, failure) -> to.sendText(text, true))
                        .thenCompose(sent -> sent);
            }
        }

        synchronized void sendUnlessBusy(String text) {
            if (sending.isDone()) {
                send(text);
            }
        }

        void abort() {
            WebSocket open = socket;
            if (open != null) {
                open.abort();
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            frame.append(data);
            if (last) {
                read(frame.toString());
                frame.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void read(String text) {
            for (String line : text.split("\n", -1)) {
                if (line.equals("{}")) {
                    send("{}");
                } else if (line.startsWith("{\"push\"")) {
                    received.incrementAndGet();
                } else if (line.contains("\"subscribe\":")) {
                    subscribed.incrementAndGet();
                }
            }
        }
    }
}
