package dev.relay.benchmarks.journal;

import dev.relay.benchmarks.load.Arguments;
import dev.relay.benchmarks.load.ProcessFigures;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.HdrHistogram.Histogram;

/** {@code durable}: messages a second that are acknowledged after they are in the database, beside what the driver can do. */
public final class DurableCommand {
    private static final int NOT_CLEAN = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final int BATCH = 512;
    private static final int WARM_UP_SECONDS = 5;
    private static final String HELP = """
            java -jar benchmarks.jar durable [options]

            Publishers publish as fast as they are acknowledged, each with a window of messages on their way. Prints messages a
            second, latency of acknowledgements and CPU time of Relay for each message, beside plain JDBC on the same database:
            one row in a transaction, and %d rows in one statement. At the end the rows are compared with what was
            acknowledged. Exit code 1 if they differ. Linux.

              --database A     sqlite (default), mysql or mariadb: a server of its own
              --publishers N   1 to 1000, default 20
              --window N       of each publisher, 1 to 10000, default 5
              --channels N     1 to 1000, default 10
              --payload N      bytes, 40 to 60000, default 200
              --seconds N      1 to 3600, default 15
            """ + Workplace.HELP;

    private DurableCommand() {}

    /** Returns the exit code. */
    public static int run(String[] words) throws IOException, SQLException {
        Arguments arguments = new Arguments(
                words,
                Set.of(
                        "--database",
                        "--publishers",
                        "--window",
                        "--channels",
                        "--payload",
                        "--seconds",
                        "--project",
                        "--jar"),
                Set.of("--help"));
        if (arguments.has("--help")) {
            System.out.printf(HELP, BATCH);
            return 0;
        }
        String database = arguments.word("--database", "sqlite", List.of("sqlite", "mysql", "mariadb"));
        int publishers = arguments.number("--publishers", 20, 1, 1_000);
        int window = arguments.number("--window", 5, 1, 10_000);
        int channels = arguments.number("--channels", 10, 1, 1_000);
        int payload = arguments.number("--payload", 200, 40, 60_000);
        int seconds = arguments.number("--seconds", 15, 1, 3_600);
        if (arguments.areFaulty(System.err::println)) {
            System.err.println("see --help");
            return BAD_ARGUMENTS;
        }
        Workplace place = Workplace.of(arguments);
        try (Store store = place.store(database);
                RelayJar relay = place.relay(store)) {
            relay.start();
            boolean clean = measure(store, relay, publishers, window, channels, payload, seconds);
            baselines(store, payload, Math.max(1, seconds / 3));
            return clean ? 0 : NOT_CLEAN;
        } finally {
            place.clear();
        }
    }

    private static boolean measure(
            Store store, RelayJar relay, int publishers, int window, int channels, int payload, int seconds)
            throws IOException, SQLException {
        Crowd crowd = new Crowd(publishers, channels, false, new Publisher.Load(relay.port(), window, 0, payload));
        RelayJar.pause(1_000L * Math.min(WARM_UP_SECONDS, seconds));
        ProcessFigures figures = relay.figures();
        crowd.latencies();
        long acknowledged = crowd.acknowledgements();
        ProcessFigures.CpuTime cpu = figures.cpuTime();
        long began = System.nanoTime();
        RelayJar.pause(1_000L * seconds);
        long nanos = System.nanoTime() - began;
        long cpuNanos = figures.cpuTime().since(cpu);
        acknowledged = crowd.acknowledgements() - acknowledged;
        Histogram latencies = crowd.latencies();
        crowd.stopPublishing();
        relay.terminate();
        Audit audit = Audit.of(crowd.publishers(), store.url());
        System.out.printf(
                Locale.ROOT,
                "Relay on %s, %d publishers × window %d, %d channels, %d B: %.0f acknowledged/s, p50 %.1f ms, p99 %.1f ms,"
                        + " max %.1f ms; %.1f µs CPU of Relay each%n%s%n",
                store.name(),
                publishers,
                window,
                channels,
                payload,
                acknowledged * 1e9 / nanos,
                latencies.getValueAtPercentile(50) / 1e3,
                latencies.getValueAtPercentile(99) / 1e3,
                latencies.getMaxValue() / 1e3,
                cpuNanos / 1e3 / Math.max(1, acknowledged),
                audit);
        return audit.isClean();
    }

    private static void baselines(Store store, int payload, int seconds) throws SQLException {
        for (int rows : new int[] {1, BATCH}) {
            System.out.printf(
                    Locale.ROOT,
                    "plain JDBC on %s, %d rows in a transaction: %.0f rows/s%n",
                    store.name(),
                    rows,
                    RawInserts.perSecond(store.url(), rows, payload, seconds));
        }
    }
}
