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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages about the protocol and about the edge name tests that there are. */
class ProtocolManualIT {
    private static final Path ROOT = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+(?:Test|IT))\\.(\\w+)`");

    @ParameterizedTest
    @CsvSource({"docs/protocol.md, 50", "docs/edge.md, 30"})
    void every_test_it_names_exists(String page, int least) throws IOException {
        Map<String, String> sources = sources();

        assertThat(TEST.matcher(Files.readString(ROOT.resolve(page))).results())
                .hasSizeGreaterThan(least)
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
