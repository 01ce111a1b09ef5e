package dev.relay.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.relay.RelayClock;
import dev.relay.internal.channel.Admission;
import dev.relay.internal.shard.Shard;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Credit is taken and given back by two threads. Result: how many publications fit afterwards, of which one should. */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "all credit is back, and no more")
@Outcome(id = "0, 0", expect = FORBIDDEN, desc = "credit leaked: publishers are refused for ever")
@Outcome(expect = FORBIDDEN, desc = "credit invented: memory is not bounded")
@State
public class AdmissionStress {
    private static final Shard HOME = new Shard(0, RelayClock.system(), failure -> {});

    private final Admission admission = new Admission(HOME, 2000);

    @Actor
    public void publisher() {
        admission.release(admission.admit(1000));
    }

    @Actor
    public void otherPublisher() {
        admission.release(admission.admit(1000));
    }

    @Arbiter
    public void count(II_Result result) {
        result.r1 = admission.admit(1000) > 0 ? 1 : 0;
        result.r2 = admission.admit(1000) > 0 ? 1 : 0;
    }
}
