package dev.relay.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.benchmarks.load.server.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code attack}: what good subscribers notice while others do their worst. */
public final class AttackCommand {
    private static final int NOT_CLEAN = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final List<String> KINDS =
            Arrays.stream(Hostility.values()).map(Hostility::word).toList();
    private static final Set<String> NAMES = Set.of(
            "--server",
            "--kinds",
            "--hostile",
            "--good",
            "--rate",
            "--seconds",
            "--java",
            "--java-options",
            "--json",
            "--markdown");
    private static final Set<String> FLAGS = Set.of("--quick", "--help");
    private static final String HELP = """
            java -jar benchmarks.jar attack [options]

            Good subscribers get messages at a fixed rate: first alone, then beside hostile connections from another
            process, then alone again. Counts every message of the good ones; exit code 1 if one was lost, came twice,
            out of order or broken, or if a good connection was ended. Takes about a minute. Linux.

              --server A          one of %s; default relay
              --kinds A,B         default: all of %s
              --hostile N         hostile connections, 1 to 8000, default 1000 (100 with --quick)
              --good N            good subscribers, 1 to 8000, default 1000 (100 with --quick)
              --rate N            messages a second to each, 1 to 10000, default 50
              --seconds N         of each phase, 1 to 3600, default 15 (3 with --quick)
              --quick             few and short
              --java FILE         the java that runs the server; default: the one that runs this
              --java-options 'A'  its options; default: %s
              --json FILE         append each phase as a line of JSON
              --markdown FILE     write the tables there as well

            Progress goes to standard error, the tables to standard output.
            """;

    private AttackCommand() {}

    /** Returns the exit code. */
    public static int run(String[] words) throws IOException {
        Arguments arguments = new Arguments(words, NAMES, FLAGS);
        if (arguments.has("--help")) {
            System.out.printf(
                    HELP,
                    String.join(",", ServerProcess.NAMES),
                    String.join(",", KINDS),
                    String.join(" ", JavaCommand.DEFAULT_OPTIONS));
            return 0;
        }
        boolean quick = arguments.has("--quick");
        AttackPlan plan = new AttackPlan(
                arguments.word("--server", "relay", ServerProcess.NAMES),
                arguments.list("--kinds", KINDS),
                arguments.number("--hostile", quick ? 100 : 1000, 1, 8000),
                arguments.number("--good", quick ? 100 : 1000, 1, 8000),
                arguments.number("--rate", 50, 1, 10_000),
                arguments.number("--seconds", quick ? 3 : 15, 1, 3600));
        if (arguments.areFaulty(System.err::println)) {
            System.err.println("see --help");
            return BAD_ARGUMENTS;
        }
        if (!ProcessFigures.areAvailable()) {
            System.err.println("this needs Linux: CPU time and memory of a process are read from /proc");
            return BAD_ARGUMENTS;
        }
        return run(plan, JavaCommand.of(arguments), arguments.text("--json"), arguments.text("--markdown"));
    }

    private static int run(AttackPlan plan, JavaCommand java, @Nullable String json, @Nullable String markdown)
            throws IOException {
        AttackOutcome outcome = new AttackRun(plan, java).run();
        String text = Machine.description(java.version(), java) + ".\n\n" + outcome.markdown();
        System.out.print(text);
        if (markdown != null) {
            Files.writeString(Path.of(markdown), text, UTF_8);
        }
        if (json != null) {
            Files.writeString(
                    Path.of(json), outcome.json(), UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        return outcome.isClean() ? 0 : NOT_CLEAN;
    }
}
