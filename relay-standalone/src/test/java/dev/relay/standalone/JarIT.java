package dev.relay.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jar as users get it, in a process of its own. */
@Timeout(60)
class JarIT {
    private static final Path JAR = Path.of(System.getProperty("relay.jar", "target/relay-standalone.jar"));

    private final Path directory;

    JarIT(@TempDir Path directory) {
        this.directory = directory;
    }

    private record Ended(int code, String out, String err) {}

    private Ended run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        Path err = directory.resolve("stderr");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(err.toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), out, Files.readString(err));
    }

    @Test
    void the_version_is_that_of_the_build() throws Exception {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            Manifest manifest = jar.getManifest();
            assertThat(manifest.getMainAttributes().getValue("Enable-Native-Access"))
                    .isEqualTo("ALL-UNNAMED");
            String version = manifest.getMainAttributes().getValue("Implementation-Version");
            assertThat(run("--version")).isEqualTo(new Ended(0, "relay " + version + System.lineSeparator(), ""));
        }
    }

    @Test
    void help_is_printed_without_noise() throws Exception {
        Ended help = run("--help");

        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("--port");
        assertThat(help.err()).isEmpty();
    }

    @Test
    void a_token_is_printed_without_noise() throws Exception {
        Files.writeString(directory.resolve("relay.yaml"), "token_hmac_secret: secret\n");

        Ended token = run("token", "--user", "42");

        assertThat(token.code()).isZero();
        assertThat(token.out()).matches("eyJ[-_A-Za-z0-9]+\\.[-_A-Za-z0-9]+\\.[-_A-Za-z0-9]+\\R");
        assertThat(token.err()).isEmpty();
    }

    @Test
    void bad_configuration_ends_with_2() throws Exception {
        Ended ended = run("--port=x");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("port = \"x\"");
    }

    @Test
    void a_data_directory_held_by_another_process_ends_with_1() throws Exception {
        try (DataDirectory held = DataDirectory.open(directory.resolve("relay-data"))) {
            Ended ended = run("--port=0", "--http-port=0");

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.err()).contains(held.path().toString()).contains("is in use by another process (pid");
        }
    }

    @Test
    void the_jar_holds_no_signatures_and_no_module_descriptors() throws Exception {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.stream().map(entry -> entry.getName()))
                    .noneMatch(name ->
                            name.endsWith("module-info.class") || name.matches("META-INF/[^/]*\\.(SF|DSA|RSA)"));
        }
    }
}
