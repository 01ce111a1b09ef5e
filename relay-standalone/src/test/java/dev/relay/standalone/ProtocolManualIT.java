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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages about the protocols and about the edge name tests that there are, and all that there are about RFC 6455. */
class ProtocolManualIT {
    private static final Path ROOT = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+(?:Test|IT))\\.(\\w+)`");
    private static final Pattern METHOD = Pattern.compile("(?m)^    void (\\w+)\\(");

    @ParameterizedTest
    @CsvSource({"docs/protocol.md, 50", "docs/rfc6455.md, 70", "docs/edge.md, 30"})
    void every_test_it_names_exists(String page, int least) throws IOException {
        Map<String, String> sources = sources();

        assertThat(TEST.matcher(Files.readString(ROOT.resolve(page))).results())
                .hasSizeGreaterThan(least)
                .allSatisfy(named -> assertThat(sources.getOrDefault(named.group(1), ""))
                        .as(named.group())
                        .contains("void " + named.group(2) + "("));
    }

    @Test
    void every_test_about_rfc_6455_is_named() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/rfc6455.md"));

        assertThat(sources().entrySet().stream()
                        .filter(source -> source.getKey().startsWith("Rfc6455"))
                        .flatMap(source -> METHOD.matcher(source.getValue())
                                .results()
                                .map(method -> "`" + source.getKey() + "." + method.group(1) + "`")))
                .hasSizeGreaterThan(50)
                .allSatisfy(test -> assertThat(page).contains(test));
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
