package dev.relay.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * An append comes while the writer is about to sleep: the whole class, with a journal that stops it after the append.
 * Result: whether the writer slept its two seconds through, and how many outcomes were told.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "committed and told")
@Outcome(id = "1, 1", expect = FORBIDDEN, desc = "append accepted, writer asleep")
@Outcome(expect = FORBIDDEN, desc = "append accepted, outcome never told")
@State
public class JournalWriterSleepStress {
    private static final long SLEPT_THROUGH_NANOS = TimeUnit.MILLISECONDS.toNanos(1900);

    private final WriterFixture fixture = new WriterFixture(false);

    @Actor
    public void home() {
        while (!fixture.append()) {
            Thread.onSpinWait(); // it is being opened
        }
    }

    @Actor
    public void writer(II_Result result) {
        long begun = System.nanoTime();
        fixture.writer.run();
        result.r1 = System.nanoTime() - begun >= SLEPT_THROUGH_NANOS ? 1 : 0;
    }

    @Arbiter
    public void count(II_Result result) {
        result.r2 = fixture.told.get();
    }
}
