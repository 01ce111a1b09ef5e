package dev.relay.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.relay.internal.channel.TagsFilter;
import dev.relay.transport.FilterNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Asking one subscriber's filter about one publication: what a delivery costs more. All of them want it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TagsFilterBenchmark {
    private static final Map<String, String> TAGS =
            Map.of("ticker", "ACME", "price", "101.25", "venue", "north", "kind", "trade");

    /** What is asked. */
    public enum Kind {
        EQUAL(leaf("ticker", "eq", "ACME")),
        NUMBER(leaf("price", "gte", "100")),
        TREE(new FilterNode(
                "and",
                "",
                "",
                "",
                List.of(),
                List.of(
                        new FilterNode("", "ticker", "in", "", List.of("ACME", "EXAMPLE", "OTHER"), List.of()),
                        leaf("price", "gt", "99.5"),
                        new FilterNode("not", "", "", "", List.of(), List.of(leaf("venue", "sw", "so"))),
                        leaf("halted", "nex", ""))));

        private final FilterNode node;

        Kind(FilterNode node) {
            this.node = node;
        }
    }

    @Param
    public Kind kind = Kind.EQUAL;

    private TagsFilter filter = requireNonNull(TagsFilter.compile(kind.node));

    @Setup
    public void setUp() {
        filter = requireNonNull(TagsFilter.compile(kind.node));
    }

    @Benchmark
    public boolean matches() {
        return filter.matches(TAGS);
    }

    private static FilterNode leaf(String key, String cmp, String val) {
        return new FilterNode("", key, cmp, val, List.of(), List.of());
    }
}
