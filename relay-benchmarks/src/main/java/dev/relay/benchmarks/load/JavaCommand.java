package dev.relay.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How child processes of this program are started.
 *
 * @param executable the {@code java} to run
 * @param options for the virtual machine
 */
record JavaCommand(Path executable, List<String> options) {
    /** Of servers: all get the same, so that what they keep can be compared. */
    static final List<String> DEFAULT_OPTIONS = List.of("-Xmx1g");

    private static final List<String> QUIET = List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-Dslf4j.internal.verbosity=ERROR");

    /** The virtual machine that runs this program. */
    static Path current() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** As {@code --java} and {@code --java-options} say. */
    static JavaCommand of(Arguments arguments) {
        String executable = arguments.text("--java");
        String options = arguments.text("--java-options");
        return new JavaCommand(
                executable == null ? current() : Path.of(executable),
                options == null ? DEFAULT_OPTIONS : List.of(options.trim().split(" +")));
    }

    /** What it says it is, as {@code 17.0.15}. */
    String version() throws IOException {
        Process process = new ProcessBuilder(executable.toString(), "-XshowSettings:properties", "-version")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            return lines.lines()
                    .filter(line -> line.trim().startsWith("java.runtime.version = "))
                    .map(line -> line.substring(line.indexOf('=') + 2))
                    .findFirst()
                    .orElse("unknown");
        }
    }

    /** All but the arguments of {@code Main}. */
    List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(executable.toString());
        command.addAll(QUIET);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.relay.benchmarks.Main"));
        return command;
    }
}
