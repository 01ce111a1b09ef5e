package dev.relay.benchmarks.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A MySQL or MariaDB of its own, made by {@code scripts/testmysql}; durable settings. Ends with this program. */
final class MysqlServer implements Store {
    private final Path script;
    private final Path data;
    private final String flavour;
    private final int port;
    private final String url;

    /**
     * Starts it with empty tables.
     *
     * @param script {@code scripts/testmysql}
     * @param directory for its data
     * @param flavour {@code mysql} or {@code mariadb}
     */
    MysqlServer(Path script, Path directory, String flavour) throws IOException {
        if (!Files.isReadable(script)) {
            throw new IOException("no " + script.toAbsolutePath() + "; start this in the root of the project");
        }
        this.script = script.toAbsolutePath();
        this.data = directory.resolve(flavour);
        this.flavour = flavour;
        try (ServerSocket free = new ServerSocket(0)) {
            this.port = free.getLocalPort();
        }
        this.url = run("start");
        Runtime.getRuntime().addShutdownHook(new Thread(this::destroy));
    }

    @Override
    public Map<String, String> settings() {
        return Map.of("RELAY_DATABASE_URL", url);
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public String name() {
        return flavour.equals("mysql") ? "MySQL" : "MariaDB";
    }

    @Override
    public void kill() throws IOException {
        process().destroyForcibly();
        awaitEnd();
    }

    @Override
    public void start() throws IOException {
        run("start");
    }

    /** Stops it as its operator would. */
    void stop() throws IOException {
        run("stop");
    }

    /** Stops its threads where they are; sockets stay open. */
    void freeze() throws IOException {
        signal("STOP");
    }

    /** Lets them go on. */
    void thaw() throws IOException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException {
        execute(new ProcessBuilder("kill", "-" + signal, Long.toString(process().pid())));
    }

    private ProcessHandle process() throws IOException {
        long pid =
                Long.parseLong(Files.readString(Path.of(data + ".pid"), UTF_8).strip());
        return ProcessHandle.of(pid).orElseThrow(() -> new IOException("no process " + pid));
    }

    private void awaitEnd() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (process().isAlive()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the server does not end");
            }
            RelayJar.pause();
            if (ProcessHandle.of(Long.parseLong(
                            Files.readString(Path.of(data + ".pid"), UTF_8).strip()))
                    .isEmpty()) {
                return;
            }
        }
    }

    private String run(String action) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(script.toString(), action, Integer.toString(port));
        builder.environment().put("RELAY_MYSQL_SERVER", flavour);
        builder.environment().put("RELAY_MYSQL_DATA", data.toString());
        return execute(builder);
    }

    private static String execute(ProcessBuilder builder) throws IOException {
        Path output = Files.createTempFile("relay-proof-", ".out");
        try {
            Process process = builder.redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (process.waitFor() != 0) {
                throw new IOException(builder.command() + " has failed");
            }
            return Files.readString(output, UTF_8).strip();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    @Override
    public void close() {
        destroy();
    }

    private void destroy() {
        try {
            if (Files.exists(Path.of(data + ".pid"))) {
                process().destroyForcibly();
            }
        } catch (IOException e) {
            // it has ended already
        }
    }
}
