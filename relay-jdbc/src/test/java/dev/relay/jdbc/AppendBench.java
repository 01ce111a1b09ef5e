package dev.relay.jdbc;

import dev.relay.ClientInfo;
import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.journal.Append;
import dev.relay.journal.Journal;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows per second and CPU of the appending thread, 200 byte payloads over 100 channels. Arguments: a JDBC URL, and
 * optionally seconds per batch size. With {@code -Dusers=1000} clients of so many users publish, else the application does; with
 * {@code -Ddrop=relay_message_user,…} these indexes are dropped before.
 */
final class AppendBench {
    private static final int USERS = Integer.getInteger("users", 0);
    private static long time = System.currentTimeMillis() * 1_000;

    private AppendBench() {}

    public static void main(String[] args) {
        long began = System.nanoTime();
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        try (Journal journal =
                JdbcJournal.builder().url(args[0]).nodeId("bench").build()) {
            journal.open();
            print("open: %d ms after main began%n", (System.nanoTime() - began) / 1_000_000);
            drop(args[0]);
            List<StreamRequest> requests = IntStream.range(0, Integer.getInteger("streams", 100))
                    .mapToObj(i -> new StreamRequest("bench-" + i, Durability.SYNC))
                    .toList();
            List<StreamState> streams = journal.load(requests);
            print("load: %d ms after main began%n", (System.nanoTime() - began) / 1_000_000);
            long[] tops = streams.stream().mapToLong(StreamState::top).toArray();
            journal.append(batch(streams, tops, 1));
            print("append: %d ms after main began%n", (System.nanoTime() - began) / 1_000_000);
            for (int size : new int[] {500, 500, 512, 500, 512, 100, 1}) {
                measure(journal, streams, tops, size, seconds);
            }
        }
    }

    private static void measure(Journal journal, List<StreamState> streams, long[] tops, int size, int seconds) {
        var threads = ManagementFactory.getThreadMXBean();
        long cpu = threads.getCurrentThreadCpuTime();
        long began = System.nanoTime();
        long rows = 0;
        long making = 0;
        while (System.nanoTime() - began < seconds * 1_000_000_000L) {
            long before = threads.getCurrentThreadCpuTime();
            List<Append> batch = batch(streams, tops, size);
            making += threads.getCurrentThreadCpuTime() - before;
            journal.append(batch);
            rows += size;
        }
        double elapsed = (System.nanoTime() - began) / 1e9;
        cpu = threads.getCurrentThreadCpuTime() - cpu - making;
        print("batch %4d: %7.0f rows/s, %5.2f us CPU per row%n", size, rows / elapsed, cpu / 1e3 / rows);
    }

    private static List<Append> batch(List<StreamState> streams, long[] tops, int size) {
        Random random = new Random(time);
        byte[] bytes = new byte[200];
        random.nextBytes(bytes);
        List<Append> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            int at = random.nextInt(tops.length);
            StreamState stream = streams.get(at);
            StreamPosition position = new StreamPosition(++tops[at], stream.epoch());
            Publication publication = new Publication(Payload.of(bytes), publisher(random), Map.of(), position, ++time);
            batch.add(new Append(stream.streamId(), random.nextLong(), publication));
        }
        return batch;
    }

    private static @Nullable ClientInfo publisher(Random random) {
        if (USERS == 0) {
            return null;
        }
        int user = random.nextInt(USERS);
        return new ClientInfo("user-" + user, "0b0a4f9c-3f1e-4c5d-9d8b-" + user, null, null);
    }

    private static void drop(String url) {
        String indexes = System.getProperty("drop", "");
        boolean sqlite = url.startsWith("jdbc:sqlite:");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String index : indexes.isEmpty() ? new String[0] : indexes.split(",")) {
                statement.execute("DROP INDEX " + index + (sqlite ? "" : " ON relay_message"));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot drop " + indexes, e);
        }
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }
}
