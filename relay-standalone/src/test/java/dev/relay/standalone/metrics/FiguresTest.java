package dev.relay.standalone.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.relay.standalone.api.JsonOutput;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private final MetricRegistry registry = new MetricRegistry();
    private final Figures figures = new Figures(registry);

    private void gauge(String name, Gauge<?> gauge) {
        registry.register(name, gauge);
    }

    @Test
    void every_kind_of_figure_is_written_and_what_cannot_be_had_is_left_out() {
        gauge("a.whole", () -> 7L);
        gauge("b.decimal", () -> 0.5);
        gauge("c.none", () -> Double.NaN);
        gauge("d.text", () -> "x");
        gauge("e.broken", () -> {
            throw new IllegalStateException("closed");
        });
        registry.counter("f.counter").inc(3);
        registry.histogram("g.histogram").update(4);
        gauge("relay.shard.busy.0", () -> 1_500_000_000L);

        String written = new String(
                JsonOutput.document(out -> {
                    out.beginObject();
                    figures.write(out);
                    out.endObject();
                }),
                UTF_8);

        assertThat(written)
                .isEqualTo("{\"a.whole\":7,\"b.decimal\":0.5,\"f.counter\":3,\"g.histogram\":{\"count\":1,\"mean\":4.0,"
                        + "\"p50\":4.0,\"p95\":4.0,\"p99\":4.0,\"max\":4.0},\"relay.shard.busy.0\":1.5}");
        assertThat(figures.number("a.whole")).isEqualTo(7);
        assertThat(figures.number("e.broken")).isZero();
        assertThat(figures.number("no.such")).isZero();
    }
}
