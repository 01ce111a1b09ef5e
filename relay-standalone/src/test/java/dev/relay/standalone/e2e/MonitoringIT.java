package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the running jar tells Prometheus, and whether the files we ship for it and for Grafana ask for what there is. */
@SuppressWarnings("NullAway.Init") // by JUnit
class MonitoringIT {
    private static final Path DEPLOY = Path.of("..", "deploy");
    private static final Pattern NAME = Pattern.compile("\\b(?:relay|jvm|process)_[a-z0-9_]+\\b");
    private static final Pattern HISTOGRAM_PART = Pattern.compile("_(?:bucket|sum|count)$");

    @TempDir
    Path directory;

    @Test
    void promtool_finds_nothing_to_say_about_a_scrape() throws Exception {
        try (RelayProcess relay = RelayProcess.ready(RelaySettings.in(directory));
                Bystander bystander = Bystander.on(relay, "news")) {
            bystander.stillReceives();

            String scrape = scrape(relay);

            assertThat(promtool(scrape, "check", "metrics")).isEmpty();
            assertThat(scrape.lines())
                    .contains("relay_connections 1.0", "relay_users 1.0")
                    .anyMatch(line -> line.matches("relay_delivery_latency_seconds_count [1-9].*"))
                    .anyMatch(line -> line.matches("relay_received_bytes_total [1-9].*"))
                    .anyMatch(line -> line.matches("relay_sent_bytes_total [1-9].*"));
        }
    }

    @Test
    void who_is_turned_away_is_counted_by_the_reason() throws Exception {
        try (RelayProcess relay = RelayProcess.ready(RelaySettings.in(directory));
                Socket stranger = RawWebSocket.dial(relay.port())) {
            stranger.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: relay\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(stranger.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 404 ");

            assertThat(scrape(relay))
                    .contains("relay_connections_refused_total{reason=\"request\"} 1.0\n")
                    .contains("relay_connections_refused_total{reason=\"full\"} 0.0\n")
                    .contains("relay_connections_opened_total 0.0\n");
        }
    }

    @Test
    void promtool_accepts_the_rules_and_their_tests() throws Exception {
        Path rules = DEPLOY.resolve("prometheus");

        assertThat(promtool(
                        "", "check", "rules", rules.resolve("relay.rules.yaml").toString()))
                .contains("SUCCESS");
        assertThat(promtool(
                        "",
                        "test",
                        "rules",
                        rules.resolve("relay.rules.test.yaml").toString()))
                .contains("SUCCESS");
    }

    @Test
    void whatever_dashboard_and_rules_ask_for_is_in_a_scrape() throws SQLException, IOException {
        RelaySettings settings =
                JournalDatabase.mysql().use(RelaySettings.in(directory)).with("RELAY_OUTBOX", "true");
        try (RelayProcess relay = RelayProcess.ready(settings)) {
            Set<String> there = new TreeSet<>();
            scrape(relay)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> there.add(line.replaceFirst("[ {].*", "")));

            assertThat(there).containsAll(asked("prometheus/relay.rules.yaml", "expr: .*|^ +[a-z_]+\\(.*"));
            assertThat(there).containsAll(asked("grafana/relay.json", "\"expr\": .*|\"definition\": .*"));
        }
    }

    @Test
    void without_the_switch_there_are_no_metrics() {
        try (RelayProcess relay = RelayProcess.ready(RelaySettings.in(directory).with("RELAY_METRICS", "false"))) {
            assertThat(relay.get("/metrics").status()).isEqualTo(404);
            assertThat(relay.get("/health").body())
                    .matches("\\{\"status\":\"ready\",\"reason\":\"\",\"version\":\".+\",\"uptime_seconds\":[0-9]+,"
                            + "\"connections\":0,\"clients\":0,\"journal\":\"direct\",\"journal_warnings\":[0-9]+}");
        }
    }

    /** On a loaded machine the first may take longer than a request is waited for. */
    private static String scrape(RelayProcess relay) {
        RelayProcess.Answer[] last = new RelayProcess.Answer[1];
        Await.until(
                "a scrape",
                Duration.ofSeconds(60),
                () -> {
                    last[0] = relay.get("/metrics");
                    return last[0].status() == 200;
                },
                () -> last[0] + "\n" + relay);
        return last[0].body();
    }

    /** The names of metrics in those parts of a file that match. */
    private static Set<String> asked(String file, String where) throws IOException {
        Set<String> names = new TreeSet<>();
        Matcher lines = Pattern.compile(where, Pattern.MULTILINE).matcher(Files.readString(DEPLOY.resolve(file)));
        while (lines.find()) {
            Matcher name = NAME.matcher(lines.group());
            while (name.find()) {
                names.add(name.group());
            }
        }
        assertThat(names).as(file).hasSizeGreaterThan(10).anyMatch(HISTOGRAM_PART.asPredicate());
        return names;
    }

    /** What it prints; it must succeed. */
    private String promtool(String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Path in = Files.writeString(directory.resolve("promtool.in"), input);
        Path out = directory.resolve("promtool.out");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "promtool is not installed (Debian: prometheus): " + e.getMessage());
            throw e;
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String printed = Files.readString(out, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }
}
