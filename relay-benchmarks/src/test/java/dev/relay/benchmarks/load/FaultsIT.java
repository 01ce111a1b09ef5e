package dev.relay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;
import org.junit.jupiter.api.Test;

/** The generator against servers that do not do what they should: it has to find out, through real sockets. */
class FaultsIT {
    private static final int SUBSCRIBERS = 3;
    private static final Workload WORKLOAD = new Workload("", "", SUBSCRIBERS, 1, 1, 64, 100, 0, 0, 0, 1);

    @Test
    void a_server_without_a_fault_is_clean() throws Exception {
        assertThat(tally(message -> List.of(message))).isEqualTo(Tally.CLEAN);
    }

    @Test
    void a_lost_message_is_found() throws Exception {
        assertThat(tally(message -> message == 10 ? List.of() : List.of(message)))
                .isEqualTo(new Tally(SUBSCRIBERS, 0, 0, 0));
    }

    @Test
    void a_message_sent_twice_is_found() throws Exception {
        assertThat(tally(message -> message == 10 ? List.of(message, message) : List.of(message)))
                .isEqualTo(new Tally(0, SUBSCRIBERS, 0, 0));
    }

    @Test
    void messages_that_change_places_are_found() throws Exception {
        assertThat(tally(message -> switch (message) {
                    case 10 -> List.of();
                    case 11 -> List.of(11, 10);
                    default -> List.of(message);
                }))
                .isEqualTo(new Tally(0, 0, SUBSCRIBERS, 0));
    }

    @Test
    void a_message_cut_short_is_found() throws Exception {
        Tally tally = tally(message -> List.of(message == 10 ? -message : message));

        assertThat(tally.corrupted()).isEqualTo(SUBSCRIBERS);
        assertThat(tally.lost()).isEqualTo(SUBSCRIBERS);
    }

    /** Sends, of the message with this number, those with the numbers that {@code faults} makes of it; negative: half of it. */
    private static Tally tally(IntFunction<List<Integer>> faults) throws Exception {
        FaultyServer server = new FaultyServer(faults);
        try {
            server.start();
            server.listening.await();
            Meter meter = new Meter(WORKLOAD.payloadBytes());
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
            try (Clients clients = new Clients(Dialect.PLAIN, address, false, meter)) {
                Traffic traffic = new Traffic(clients, WORKLOAD, meter, "c");
                clients.connect(Client.Role.SUBSCRIBER, SUBSCRIBERS, 1, "c", Duration.ofSeconds(60));
                clients.connect(Client.Role.PUBLISHER, 1, 1, "c", Duration.ofSeconds(60));
                while (traffic.published() < 20) {
                    traffic.run(100_000_000);
                }
                // not all will come where some are lost, so this waits for all but those
                traffic.drain(2_000_000_000L);
                return clients.tally(traffic.sequences());
            }
        } finally {
            server.stop();
        }
    }

    private static final class FaultyServer extends WebSocketServer {
        private final IntFunction<List<Integer>> faults;
        private final Set<WebSocket> subscribers = ConcurrentHashMap.newKeySet();
        private final List<String> messages = new java.util.ArrayList<>();
        final CountDownLatch listening = new CountDownLatch(1);

        FaultyServer(IntFunction<List<Integer>> faults) {
            super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            this.faults = faults;
        }

        @Override
        public void onStart() {
            listening.countDown();
        }

        @Override
        public void onMessage(WebSocket connection, String message) {
            switch (message.charAt(0)) {
                case 's' -> {
                    subscribers.add(connection);
                    connection.send("ok");
                }
                case 'p' -> publish(message);
                default -> connection.send("ok");
            }
        }

        /** Of one connection, so in order. */
        private void publish(String message) {
            messages.add(message);
            for (int number : faults.apply(messages.size() - 1)) {
                String sent = messages.get(Math.abs(number));
                broadcast(number < 0 ? sent.substring(0, sent.length() / 2) : sent, subscribers);
            }
        }

        @Override
        public void onOpen(WebSocket connection, ClientHandshake handshake) {}

        @Override
        public void onClose(WebSocket connection, int code, String reason, boolean remote) {}

        @Override
        public void onError(WebSocket connection, Exception failure) {}
    }
}
