package dev.relay.benchmarks.journal;

import dev.relay.benchmarks.load.Arguments;
import dev.relay.benchmarks.load.ProcessFigures;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code storm}: what it costs when everybody comes back at once. */
public final class StormCommand {
    private static final int NOT_CLEAN = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final int LIMIT_SECONDS = 120;

    /** Rows a read asks for first, since they may be large; then for all the rest that this bench can miss. */
    private static final int FIRST_PAGE = 64;

    /** Reads of publications, as the server counts them: Relay prepares the statement once for each of its connections. */
    private static final String READS = "SELECT COALESCE(SUM(COUNT_EXECUTE), 0) FROM performance_schema"
            + ".prepared_statements_instances WHERE SQL_TEXT LIKE 'select%join%relay_message%'";

    private static final String HELP = """
            java -jar benchmarks.jar storm [options]

            Publishes to some channels, restarts Relay, so that nothing is in its memory, and lets subscribers come back at
            once, each with a position before what it has missed. Every one must be given exactly that. Prints how long it
            took, and how many statements asked the database for publications, as it counts them: one read of a channel is one, or two
            for more than 64 rows. Exit code 1 if somebody was not, or if a channel was read twice. Linux.

              --database A       mysql (default) or sqlite, which does not count reads
              --subscribers N    1 to 15000, default 10000
              --channels N       1 to 1000, default 10
              --missed N         1 to 1000, default 100
            """ + Workplace.HELP;

    private StormCommand() {}

    /** Returns the exit code. */
    public static int run(String[] words) throws IOException, SQLException {
        Arguments arguments = new Arguments(
                words,
                Set.of("--database", "--subscribers", "--channels", "--missed", "--project", "--jar"),
                Set.of("--help"));
        if (arguments.has("--help")) {
            System.out.print(HELP);
            return 0;
        }
        String database = arguments.word("--database", "mysql", List.of("mysql", "sqlite"));
        int subscribers = arguments.number("--subscribers", 10_000, 1, 15_000);
        int channels = arguments.number("--channels", 10, 1, 1_000);
        int missed = arguments.number("--missed", 100, 1, 1_000);
        if (arguments.areFaulty(System.err::println)) {
            System.err.println("see --help");
            return BAD_ARGUMENTS;
        }
        Workplace place = Workplace.of(arguments);
        try (Store store = place.store(database);
                RelayJar relay = place.relay(store)) {
            return run(store, relay, subscribers, channels, missed) ? 0 : NOT_CLEAN;
        } finally {
            place.clear();
        }
    }

    private static boolean run(Store store, RelayJar relay, int subscribers, int channels, int missed)
            throws IOException, SQLException {
        relay.start();
        for (int channel = 0; channel < channels; channel++) {
            fill(relay, "storm-" + channel, missed + 1);
        }
        relay.terminate();
        relay.start();
        List<Returners.Position> standing = new ArrayList<>();
        for (int i = 0; i < channels; i++) {
            standing.add(new Returners.Position("storm-" + i, epoch(store, "storm-" + i), 1));
        }
        List<Returners.Position> positions = new ArrayList<>();
        for (int i = 0; i < subscribers; i++) {
            positions.add(standing.get(i % channels));
        }
        long reads = reads(store);
        ProcessFigures figures = relay.figures();
        ProcessFigures.CpuTime cpu = figures.cpuTime();
        Returners.Outcome outcome = new Returners(relay.port(), missed).run(positions, LIMIT_SECONDS);
        long cpuNanos = figures.cpuTime().since(cpu);
        reads = reads(store) - reads;
        System.out.printf(
                Locale.ROOT,
                "%d subscribers of %d channels on %s come back at once, %d missed messages each: %d recovered, %d not%s;"
                        + " the last after %.1f s, p50 %.1f s; %.0f µs CPU of Relay each; %s%n",
                subscribers,
                channels,
                store.name(),
                missed,
                outcome.recovered(),
                outcome.failed(),
                outcome.firstFailure().isEmpty() ? "" : " (" + outcome.firstFailure() + ")",
                outcome.latencies().getMaxValue() / 1e3,
                outcome.latencies().getValueAtPercentile(50) / 1e3,
                cpuNanos / 1e3 / subscribers,
                counts(store) ? reads + " statements for publications on the database" : "reads not counted");
        boolean plausible = !counts(store) || reads > 0; // none at all would mean that the counting does not work
        return outcome.failed() == 0 && plausible && reads <= (long) channels * (missed > FIRST_PAGE ? 2 : 1);
    }

    private static void fill(RelayJar relay, String channel, int messages) throws IOException {
        try (JsonSocket socket = new JsonSocket(relay.port())) {
            for (int message = 1; message <= messages; message++) {
                socket.send("{\"id\":" + (message + 1) + ",\"publish\":{\"channel\":\"" + channel
                        + "\",\"data\":{\"n\":" + message + ",\"x\":\"" + "x".repeat(170) + "\"}}}");
                String reply = socket.receive(10_000);
                if (reply == null || !reply.contains("\"publish\":")) {
                    throw new IOException("not published: " + reply);
                }
            }
        }
    }

    private static String epoch(Store store, String channel) throws SQLException {
        try (Connection connection = DriverManager.getConnection(store.url());
                PreparedStatement select =
                        connection.prepareStatement("SELECT epoch FROM relay_stream WHERE channel = ?")) {
            select.setString(1, channel);
            try (ResultSet epoch = select.executeQuery()) {
                return epoch.next() ? epoch.getString(1) : "";
            }
        }
    }

    private static boolean counts(Store store) {
        return store.url().startsWith("jdbc:mysql:");
    }

    private static long reads(Store store) throws SQLException {
        if (!counts(store)) {
            return 0;
        }
        try (Connection connection = DriverManager.getConnection(store.url());
                Statement statement = connection.createStatement();
                ResultSet reads = statement.executeQuery(READS)) {
            return reads.next() ? reads.getLong(1) : 0;
        }
    }
}
