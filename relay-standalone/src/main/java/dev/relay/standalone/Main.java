package dev.relay.standalone;

import java.nio.file.Path;

/** Where {@code java -jar relay-standalone.jar} begins. */
public final class Main {
    private Main() {}

    /** Runs until told to stop; ends the process with the exit code. */
    public static void main(String[] arguments) {
        // jOOQ greets on standard output; nobody asked
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        Launcher launcher = new Launcher(System.getenv(), Path.of(""), System.out, System.err);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(launcher), "relay-stop"));
        System.exit(launcher.run(arguments));
    }

    /** Runs when the process ends by itself as well as when a signal ends it. */
    private static void end(Launcher launcher) {
        int code = launcher.stop();
        Logging.flush();
        // halt, because a process ended by a signal would otherwise report the signal instead of our exit code
        Runtime.getRuntime().halt(code);
    }
}
