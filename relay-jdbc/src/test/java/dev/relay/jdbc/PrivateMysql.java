package dev.relay.jdbc;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A MySQL of the test's own, which may be stopped, killed and frozen. */
final class PrivateMysql implements AutoCloseable {
    private static final String SCRIPT =
            Path.of("../scripts/testmysql").toAbsolutePath().normalize().toString();

    private final Path data;
    private final String port;
    private final String url;

    /** Starts it, with its data in this directory; without a MySQL to test with, the test is reported skipped. */
    PrivateMysql(Path directory) throws IOException {
        Assumptions.assumeTrue(System.getenv(MysqlFixture.VARIABLE) != null, MysqlFixture.SKIPPED);
        data = directory.resolve("mysql");
        port = Integer.toString(freePort());
        url = start();
    }

    /**
     * Below the ports that outgoing connections get: whoever tries again and again to connect to a port among those, where nobody
     * listens, is at last connected to itself, and the server finds its port taken.
     */
    private static int freePort() throws IOException {
        IOException taken = new IOException("no port is free");
        for (int attempt = 0; attempt < 100; attempt++) {
            int candidate = ThreadLocalRandom.current().nextInt(12_000, 30_000);
            try (ServerSocket free = new ServerSocket(candidate)) {
                return free.getLocalPort();
            } catch (IOException e) {
                taken = e;
            }
        }
        throw taken;
    }

    String url() {
        return url;
    }

    String start() throws IOException {
        return script("start");
    }

    /** Ends it as an operator does. */
    void stop() throws IOException {
        script("stop");
    }

    /** Ends it as a power cut does; returns when it has let go of its files. */
    void kill() throws IOException {
        Path commandLine = Path.of("/proc", pid(), "cmdline");
        signal("KILL");
        Waiting.until(
                "the server has ended",
                () -> !Files.exists(commandLine)
                        || Files.readString(commandLine).isEmpty(),
                commandLine::toString);
        // Where nobody reaps the dead, its process id stays, and the next one would take it for another server.
        Files.deleteIfExists(Path.of(data + ".sock.lock"));
    }

    /** It hangs: takes connections and answers nothing. */
    void freeze() throws IOException {
        signal("STOP");
    }

    void thaw() throws IOException {
        signal("CONT");
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Nullable
    String query(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getString(1) : null;
        }
    }

    private void signal(String name) throws IOException {
        run(new ProcessBuilder("kill", "-" + name, pid()));
    }

    private String pid() throws IOException {
        return Files.readString(Path.of(data + ".pid")).strip();
    }

    private String script(String action) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(SCRIPT, action, port);
        builder.environment().put("RELAY_MYSQL_DATA", data.toString());
        return run(builder).strip();
    }

    private static String run(ProcessBuilder builder) throws IOException {
        Path output = Files.createTempFile("command-", ".log");
        try {
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException(builder.command() + " takes longer than 3 minutes");
            }
            String printed = Files.readString(output);
            if (process.exitValue() != 0) {
                throw new IOException(builder.command() + " failed: " + printed);
            }
            return printed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(Path.of(data + ".pid"))) {
            try {
                thaw(); // one that is frozen does not stop
            } catch (IOException e) {
                assert e.getMessage() != null : e; // it is dead already
            }
        }
        stop();
    }
}
