package dev.relay.standalone.journal;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command runs in.
 *
 * @param directory what relative paths are relative to
 * @param terminal whether a person watches {@code err}
 * @param pause waits, and says whether the command is to stop
 */
public record Surroundings(
        Map<String, String> environment,
        Path directory,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean terminal,
        Pause pause) {
    /** How to wait. */
    @FunctionalInterface
    public interface Pause {
        /** Waits for so long, unless the command is to stop, and says whether it is. */
        boolean stopped(long millis);
    }

    boolean stopped() {
        return pause.stopped(0);
    }
}
