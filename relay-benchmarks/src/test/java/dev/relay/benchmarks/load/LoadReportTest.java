package dev.relay.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoadReportTest {
    private static final List<Workload> WORKLOADS = Workload.all(true, 100).subList(0, 1);

    @Test
    void a_table_shows_the_median_with_its_range_and_every_fault() {
        LoadReport report = report(
                measurement(1, 3.0, Tally.CLEAN, null),
                measurement(2, 1.0, new Tally(2, 1, 0, 0), null),
                measurement(3, 1.5, Tally.CLEAN, "the server ended"));

        assertThat(report.markdown("chart.svg"))
                .contains("](chart.svg)")
                .contains("| relay | 1.50 [1.00–3.00] |")
                .contains("| 2/1/0, 1 not finished |");
    }

    @Test
    void a_measurement_is_one_line_of_json() {
        assertThat(measurement(2, 1.25, new Tally(1, 0, 0, 0), "said \"no\"\n").json())
                .isEqualTo("{\"server\":\"relay\",\"workload\":\"fan-out\",\"repetition\":2,\"java\":\"17\","
                        + "\"cpu_us_per_delivery\":1.250,\"lost\":1,\"duplicated\":0,\"reordered\":0,\"corrupted\":0,"
                        + "\"fault\":\"said \\\"no\\\"\\u000a\"}");
    }

    @Test
    void the_chart_has_a_bar_for_each_server_with_its_value() {
        String chart = report(measurement(1, 0.16, Tally.CLEAN, null)).chart();

        assertThat(chart).startsWith("<svg ").contains(">relay</text>", ">0.16</text>", "1 → 200, 16 in flight");
    }

    @Test
    void only_what_was_finished_without_a_fault_is_clean() {
        assertThat(measurement(1, 1, Tally.CLEAN, null).isClean()).isTrue();
        assertThat(measurement(1, 1, Tally.CLEAN, "ended").isClean()).isFalse();
        assertThat(measurement(1, 1, new Tally(0, 0, 1, 0), null).isClean()).isFalse();
    }

    private static LoadReport report(Measurement... measurements) {
        return new LoadReport(WORKLOADS, List.of("relay"), List.of(measurements), "2 processors");
    }

    private static Measurement measurement(int repetition, double cpu, Tally tally, @Nullable String fault) {
        return new Measurement("relay", "fan-out", repetition, "17", Map.of(Figure.CPU_MICROS, cpu), tally, fault);
    }
}
