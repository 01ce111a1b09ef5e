package dev.relay.standalone.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The runnable jar as a child process. Closing kills it, whatever state it is in. */
final class RelayProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(40);
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(30);

    private final RelaySettings settings;
    private final Process process;
    private final Path log;

    private RelayProcess(RelaySettings settings, Process process, Path log) {
        this.settings = settings;
        this.process = process;
        this.log = log;
    }

    /** Starts it and waits until it is ready. */
    static RelayProcess ready(RelaySettings settings) {
        return ready(started(settings));
    }

    /** The same where it may have no more than so many open files. */
    static RelayProcess readyWithOpenFiles(int files, RelaySettings settings) {
        return ready(startedWithOpenFiles(files, settings));
    }

    private static RelayProcess ready(RelayProcess relay) {
        try {
            relay.awaitReady(START_LIMIT);
            return relay;
        } catch (Throwable e) {
            relay.close();
            throw e;
        }
    }

    /** Starts it and waits for nothing. */
    static RelayProcess started(RelaySettings settings) {
        return started(settings, List.of());
    }

    /** The same where it may have no more than so many open files. */
    static RelayProcess startedWithOpenFiles(int files, RelaySettings settings) {
        return started(settings, List.of("/bin/sh", "-c", "ulimit -n " + files + "; exec \"$0\" \"$@\""));
    }

    private static RelayProcess started(RelaySettings settings, List<String> under) {
        Path jar = Path.of(System.getProperty("relay.jar", "target/relay-standalone.jar"))
                .toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new AssertionError("no " + jar + "; these tests run after the package phase: mvn verify");
        }
        try {
            Path temporary = Files.createDirectories(settings.directory().resolve("tmp"));
            Path log = Files.createTempFile(settings.directory(), "relay-", ".log");
            List<String> command = new ArrayList<>(under);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("-Xmx256m");
            command.add("-Djava.io.tmpdir=" + temporary);
            command.add("-jar");
            command.add(jar.toString());
            command.addAll(settings.arguments());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(settings.directory().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("RELAY_"));
            builder.environment().putAll(settings.environment());
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new RelayProcess(settings, process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitReady(Duration limit) {
        Await.until("Relay is ready", limit, () -> !process.isAlive() || health() == 200, this::toString);
        if (!process.isAlive()) {
            throw new AssertionError("Relay ended while starting\n" + this);
        }
    }

    /** What the HTTP side says. */
    record Answer(int status, String body) {}

    /** Status of {@code GET /health}, 0 where nobody answers. */
    int health() {
        return get("/health").status();
    }

    /** {@code GET}; status 0 where nobody answers. */
    Answer get(String path) {
        return ask(path, null);
    }

    /** {@code POST}; status 0 where nobody answers. */
    Answer post(String path, String body) {
        return ask(path, body);
    }

    private Answer ask(String path, @Nullable String body) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create("http://127.0.0.1:" + settings.httpPort() + path)
                            .toURL()
                            .openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(5000);
            try {
                if (body != null) {
                    connection.setDoOutput(true);
                    connection.getOutputStream().write(body.getBytes(UTF_8));
                }
                int status = connection.getResponseCode();
                try (InputStream answer = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                    return new Answer(status, answer == null ? "" : new String(answer.readAllBytes(), UTF_8));
                }
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return new Answer(0, e.toString());
        }
    }

    /** Ends it as a power cut would: {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        exitCode();
    }

    /** Asks it to end, as an init system would: SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Its exit code, waiting for its end. */
    int exitCode() {
        try {
            if (!process.waitFor(EXIT_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("Relay has not ended within " + EXIT_LIMIT + "\n" + this);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int port() {
        return settings.port();
    }

    String url() {
        return "ws://127.0.0.1:" + port() + "/connection/websocket";
    }

    /** Everything it has printed. */
    String log() {
        try {
            return Files.readString(log, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    @Override
    public String toString() {
        String state = process.isAlive() ? "alive, health " + health() : "ended with " + process.exitValue();
        return "Relay on port %d, %s; its log:\n%s".formatted(port(), state, log());
    }
}
