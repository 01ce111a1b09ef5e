package dev.relay.internal.session;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The last connection of a user goes while another one comes. Result: clients and users. */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "one of one user")
@Outcome(id = "1, 0", expect = FORBIDDEN, desc = "user forgotten who has a connection")
@Outcome(expect = FORBIDDEN, desc = "connection counted twice or not at all")
@State
public class PopulationLeaveStress {
    private final Population population = PopulationFixture.of(2);

    public PopulationLeaveStress() {
        population.came("ann");
    }

    @Actor
    public void shard() {
        population.left("ann");
    }

    @Actor
    public void otherShard() {
        population.came("ann");
    }

    @Arbiter
    public void count(II_Result result) {
        result.r1 = population.clients();
        result.r2 = population.users();
    }
}
