package dev.relay.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, which ends with this one. */
final class ServerHandle implements AutoCloseable {
    private static final int LOG_TAIL_LINES = 20;

    private final String name;
    private final Process process;
    private final Path log;
    private final BufferedReader answers;
    private final Writer orders;
    private final ProcessFigures figures;
    private final int port;

    private ServerHandle(String name, Process process, Path log) throws IOException {
        this.name = name;
        this.process = process;
        this.log = log;
        this.answers = process.inputReader(UTF_8);
        this.orders = new OutputStreamWriter(process.getOutputStream(), UTF_8);
        this.figures = new ProcessFigures(process.pid());
        this.port = (int) answer("port");
    }

    /** Starts it and waits until it listens. */
    static ServerHandle start(String name, JavaCommand java) throws IOException {
        Path log = Files.createTempFile("relay-bench-" + name + "-", ".log");
        List<String> command = new ArrayList<>(java.command());
        command.addAll(List.of("serve", name));
        Process process =
                new ProcessBuilder(command).redirectError(log.toFile()).start();
        try {
            return new ServerHandle(name, process, log);
        } catch (IOException e) {
            process.destroyForcibly();
            throw new IOException(e.getMessage() + "; its log ends with\n" + tail(log), e);
        }
    }

    String name() {
        return name;
    }

    Dialect dialect() {
        return name.startsWith("relay") ? Dialect.RELAY : Dialect.PLAIN;
    }

    /** Whether it speaks TLS. */
    boolean isEncrypted() {
        return name.endsWith("-tls");
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    ProcessFigures figures() {
        return figures;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Bytes of the heap in use after a collection. */
    long heapBytes() throws IOException {
        return ask("heap");
    }

    /** Bytes of the heap in use, garbage included; disturbs nobody. */
    long heapUsedBytes() throws IOException {
        return ask("used");
    }

    @Override
    public void close() throws IOException {
        try (answers;
                orders) {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private long ask(String what) throws IOException {
        orders.write(what + "\n");
        orders.flush();
        return answer(what);
    }

    private long answer(String what) throws IOException {
        String line = answers.readLine();
        if (line == null || !line.startsWith(what + " ")) {
            throw new IOException("server " + name + " did not say its " + what + " but " + line);
        }
        return Long.parseLong(line.substring(what.length() + 1));
    }

    /** The last lines it wrote to its standard error. */
    String logTail() {
        return tail(log);
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log, UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
