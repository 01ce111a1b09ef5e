package dev.relay.standalone.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the manual and the files for Prometheus and Grafana say about metrics, against the program's table of them. */
class MetricsManualIT {
    private static final Path ROOT = Path.of("..");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");

    @Test
    void its_table_of_metrics_is_the_programs() throws IOException {
        Stream<String> expected = Exposed.all().stream()
                .map(metric -> "| `" + metric.queriedName() + "` | "
                        + metric.kind().name().toLowerCase(Locale.ROOT) + " | "
                        + (metric.label().isEmpty() ? "" : "`" + metric.label() + "`") + " | `"
                        + metric.registryName() + "` | " + metric.description() + " |");

        assertThat(Files.readString(ROOT.resolve("docs/metrics.md"))
                        .lines()
                        .filter(line -> line.startsWith("| `relay_")))
                .containsExactlyElementsOf(expected.toList());
    }

    @Test
    void its_page_about_monitoring_has_a_section_for_each_alert() throws IOException {
        Set<String> alerts = new TreeSet<>();
        Matcher matcher = ALERT.matcher(Files.readString(ROOT.resolve("deploy/prometheus/relay.rules.yaml")));
        while (matcher.find()) {
            alerts.add(matcher.group(1));
        }
        Set<String> sections = new TreeSet<>();
        Files.readString(ROOT.resolve("docs/monitoring.md"))
                .lines()
                .filter(line -> line.startsWith("### Relay"))
                .forEach(line -> sections.add(line.substring(4)));

        assertThat(sections).isNotEmpty().isEqualTo(alerts);
    }

    @Test
    void every_alert_has_a_test() throws IOException {
        String tests = Files.readString(ROOT.resolve("deploy/prometheus/relay.rules.test.yaml"));
        Matcher matcher = ALERT.matcher(Files.readString(ROOT.resolve("deploy/prometheus/relay.rules.yaml")));
        while (matcher.find()) {
            assertThat(tests).contains("alertname: " + matcher.group(1) + "\n");
        }
    }
}
