package dev.relay.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** An append comes while the writer ends. Result: whether it was accepted, and how many outcomes were told. */
@JCStressTest
@Outcome(
        id = {"0, 0", "1, 1"},
        expect = ACCEPTABLE,
        desc = "accepted and told, or neither")
@Outcome(id = "1, 0", expect = FORBIDDEN, desc = "append accepted, outcome never told")
@Outcome(expect = FORBIDDEN, desc = "refused and told, or told twice")
@State
public class JournalWriterEndStress {
    private static final int ATTEMPTS = 200; // until the writer is open

    private final WriterFixture fixture = new WriterFixture(true);

    @Actor
    public void home(II_Result result) {
        for (int attempt = 0; attempt < ATTEMPTS && result.r1 == 0; attempt++) {
            result.r1 = fixture.append() ? 1 : 0;
        }
    }

    @Actor
    public void writer() {
        fixture.writer.run();
    }

    @Arbiter
    public void count(II_Result result) {
        result.r2 = fixture.told.get();
    }
}
