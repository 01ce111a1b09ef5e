package dev.relay.benchmarks;

import dev.relay.benchmarks.journal.CrashCommand;
import dev.relay.benchmarks.journal.DurableCommand;
import dev.relay.benchmarks.journal.FindCommand;
import dev.relay.benchmarks.journal.OutageCommand;
import dev.relay.benchmarks.journal.SoakCommand;
import dev.relay.benchmarks.journal.StormCommand;
import dev.relay.benchmarks.load.AttackCommand;
import dev.relay.benchmarks.load.HostileProcess;
import dev.relay.benchmarks.load.LoadCommand;
import dev.relay.benchmarks.load.server.ServerProcess;
import java.util.Arrays;

/**
 * Where {@code java -jar benchmarks.jar} begins: {@code load}, {@code attack}, {@code crash}, {@code durable}, {@code find},
 * {@code outage}, {@code soak}, {@code storm}, or else what JMH understands.
 */
public final class Main {
    private Main() {}

    /** Ends the process with the command's exit code; JMH ends as it does. */
    public static void main(String[] arguments) throws Exception {
        String command = arguments.length == 0 ? "" : arguments[0];
        String[] rest = arguments.length == 0 ? arguments : Arrays.copyOfRange(arguments, 1, arguments.length);
        switch (command) {
            case "load" -> System.exit(LoadCommand.run(rest));
            case "attack" -> System.exit(AttackCommand.run(rest));
            case "crash" -> System.exit(CrashCommand.run(rest));
            case "durable" -> System.exit(DurableCommand.run(rest));
            case "soak" -> System.exit(SoakCommand.run(rest));
            case "storm" -> System.exit(StormCommand.run(rest));
            case "find" -> System.exit(FindCommand.run(rest));
            case "outage" -> System.exit(OutageCommand.run(rest));
            case "serve" -> System.exit(ServerProcess.run(rest));
            case "hostile" -> System.exit(HostileProcess.run(rest));
            default -> org.openjdk.jmh.Main.main(arguments);
        }
    }
}
