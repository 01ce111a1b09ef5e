package dev.relay.jdbc;

import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.journal.Append;
import dev.relay.journal.Journal;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Rows per second and CPU of the appending thread, 200 byte payloads over 100 channels. Arguments: a JDBC URL, and
 * optionally seconds per batch size.
 */
final class AppendBench {
    private AppendBench() {}

    public static void main(String[] args) {
        long began = System.nanoTime();
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        try (Journal journal =
                JdbcJournal.builder().url(args[0]).nodeId("bench").build()) {
            journal.open();
            print("open: %d ms after main began%n", (System.nanoTime() - began) / 1_000_000);
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
        Random random = new Random(1);
        byte[] bytes = new byte[200];
        random.nextBytes(bytes);
        List<Append> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            int at = random.nextInt(tops.length);
            StreamState stream = streams.get(at);
            StreamPosition position = new StreamPosition(++tops[at], stream.epoch());
            Publication publication =
                    new Publication(Payload.of(bytes), null, Map.of(), position, 1_700_000_000_000_000L + tops[at]);
            batch.add(new Append(stream.streamId(), random.nextLong(), publication));
        }
        return batch;
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }
}
