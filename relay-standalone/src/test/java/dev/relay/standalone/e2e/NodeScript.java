package dev.relay.standalone.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One scenario of {@code src/test/js} running in Node: it prints events, one JSON object a line, and takes commands, one a
 * line. Closing ends it.
 *
 * <p>Threading: events are handed over on a thread of the script's own, one at a time.
 */
final class NodeScript implements AutoCloseable {
    private static final Path SOURCES = Path.of("src/test/js").toAbsolutePath();
    private static final Path INSTALLED = Path.of("target/js").toAbsolutePath();
    private static final int LINES_KEPT = 20;

    private static @Nullable String whyNotInstalled;
    private static boolean installed;

    private final String name;
    private final Process process;
    private final Thread reader;
    private final Deque<String> lastLines =
            new ArrayDeque<>(); // guarded by itself: the reader adds, a failing test dumps

    private NodeScript(String name, Process process, Consumer<Map<String, Object>> events) {
        this.name = name;
        this.process = process;
        this.reader = new Thread(() -> read(events), name);
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a script; where Node or its packages are missing, the test is reported skipped. */
    static NodeScript start(String script, List<String> arguments, Consumer<Map<String, Object>> events) {
        assumeInstalled();
        List<String> command =
                new ArrayList<>(List.of("node", INSTALLED.resolve(script).toString()));
        command.addAll(arguments);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new NodeScript(script + " " + String.join(" ", arguments), process, events);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reports the test skipped where the SDK cannot run. */
    static synchronized void assumeInstalled() {
        if (!installed && whyNotInstalled == null) {
            whyNotInstalled = install();
            installed = whyNotInstalled == null;
        }
        assumeTrue(installed, () -> "the JavaScript SDK cannot run: " + whyNotInstalled);
    }

    /** Gives the script a line. Any thread. */
    synchronized void tell(String line) {
        try {
            BufferedWriter writer = process.outputWriter(UTF_8);
            writer.write(line);
            writer.newLine();
            writer.flush();
        } catch (IOException e) {
            throw new AssertionError("cannot tell '" + line + "' to " + this, e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        synchronized (lastLines) {
            return "%s, %s; its last lines:\n  %s\n"
                    .formatted(
                            name,
                            process.isAlive() ? "alive" : "ended with " + process.exitValue(),
                            String.join("\n  ", lastLines));
        }
    }

    private void read(Consumer<Map<String, Object>> events) {
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (lastLines) {
                    if (lastLines.size() == LINES_KEPT) {
                        lastLines.removeFirst();
                    }
                    lastLines.add(line.length() > 120 ? line.substring(0, 120) + "…" : line);
                }
                if (line.startsWith("{")) {
                    events.accept(Json.object(line));
                }
            }
        } catch (IOException e) {
            synchronized (lastLines) {
                lastLines.add("output ended: " + e);
            }
        }
    }

    private static @Nullable String install() {
        try {
            String version = ChildProcess.output(Path.of("").toAbsolutePath(), "node", "--version");
            int major = Integer.parseInt(version.strip().replaceFirst("^v(\\d+)[^\\n]*$", "$1"));
            if (major < 18) {
                return "Node 18 or later is needed, found " + version.strip();
            }
            Files.createDirectories(INSTALLED);
            try (Stream<Path> sources = Files.list(SOURCES)) {
                for (Path source : sources.filter(Files::isRegularFile).toList()) {
                    Files.copy(source, INSTALLED.resolve(source.getFileName()), REPLACE_EXISTING);
                }
            }
            Path lock = INSTALLED.resolve("package-lock.json");
            Path done = INSTALLED.resolve("installed-lock.json");
            if (!Files.exists(done) || Files.mismatch(lock, done) != -1) {
                ChildProcess.output(INSTALLED, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
                Files.copy(lock, done, REPLACE_EXISTING);
            }
            return null;
        } catch (IOException | NumberFormatException e) {
            return e.getMessage();
        }
    }

    /** A script where it is installed, for running it in another way. */
    static Path installed(String script) {
        assumeInstalled();
        return INSTALLED.resolve(script);
    }
}
