package dev.relay.benchmarks.journal;

import dev.relay.benchmarks.load.Arguments;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** {@code crash}: kills Relay, its database or both at random moments, and compares what was acknowledged with the rows. */
public final class CrashCommand {
    private static final int NOT_CLEAN = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final int CHANNELS = 10;
    private static final int WINDOW = 16;
    private static final int PAYLOAD_BYTES = 200;
    private static final long RETURN_LIMIT_MILLIS = 60_000;
    private static final String HELP = """
            java -jar benchmarks.jar crash [options]

            Publishers publish without pause, followers follow, and something is killed with signal 9 at a random moment of
            each round, and started again. At the end every row is read: nothing that was acknowledged may be missing, nothing
            may be there twice, offsets have no hole and each publisher's messages stand in order. Followers come back with
            their position and count what they were not given. Exit code 1 if anything is wrong. Linux.

              --database A     sqlite (default), mysql or mariadb: a server of its own
              --kill A         relay (default), database or both
              --rounds N       1 to 10000, default 20
              --publishers N   1 to 1000, default 20
              --seed N         of the random moments, default by the clock; it is printed
            """ + Workplace.HELP;

    private final Store store;
    private final RelayJar relay;
    private final boolean killsRelay;
    private final boolean killsDatabase;
    private final Random random;

    private CrashCommand(Store store, RelayJar relay, String kill, Random random) {
        this.store = store;
        this.relay = relay;
        this.killsRelay = !kill.equals("database");
        this.killsDatabase = !kill.equals("relay");
        this.random = random;
    }

    /** Returns the exit code. */
    public static int run(String[] words) throws IOException, SQLException {
        Arguments arguments = new Arguments(
                words,
                Set.of("--database", "--kill", "--rounds", "--publishers", "--seed", "--project", "--jar"),
                Set.of("--help"));
        if (arguments.has("--help")) {
            System.out.print(HELP);
            return 0;
        }
        String database = arguments.word("--database", "sqlite", List.of("sqlite", "mysql", "mariadb"));
        String kill = arguments.word("--kill", "relay", List.of("relay", "database", "both"));
        int rounds = arguments.number("--rounds", 20, 1, 10_000);
        int publishers = arguments.number("--publishers", 20, 1, 1_000);
        int seed = arguments.number("--seed", (int) (System.nanoTime() & 0xFFFFFF), 0, Integer.MAX_VALUE);
        if (database.equals("sqlite") && !kill.equals("relay")) {
            arguments.fault("--kill " + kill + " needs a database that is a process: --database mysql");
        }
        if (arguments.areFaulty(System.err::println)) {
            System.err.println("see --help");
            return BAD_ARGUMENTS;
        }
        Workplace place = Workplace.of(arguments);
        try (Store store = place.store(database);
                RelayJar relay = place.relay(store)) {
            return new CrashCommand(store, relay, kill, new Random(seed)).run(rounds, publishers, kill, seed)
                    ? 0
                    : NOT_CLEAN;
        } finally {
            place.clear();
        }
    }

    private boolean run(int rounds, int publishers, String kill, int seed) throws IOException, SQLException {
        relay.start();
        Crowd crowd = new Crowd(publishers, CHANNELS, true, new Publisher.Load(relay.port(), WINDOW, 0, PAYLOAD_BYTES));
        long began = System.nanoTime();
        for (int round = 1; round <= rounds; round++) {
            if (!crowd.awaitMore(publishers, RETURN_LIMIT_MILLIS)) {
                throw new IOException("round " + round + ": nobody is acknowledged any more: " + relay.health()
                        + "; the log is " + relay.log());
            }
            RelayJar.pause(random.nextInt(700));
            crash();
            System.err.printf(
                    Locale.ROOT,
                    "round %d of %d: %d acknowledged, %d refused%n",
                    round,
                    rounds,
                    crowd.acknowledgements(),
                    crowd.refusals());
        }
        crowd.awaitMore(publishers, RETURN_LIMIT_MILLIS);
        crowd.stopPublishing();
        relay.awaitDrained(RETURN_LIMIT_MILLIS);
        int behind = crowd.stopFollowing(channel -> top(store.url(), channel));
        int exit = relay.terminate();
        Audit audit = Audit.of(crowd.publishers(), store.url());
        int gaps = crowd.followers().stream().mapToInt(Follower::gaps).sum();
        System.out.printf(
                Locale.ROOT,
                "kill -9 of %s on %s, %d rounds in %d s (seed %d): %s; %d refused%n"
                        + "followers: %d returns, %d with recovered:false, %d gaps, %d not up to date at the end; exit code %d%n",
                kill.equals("both") ? "Relay and the database" : kill.equals("relay") ? "Relay" : "the database",
                store.name(),
                rounds,
                (System.nanoTime() - began) / 1_000_000_000,
                seed,
                audit,
                crowd.refusals(),
                crowd.followers().stream().mapToInt(Follower::returns).sum(),
                crowd.followers().stream().mapToInt(Follower::unrecovered).sum(),
                gaps,
                behind,
                exit);
        return audit.isClean() && gaps == 0 && behind == 0 && exit == 0;
    }

    private void crash() throws IOException {
        boolean relayFirst = random.nextBoolean();
        if (killsRelay && relayFirst) {
            relay.kill();
        }
        if (killsDatabase) {
            store.kill();
        }
        if (killsRelay && !relayFirst) {
            RelayJar.pause(random.nextInt(500));
            relay.kill();
        }
        if (killsDatabase) {
            RelayJar.pause(random.nextInt(500));
            store.start();
        }
        if (killsRelay) {
            relay.start();
        }
    }

    static long top(String url, String channel) {
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement select =
                        connection.prepareStatement("SELECT COALESCE(MAX(m.seq), 0) FROM relay_message m"
                                + " JOIN relay_stream s ON s.id = m.stream_id WHERE s.channel = ?")) {
            select.setString(1, channel);
            try (ResultSet top = select.executeQuery()) {
                return top.next() ? top.getLong(1) : 0;
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot read the top of " + channel, e);
        }
    }
}
