package dev.relay.benchmarks.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.benchmarks.load.Arguments;
import dev.relay.benchmarks.load.ProcessFigures;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code soak}: whether anything grows while everything is on. */
public final class SoakCommand {
    private static final int NOT_CLEAN = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final int PUBLISHERS = 20;
    private static final int CHANNELS = 10;
    private static final int WINDOW = 200;
    private static final int PAYLOAD_BYTES = 200;
    private static final long DRAIN_LIMIT_MILLIS = 300_000;

    /** By how much the last third of the samples may exceed the middle one: what a collection leaves is not the same each time. */
    private static final double TOLERANCE = 1.1;

    private static final Pattern HEAP_USED = Pattern.compile("garbage-first heap +total \\d+K, used (\\d+)K");
    private static final String HELP = """
            java -jar benchmarks.jar soak [options]

            Publishers publish, followers follow, others come and go, events of every kind are written and old publications are
            deleted, all at once. Every so often the heap is collected and measured, descriptors and threads are counted. Exit
            code 1 if the last third of the samples is more than a tenth above the middle third, or if something was lost. Linux.

              --database A   sqlite (default), mysql or mariadb: a server of its own
              --minutes N    1 to 1440, default 30
              --rate N       messages a second, 20 to 50000, default 2000
            """ + Workplace.HELP;

    /** The process at one moment. */
    private record Sample(long heapBytes, long residentBytes, long descriptors, long threads) {}

    private SoakCommand() {}

    /** Returns the exit code. */
    public static int run(String[] words) throws IOException, SQLException {
        Arguments arguments = new Arguments(
                words, Set.of("--database", "--minutes", "--rate", "--project", "--jar"), Set.of("--help"));
        if (arguments.has("--help")) {
            System.out.print(HELP);
            return 0;
        }
        String database = arguments.word("--database", "sqlite", List.of("sqlite", "mysql", "mariadb"));
        int minutes = arguments.number("--minutes", 30, 1, 1_440);
        int rate = arguments.number("--rate", 2_000, PUBLISHERS, 50_000);
        if (arguments.areFaulty(System.err::println)) {
            System.err.println("see --help");
            return BAD_ARGUMENTS;
        }
        Workplace place = Workplace.of(arguments);
        try (Store store = place.store(database);
                RelayJar relay = place.relay(
                        store,
                        "RELAY_LOG_EVENTS",
                        "connect,disconnect,subscribe,unsubscribe,refusal",
                        "RELAY_EVENT_TTL",
                        "5m",
                        "RELAY_OUTBOX",
                        "true")) {
            relay.start();
            return run(store, relay, minutes, rate) ? 0 : NOT_CLEAN;
        } finally {
            place.clear();
        }
    }

    private static boolean run(Store store, RelayJar relay, int minutes, int rate) throws IOException, SQLException {
        Crowd crowd = new Crowd(
                PUBLISHERS,
                CHANNELS,
                true,
                new Publisher.Load(relay.port(), WINDOW, (double) rate / PUBLISHERS, PAYLOAD_BYTES));
        AtomicBoolean stopping = new AtomicBoolean();
        Thread passersBy = new Thread(() -> comeAndGo(relay.port(), stopping), "passers-by");
        passersBy.setDaemon(true);
        passersBy.start();
        List<Sample> samples = new ArrayList<>();
        int count = Math.max(9, 2 * minutes);
        for (int i = 0; i < count; i++) {
            RelayJar.pause(TimeUnit.MINUTES.toMillis(minutes) / count);
            Sample sample = sample(relay);
            samples.add(sample);
            System.err.printf(
                    Locale.ROOT,
                    "%d of %d: heap %.1f MiB after a collection, resident %d MiB, %d descriptors, %d threads, %d acknowledged%n",
                    i + 1,
                    count,
                    sample.heapBytes() / 1048576.0,
                    sample.residentBytes() >> 20,
                    sample.descriptors(),
                    sample.threads(),
                    crowd.acknowledgements());
        }
        stopping.set(true);
        crowd.stopPublishing();
        relay.awaitDrained(DRAIN_LIMIT_MILLIS);
        int behind = crowd.stopFollowing(channel -> CrashCommand.top(store.url(), channel));
        int exit = relay.terminate();
        Audit audit = Audit.of(crowd.publishers(), store.url());
        int gaps = crowd.followers().stream().mapToInt(Follower::gaps).sum();
        boolean flat = report("heap after a collection, KiB", samples, sample -> sample.heapBytes() >> 10)
                & report("descriptors", samples, Sample::descriptors)
                & report("threads", samples, Sample::threads);
        report("resident, MiB (not judged)", samples, sample -> sample.residentBytes() >> 20);
        System.out.printf(
                Locale.ROOT,
                "%d minutes on %s at %d messages/s: %s; %d refused; followers: %d gaps, %d not up to date; exit code %d%n",
                minutes,
                store.name(),
                rate,
                audit,
                crowd.refusals(),
                gaps,
                behind,
                exit);
        return flat && audit.isClean() && crowd.refusals() + gaps + behind + exit == 0;
    }

    /** Connections that subscribe and end, as fast as they are let. */
    private static void comeAndGo(int port, AtomicBoolean stopping) {
        for (long visit = 0; !stopping.get(); visit++) {
            try (JsonSocket socket = new JsonSocket(port)) {
                socket.send("{\"id\":2,\"subscribe\":{\"channel\":\"visited-" + visit % 1_000 + "\"}}");
                socket.receive(1_000);
                socket.send("{\"id\":3,\"unsubscribe\":{\"channel\":\"visited-" + visit % 1_000 + "\"}}");
                socket.receive(1_000);
            } catch (IOException e) {
                RelayJar.pause();
            }
        }
    }

    private static Sample sample(RelayJar relay) throws IOException {
        ProcessFigures figures = relay.figures();
        jcmd(relay.pid(), "GC.run");
        Matcher used = HEAP_USED.matcher(jcmd(relay.pid(), "GC.heap_info"));
        long heap = used.find() ? Long.parseLong(used.group(1)) << 10 : 0;
        return new Sample(heap, figures.residentBytes(), figures.descriptors(), figures.threads());
    }

    private static String jcmd(long pid, String order) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), order)
                .redirectErrorStream(true)
                .start();
        StringBuilder said = new StringBuilder();
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            lines.lines().forEach(line -> said.append(line).append('\n'));
        }
        return said.toString();
    }

    /** Whether the last third is like the middle one; the first is for warming up. */
    private static boolean report(String what, List<Sample> samples, ToLongFunction<Sample> figure) {
        int third = samples.size() / 3;
        double middle = average(samples.subList(third, 2 * third), figure);
        double last = average(samples.subList(2 * third, samples.size()), figure);
        boolean flat = last <= middle * TOLERANCE + 1;
        System.out.printf(
                Locale.ROOT,
                "%s: %.0f in the middle third, %.0f in the last: %s%n",
                what,
                middle,
                last,
                flat ? "flat" : "GROWS");
        return flat;
    }

    private static double average(List<Sample> samples, ToLongFunction<Sample> figure) {
        return samples.stream().mapToLong(figure).average().orElse(0);
    }
}
