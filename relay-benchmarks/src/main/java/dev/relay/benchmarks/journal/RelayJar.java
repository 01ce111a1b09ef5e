package dev.relay.benchmarks.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.benchmarks.load.ProcessFigures;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The runnable jar as a process, on ports that stay the same when it is started again. One thread.
 */
final class RelayJar implements AutoCloseable {
    private static final long START_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int POLL_MILLIS = 20;

    private final Path jar;
    private final Path directory;
    private final Map<String, String> settings;
    private final int port = freePort();
    private final int httpPort = freePort();
    private @Nullable Process process;

    /**
     * @param directory for its data and its log
     * @param settings environment variables
     */
    RelayJar(Path jar, Path directory, Map<String, String> settings) throws IOException {
        if (!Files.isReadable(jar)) {
            throw new IOException("no " + jar.toAbsolutePath() + "; build it first: mvn -q -DskipTests package");
        }
        this.jar = jar.toAbsolutePath();
        this.directory = directory;
        this.settings = settings;
    }

    int port() {
        return port;
    }

    Path directory() {
        return directory;
    }

    /** Starts it and waits until it is ready. */
    void start() throws IOException {
        launch();
        long deadline = System.nanoTime() + START_LIMIT_NANOS;
        while (health().status() != 200) {
            if (!isAlive() || System.nanoTime() > deadline) {
                throw new IOException("Relay is not ready: " + health() + "; its log is " + log());
            }
            pause();
        }
    }

    /** Starts it and waits for nothing. */
    void launch() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseG1GC", "-jar", jar.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("RELAY_"));
        builder.environment().putAll(settings);
        builder.environment().put("RELAY_PORT", Integer.toString(port));
        builder.environment().put("RELAY_HTTP_PORT", Integer.toString(httpPort));
        builder.environment()
                .put("RELAY_DATA_DIR", directory.resolve("relay-data").toString());
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        Process started = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        process = started;
    }

    Path log() {
        return directory.resolve("relay.log");
    }

    /** {@code kill -9}. */
    void kill() {
        end(true);
    }

    /** SIGTERM, and its exit code. */
    int terminate() {
        return end(false);
    }

    private int end(boolean forcibly) {
        Process running = running();
        if (forcibly) {
            running.destroyForcibly();
        } else {
            running.destroy();
        }
        try {
            if (!running.waitFor(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Relay does not end; its log is " + log());
            }
            return running.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    long pid() {
        return running().pid();
    }

    ProcessFigures figures() {
        return new ProcessFigures(running().pid());
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    /**
     * What the HTTP side says.
     *
     * @param status 0 where nobody answers
     */
    record Answer(int status, String body) {}

    /** Waits until everything that is acknowledged is in the database itself, so long at most. */
    void awaitDrained(long limitMillis) {
        long deadline = System.nanoTime() + limitMillis * 1_000_000;
        while (health().body().contains("spool") && System.nanoTime() < deadline) {
            pause();
        }
    }

    Answer health() {
        return ask("/health/ready", null);
    }

    Answer ask(String path, @Nullable String body) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + httpPort + path).toURL().openConnection();
            connection.setConnectTimeout(1_000);
            connection.setReadTimeout(10_000);
            if (body != null) {
                connection.setDoOutput(true);
                connection.getOutputStream().write(body.getBytes(UTF_8));
            }
            int status = connection.getResponseCode();
            try (InputStream answer = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return new Answer(status, answer == null ? "" : new String(answer.readAllBytes(), UTF_8));
            }
        } catch (IOException e) {
            return new Answer(0, e.toString());
        }
    }

    @Override
    public void close() {
        if (isAlive()) {
            kill();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    static void pause() {
        pause(POLL_MILLIS);
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
