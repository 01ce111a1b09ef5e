package dev.relay.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page about the protocol names tests that there are. */
class ProtocolManualIT {
    private static final Path ROOT = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+(?:Test|IT))\\.(\\w+)`");

    @Test
    void every_test_it_names_exists() throws IOException {
        Map<String, String> sources = sources();

        assertThat(TEST.matcher(Files.readString(ROOT.resolve("docs/protocol.md")))
                        .results())
                .hasSizeGreaterThan(50)
                .allSatisfy(named -> assertThat(sources.getOrDefault(named.group(1), ""))
                        .as(named.group())
                        .contains("void " + named.group(2) + "("));
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(tests)) {
                    for (Path file : files.filter(file -> file.toString().endsWith(".java"))
                            .toList()) {
                        String name = Objects.toString(file.getFileName());
                        sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
                    }
                }
            }
        }
        return sources;
    }
}
