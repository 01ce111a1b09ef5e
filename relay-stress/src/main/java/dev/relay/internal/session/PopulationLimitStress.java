package dev.relay.internal.session;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two connections of a user who may have one. Result: who came, and how many clients there are. */
@JCStressTest
@Outcome(
        id = {"1, 0, 1", "0, 1, 1"},
        expect = ACCEPTABLE,
        desc = "one came")
@Outcome(id = "1, 1, 2", expect = FORBIDDEN, desc = "more connections than the user may have")
@Outcome(expect = FORBIDDEN, desc = "nobody came, or was counted wrongly")
@State
public class PopulationLimitStress {
    private final Population population = PopulationFixture.of(1);

    @Actor
    public void shard(III_Result result) {
        result.r1 = population.came("ann") ? 1 : 0;
    }

    @Actor
    public void otherShard(III_Result result) {
        result.r2 = population.came("ann") ? 1 : 0;
    }

    @Arbiter
    public void count(III_Result result) {
        result.r3 = population.clients();
    }
}
