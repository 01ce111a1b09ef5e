package dev.relay.standalone.e2e;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples that {@code docs/sdks.md} shows, run against what it tells its readers to start. */
final class SdkExamplesIT {
    private final RelayProcess relay;
    private final Path output;

    SdkExamplesIT(@TempDir Path directory) {
        relay = RelayProcess.ready(
                RelaySettings.in(directory).without("RELAY_INSECURE").without("RELAY_CHANNEL_DEFAULTS"));
        output = directory.resolve("output");
    }

    @AfterEach
    void end() {
        relay.close();
    }

    @Test
    void the_example_in_javascript_runs() {
        String script = NodeScript.installed("example.mjs").toString();
        String webSocket = NodeScript.installed("websocket.mjs").toUri().toString();
        runs(List.of("node", "--import", webSocket, script, relay.url()), "received 1 hello", "kept 1 present 1");
    }

    @Test
    void the_example_in_python_runs() {
        String interpreter = PythonScript.interpreter().toString();
        String script = PythonScript.source("example.py").toString();
        runs(List.of(interpreter, script, relay.url()), "received 1 hello", "kept 1 present 1");
    }

    @Test
    void the_example_in_java_runs() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("java.class.path");
        runs(
                List.of(java, "-cp", classPath, JavaExample.class.getName(), relay.url()),
                "received 1 {\"text\":\"hello\"}",
                "kept 1");
    }

    private void runs(List<String> command, String... lines) {
        try (ChildProcess example = ChildProcess.start(output, command)) {
            for (String line : lines) {
                example.awaitPrinted(line);
            }
        }
    }
}
