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
        EQUAL,
        NUMBER,
        TREE
    }

    @Param
    public Kind kind = Kind.EQUAL;

    private TagsFilter filter = compile(kind);

    @Setup
    public void setUp() {
        filter = compile(kind);
    }

    @Benchmark
    public boolean matches() {
        return filter.matches(TAGS);
    }

    private static TagsFilter compile(Kind kind) {
        return requireNonNull(TagsFilter.compile(
                switch (kind) {
                    case EQUAL -> leaf("ticker", "eq", "ACME");
                    case NUMBER -> leaf("price", "gte", "100");
                    case TREE ->
                        inner(
                                "and",
                                new FilterNode("", "ticker", "in", "", List.of("ACME", "EXAMPLE", "OTHER"), List.of()),
                                leaf("price", "gt", "99.5"),
                                inner("not", leaf("venue", "sw", "so")),
                                leaf("halted", "nex", ""));
                }));
    }

    private static FilterNode inner(String op, FilterNode... nodes) {
        return new FilterNode(op, "", "", "", List.of(), List.of(nodes));
    }

    private static FilterNode leaf(String key, String cmp, String val) {
        return new FilterNode("", key, cmp, val, List.of(), List.of());
    }
}
