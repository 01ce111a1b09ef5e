package dev.relay.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.benchmarks.load.server.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code load}: servers side by side on the same work. */
public final class LoadCommand {
    private static final int NOT_CLEAN = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final Set<String> NAMES = Set.of(
            "--servers",
            "--workloads",
            "--repetitions",
            "--idle-connections",
            "--java",
            "--java-options",
            "--json",
            "--markdown",
            "--svg");
    private static final Set<String> FLAGS = Set.of("--quick", "--help");
    private static final String HELP = """
            java -jar benchmarks.jar load [options]

            Runs each server in a process of its own and does the same work to all of them, from this process, on
            one thread. Counts every message; exit code 1 if one was lost, came twice, out of order or broken.
            Takes about 9 minutes, with --quick about 2. Linux.

              --servers A,B           default: %s
              --workloads A,B         default: %s
              --repetitions N         default 3; tables show the median [least–most]
              --idle-connections N    default 9000 (1000 with --quick), 100 to 9000
              --quick                 one repetition, shorter, 200 subscribers instead of 1000
              --java FILE             the java that runs the servers; default: the one that runs this
              --java-options 'A B'    their options; default: %s
              --json FILE             append each measurement as a line of JSON
              --markdown FILE         write the tables there as well
              --svg FILE              write the chart there; tables in the same folder show it

            Progress goes to standard error, the tables to standard output.
            """;

    private final List<String> servers;
    private final List<Workload> workloads;
    private final int repetitions;
    private final JavaCommand java;
    private final String javaVersion;
    private final @Nullable Path json;
    private final @Nullable Path markdown;
    private final @Nullable Path svg;
    private final List<Measurement> measurements = new ArrayList<>();

    private LoadCommand(Arguments arguments, List<Workload> all) throws IOException {
        List<String> names =
                arguments.list("--workloads", all.stream().map(Workload::name).toList());
        this.servers = arguments.list("--servers", ServerProcess.NAMES);
        this.workloads =
                all.stream().filter(workload -> names.contains(workload.name())).toList();
        this.repetitions = arguments.number("--repetitions", arguments.has("--quick") ? 1 : 3, 1, 100);
        this.java = JavaCommand.of(arguments);
        this.javaVersion = java.version();
        this.json = path(arguments.text("--json"));
        this.markdown = path(arguments.text("--markdown"));
        this.svg = path(arguments.text("--svg"));
    }

    /** Returns the exit code. */
    public static int run(String[] words) throws IOException {
        Arguments arguments = new Arguments(words, NAMES, FLAGS);
        boolean quick = arguments.has("--quick");
        List<Workload> all =
                Workload.all(quick, arguments.number("--idle-connections", quick ? 1000 : 9000, 100, 9000));
        if (arguments.has("--help")) {
            System.out.printf(
                    HELP,
                    String.join(",", ServerProcess.NAMES),
                    String.join(",", all.stream().map(Workload::name).toList()),
                    String.join(" ", JavaCommand.DEFAULT_OPTIONS));
            return 0;
        }
        LoadCommand command = new LoadCommand(arguments, all);
        if (arguments.areFaulty(System.err::println)) {
            System.err.println("see --help");
            return BAD_ARGUMENTS;
        }
        if (!ProcessFigures.areAvailable()) {
            System.err.println("this needs Linux: CPU time and memory of a process are read from /proc");
            return BAD_ARGUMENTS;
        }
        return command.measure();
    }

    private int measure() throws IOException {
        for (int repetition = 1; repetition <= repetitions; repetition++) {
            for (String server : servers) {
                measure(server, repetition);
            }
        }
        LoadReport report = new LoadReport(workloads, servers, measurements, Machine.description(javaVersion, java));
        if (svg != null) {
            Files.writeString(svg, report.chart(), UTF_8);
        }
        String text = report.markdown(svg == null ? null : String.valueOf(svg.getFileName()));
        System.out.print(text);
        if (markdown != null) {
            Files.writeString(markdown, text, UTF_8);
        }
        return measurements.stream().allMatch(Measurement::isClean) ? 0 : NOT_CLEAN;
    }

    private void measure(String name, int repetition) throws IOException {
        ServerHandle server = null;
        try {
            for (Workload workload : workloads) {
                if (server == null || workload.needsNewServer() || !server.isAlive()) {
                    close(server);
                    server = ServerHandle.start(name, java);
                }
                System.err.printf("[%d/%d] %-16s %-9s ", repetition, repetitions, name, workload.name());
                Measurement measurement = new LoadRun(server, workload, repetition, javaVersion).measure();
                measurements.add(measurement);
                System.err.println(LoadReport.line(measurement));
                if (json != null) {
                    Files.writeString(
                            json,
                            measurement.json() + "\n",
                            UTF_8,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND);
                }
            }
        } finally {
            close(server);
        }
    }

    private static void close(@Nullable ServerHandle server) throws IOException {
        if (server != null) {
            server.close();
        }
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null ? null : Path.of(text);
    }
}
