package dev.relay.benchmarks;

import dev.relay.journal.Glob;
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

/** Whether one channel fits: what a list of channels costs for each of them. The last pattern is made to hurt. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class GlobBenchmark {
    @Param({"shop:*", "chat:*", "*:eu.*.created", "{shop,chat}:[a-z][a-z].store-????.*", "*e*e*e*e*e*e*e*e*e*e*e*e*e"})
    public String pattern = "*";

    private Glob glob = Glob.compile(pattern);

    @Setup
    public void setUp() {
        glob = Glob.compile(pattern);
    }

    @Benchmark
    public boolean matches() {
        return glob.matches("shop:eu.store-4711.orders.created");
    }
}
