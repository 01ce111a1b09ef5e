package dev.relay.benchmarks.journal;

import dev.relay.benchmarks.load.Arguments;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** {@code outage}: what publishers notice while the database is frozen, and while it is gone. */
public final class OutageCommand {
    private static final int NOT_CLEAN = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final int PUBLISHERS = 20;
    private static final int CHANNELS = 10;
    private static final int WINDOW = 20_000;
    private static final int PAYLOAD_BYTES = 200;
    private static final long DRAIN_LIMIT_MILLIS = 120_000;
    private static final int SAMPLE_MILLIS = 100;
    private static final String HELP = """
            java -jar benchmarks.jar outage [options]

            Publishes at a fixed rate, freezes the database, lets it go on, stops it, starts it again, and waits each time until
            what was kept in the spool has arrived. Prints for each phase how many messages were acknowledged and how soon, and
            the memory of Relay; at the end the rows are compared with what was acknowledged. Exit code 1 if they differ or if a
            message was refused. Linux.

              --database A    mysql (default) or mariadb: a server of its own
              --rate N        messages a second, 20 to 100000, default 5000
              --calm N        seconds before the first outage, 1 to 600, default 10
              --frozen N      seconds, 1 to 600, default 10
              --stopped N     seconds, 1 to 3600, default 60
            """ + Workplace.HELP;

    private final MysqlServer database;
    private final RelayJar relay;
    private final Crowd crowd;
    private final List<String> rows = new ArrayList<>();

    private OutageCommand(MysqlServer database, RelayJar relay, int rate) {
        this.database = database;
        this.relay = relay;
        this.crowd = new Crowd(
                PUBLISHERS,
                CHANNELS,
                true,
                new Publisher.Load(relay.port(), WINDOW, (double) rate / PUBLISHERS, PAYLOAD_BYTES));
    }

    /** Returns the exit code. */
    public static int run(String[] words) throws IOException, SQLException {
        Arguments arguments = new Arguments(
                words,
                Set.of("--database", "--rate", "--calm", "--frozen", "--stopped", "--project", "--jar"),
                Set.of("--help"));
        if (arguments.has("--help")) {
            System.out.print(HELP);
            return 0;
        }
        String database = arguments.word("--database", "mysql", List.of("mysql", "mariadb"));
        int rate = arguments.number("--rate", 5_000, PUBLISHERS, 100_000);
        int calm = arguments.number("--calm", 10, 1, 600);
        int frozen = arguments.number("--frozen", 10, 1, 600);
        int stopped = arguments.number("--stopped", 60, 1, 3_600);
        if (arguments.areFaulty(System.err::println)) {
            System.err.println("see --help");
            return BAD_ARGUMENTS;
        }
        Workplace place = Workplace.of(arguments);
        try (Store store = place.store(database);
                RelayJar relay = place.relay(store)) {
            relay.start();
            return new OutageCommand((MysqlServer) store, relay, rate).run(calm, frozen, stopped) ? 0 : NOT_CLEAN;
        } finally {
            place.clear();
        }
    }

    private boolean run(int calm, int frozen, int stopped) throws IOException, SQLException {
        phase("calm", calm);
        database.freeze();
        phase("frozen", frozen);
        database.thaw();
        drained("goes on");
        phase("calm again", calm);
        database.stop();
        phase("stopped", stopped);
        database.start();
        drained("started");
        phase("calm at last", calm);
        crowd.stopPublishing();
        drained("at the end");
        int behind = crowd.stopFollowing(channel -> CrashCommand.top(database.url(), channel));
        int exit = relay.terminate();
        Audit audit = Audit.of(crowd.publishers(), database.url());
        int gaps = crowd.followers().stream().mapToInt(Follower::gaps).sum();
        System.out.printf(
                "| %s | seconds | acknowledged | refused | p50 ms | p99 ms | max ms | Relay, MiB |%n| --- | --- | --- | --- | --- | --- | --- | --- |%n",
                database.name());
        rows.forEach(System.out::println);
        System.out.printf(
                Locale.ROOT,
                "%s; followers: %d gaps, %d not up to date at the end; exit code %d%n",
                audit,
                gaps,
                behind,
                exit);
        return audit.isClean() && crowd.refusals() + gaps + behind + exit == 0;
    }

    private void phase(String name, int seconds) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        measured(name, () -> System.nanoTime() < end);
    }

    private void drained(String name) throws IOException {
        long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_LIMIT_MILLIS);
        measured(name + ", until drained", () -> {
            if (System.nanoTime() > limit) {
                throw new IllegalStateException("not drained: " + relay.health());
            }
            RelayJar.Answer health = relay.health();
            return health.status() != 200 || health.body().contains("spool");
        });
    }

    private void measured(String name, java.util.function.BooleanSupplier goesOn) throws IOException {
        crowd.latencies();
        long acknowledged = crowd.acknowledgements();
        long refused = crowd.refusals();
        long began = System.nanoTime();
        long mostBytes = 0;
        do {
            mostBytes = Math.max(mostBytes, relay.figures().residentBytes());
            RelayJar.pause(SAMPLE_MILLIS);
        } while (goesOn.getAsBoolean());
        Histogram latencies = crowd.latencies();
        String row = String.format(
                Locale.ROOT,
                "| %s | %.1f | %d | %d | %.1f | %.1f | %.0f | %d |",
                name,
                (System.nanoTime() - began) / 1e9,
                crowd.acknowledgements() - acknowledged,
                crowd.refusals() - refused,
                latencies.getValueAtPercentile(50) / 1e3,
                latencies.getValueAtPercentile(99) / 1e3,
                latencies.getMaxValue() / 1e3,
                mostBytes >> 20);
        rows.add(row);
        System.err.println(row);
    }
}
