package dev.relay.internal.journal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.relay.internal.journal.JournalWriter.State;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.infra.results.II_Result;

/** Health is asked for while the journal becomes unusable. Result: whether the state is the new one, and the detail. */
@JCStressTest
@Outcome(
        id = {"0, 0", "0, 1", "1, 1"},
        expect = ACCEPTABLE,
        desc = "a state with its detail, or a newer one")
@Outcome(id = "1, 0", expect = FORBIDDEN, desc = "state told with the reason of the one before")
@org.openjdk.jcstress.annotations.State
public class AvailabilityStress {
    private static final RuntimeException CAUSE = new RuntimeException("gone");

    private final Availability availability = new Availability();

    @Actor
    public void writer() {
        availability.unusable(State.UNAVAILABLE, "append", CAUSE);
    }

    @Actor
    public void health(II_Result result) {
        result.r1 = availability.state() == State.UNAVAILABLE ? 1 : 0;
        result.r2 = availability.detail().equals("append: gone") ? 1 : 0;
    }
}
