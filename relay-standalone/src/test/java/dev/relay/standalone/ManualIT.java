package dev.relay.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.standalone.config.ChannelOptionsReader;
import dev.relay.standalone.config.JournalArguments;
import dev.relay.standalone.config.Option;
import dev.relay.standalone.config.TokenArguments;
import dev.relay.standalone.config.TokenOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The manual says what the program does. */
class ManualIT {
    private static final Path ROOT = Path.of("..");

    private static List<String> section(String title) throws IOException {
        String manual = Files.readString(ROOT.resolve("docs/configuration.md"));
        return Arrays.stream(manual.split("(?m)^## "))
                .filter(section -> section.startsWith(title + "\n"))
                .flatMap(String::lines)
                .toList();
    }

    @Test
    void its_table_of_options_is_the_programs() throws IOException {
        Stream<String> expected = Option.all().stream()
                .map(option -> "| `" + option.key() + "`" + mark(option) + " | " + option.help() + " | "
                        + option.legal() + " | " + option.defaultShown() + " |");

        assertThat(section("Options").stream().filter(line -> line.startsWith("| `")))
                .containsExactlyElementsOf(expected.toList());
    }

    private static String mark(Option<?> option) {
        if (option.secret()) {
            return " (secret)";
        }
        return option.inFile() ? " (file)" : "";
    }

    @Test
    void its_table_of_channel_options_is_the_programs() throws IOException {
        List<String> section = section("Channel options");

        assertThat(section.stream()
                        .filter(line -> line.matches("\\| `[a-z_]+` \\|.*"))
                        .map(line -> line.replaceFirst("\\| `([a-z_]+)`.*", "$1")))
                .containsExactlyElementsOf(ChannelOptionsReader.available());
        assertThat(String.join(" ", section))
                .contains(ChannelOptionsReader.later().stream()
                        .map(name -> "`" + name + "`")
                        .toList());
    }

    @Test
    void its_flags_of_the_subcommand_token_are_the_programs() throws IOException {
        Stream<String> expected = Arrays.stream(TokenArguments.Flag.values())
                .map(flag -> "| `" + flag.flag() + " " + flag.value() + "` | " + flag.help() + " |");

        assertThat(Files.readString(ROOT.resolve("docs/tokens.md")).lines().filter(line -> line.startsWith("| `--")))
                .containsExactlyElementsOf(expected.toList());
    }

    @Test
    void its_page_about_finding_shows_every_action_of_the_subcommand_journal() throws IOException {
        String manual = Files.readString(ROOT.resolve("docs/finding.md"));

        for (JournalArguments.Action action : JournalArguments.Action.values()) {
            assertThat(manual)
                    .contains("java -jar relay-standalone.jar journal " + action.word())
                    .contains("| `" + action.word() + "` | ");
        }
        for (String method : List.of("journal_find", "journal_streams", "journal_events", "journal_replay")) {
            assertThat(manual).contains("`" + method + "`");
        }
    }

    @Test
    void it_names_every_option_of_tokens_where_tokens_are_explained() throws IOException {
        String manual = Files.readString(ROOT.resolve("docs/tokens.md"));
        TokenOptions tokens = Option.CONNECTION_TOKENS;

        for (Option<?> option : List.of(
                tokens.hmacSecret(),
                tokens.hmacSecretPrevious(),
                tokens.hmacSecretPreviousUntil(),
                tokens.rsaPublicKey(),
                tokens.ecdsaPublicKey(),
                tokens.jwksUrl(),
                tokens.audience(),
                tokens.issuer(),
                tokens.userClaim())) {
            assertThat(manual).contains(option.key());
        }
    }

    @Test
    void it_shows_how_a_token_is_made_as_the_test_does() throws IOException {
        String test = Files.readString(
                ROOT.resolve("relay-websocket/src/test/java/dev/relay/websocket/LibraryTokensTest.java"));

        assertThat(Files.readString(ROOT.resolve("docs/tokens.md")))
                .contains("```java\n" + snippet(test, "nimbus") + "```\n")
                .contains("```java\n" + snippet(test, "trust") + "```\n");
    }

    @Test
    void it_shows_the_outbox_as_the_sample_uses_it() throws IOException {
        String sample =
                Files.readString(ROOT.resolve("samples/outbox/src/main/java/dev/relay/samples/outbox/Orders.java"));
        String manual = Files.readString(ROOT.resolve("docs/outbox.md"));

        assertThat(manual).contains("```java\n" + snippet(sample, "drain") + "```\n");
        assertThat(sample.lines().map(String::strip)).containsSubsequence(code(manual, "OUTBOX.publish"));
    }

    private static List<String> code(String manual, String begin) {
        int start = manual.indexOf(begin);
        return manual.substring(start, manual.indexOf("```", start))
                .lines()
                .map(String::strip)
                .toList();
    }

    private static String snippet(String source, String name) {
        String begin = "// snippet: " + name + "\n";
        int start = source.indexOf(begin) + begin.length();
        return source.substring(start, source.indexOf("        // end of snippet", start))
                .replaceAll("(?m)^ {8}", "");
    }

    @Test
    void its_examples_of_sdks_are_those_that_are_run() throws IOException {
        String manual = Files.readString(ROOT.resolve("docs/sdks.md"));
        Path sources = Path.of("src/test");
        String javascript = Files.readString(sources.resolve("js/example.mjs"));
        String python = Files.readString(sources.resolve("python/example.py"));
        String java = Files.readString(sources.resolve("java/dev/relay/standalone/e2e/JavaExample.java"));

        assertThat(manual)
                .contains("```js\n" + unindentedSnippet(javascript, "// ") + "```\n")
                .contains("```python\n" + unindentedSnippet(python, "# ") + "```\n")
                .contains("```java\n" + snippet(java, "java") + "```\n");
    }

    /** The one snippet of a source in which it is not indented. */
    private static String unindentedSnippet(String source, String comment) {
        int begin = source.indexOf("\n" + comment + "snippet: ");
        return source.substring(source.indexOf('\n', begin + 1) + 1, source.indexOf(comment + "end of snippet", begin));
    }

    @Test
    void the_readme_shows_the_sample_that_is_compiled() throws IOException {
        String sample = Files.readString(
                ROOT.resolve("samples/embedded/src/main/java/dev/relay/samples/embedded/Embedded.java"));
        assertThat(Files.readString(ROOT.resolve("README.md")))
                .contains("```java\n" + snippet(sample, "engine") + "```\n");
    }
}
