package dev.relay.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.PublishResult;
import dev.relay.Relay;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Publishes to some channels, some hundred times a second, and keeps account of what was acknowledged and delivered. */
final class Traffic implements AutoCloseable {
    private static final int CHANNELS = 4;
    private static final int IN_FLIGHT = 64;
    private static final long PAUSE_NANOS = 2_000_000;

    /** What one channel was told. */
    private static final class Told {
        final ConcurrentLinkedQueue<Integer> acknowledged = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<Integer> delivered = new ConcurrentLinkedQueue<>();
    }

    private final Relay relay;
    private final List<Told> channels =
            IntStream.range(0, CHANNELS).mapToObj(i -> new Told()).toList();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);
    private final Thread publisher;
    private volatile boolean ending;
    private volatile long slowestNanos;

    Traffic(Relay relay) throws Exception {
        this.relay = relay;
        for (int i = 0; i < CHANNELS; i++) {
            Told told = channels.get(i);
            relay.subscribe(name(i), publication -> told.delivered.add(id(publication)))
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        }
        publisher = new Thread(this::publish, "publisher");
        publisher.start();
    }

    private static String name(int channel) {
        return "traffic-" + channel;
    }

    private static int id(Publication publication) {
        return Integer.parseInt(publication.data().text());
    }

    private void publish() {
        for (int id = 1; !ending; id++) {
            inFlight.acquireUninterruptibly();
            Told told = channels.get(id % CHANNELS);
            int published = id;
            long started = System.nanoTime();
            relay.publish(name(id % CHANNELS), Payload.of(Integer.toString(id))).whenComplete((result, failure) -> {
                inFlight.release();
                slowestNanos = Math.max(slowestNanos, System.nanoTime() - started);
                if (result instanceof PublishResult.Published) {
                    told.acknowledged.add(published);
                    acknowledged.incrementAndGet();
                } else {
                    refused.incrementAndGet();
                }
            });
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        inFlight.acquireUninterruptibly(IN_FLIGHT);
    }

    int acknowledged() {
        return acknowledged.get();
    }

    int refused() {
        return refused.get();
    }

    /** How long the slowest answer took so far. */
    long slowestMillis() {
        return slowestNanos / 1_000_000;
    }

    /** Waits until so many more have been acknowledged. */
    void goesOn(int more) {
        int enough = acknowledged() + more;
        Waiting.until("publications are acknowledged", () -> acknowledged() >= enough, this::toString);
    }

    /** Ends it; everything has been answered then. */
    @Override
    public void close() throws InterruptedException {
        ending = true;
        publisher.join(60_000);
        assertThat(publisher.isAlive()).as("everything is answered: %s", this).isFalse();
    }

    /** Everything acknowledged is in the database, once, in the order in which it was published, and nothing else is. */
    void isAllIn(String url) throws SQLException {
        assertThat(acknowledged()).as(toString()).isPositive();
        for (int i = 0; i < CHANNELS; i++) {
            List<Integer> ids = new ArrayList<>();
            List<Long> offsets = new ArrayList<>();
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT m.seq, m.payload FROM relay_message m JOIN"
                            + " relay_stream s ON s.id = m.stream_id WHERE s.channel = '" + name(i)
                            + "' ORDER BY seq")) {
                while (rows.next()) {
                    offsets.add(rows.getLong(1));
                    ids.add(Integer.parseInt(new String(rows.getBytes(2), java.nio.charset.StandardCharsets.UTF_8)));
                }
            }
            assertThat(offsets)
                    .as("no holes")
                    .isEqualTo(LongStream.rangeClosed(1, offsets.size()).boxed().toList());
            assertThat(ids)
                    .as("%s: acknowledged = found", name(i))
                    .isEqualTo(List.copyOf(channels.get(i).acknowledged));
        }
    }

    /** Subscribers in this process got everything acknowledged, once and in order. */
    void isAllDelivered() {
        for (Told told : channels) {
            assertThat(List.copyOf(told.delivered)).isEqualTo(List.copyOf(told.acknowledged));
        }
    }

    @Override
    public String toString() {
        return "acknowledged " + acknowledged + ", refused " + refused + ", slowest " + slowestMillis() + " ms, health "
                + relay.health();
    }
}
