package dev.relay.internal.session;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Two threads have handlers of one session called, two times each. The counter is plain: calls must not overlap. */
@JCStressTest
@Outcome(id = "4", expect = ACCEPTABLE, desc = "all called, one after the other")
@Outcome(expect = FORBIDDEN, desc = "call lost, or two calls for one session at the same time")
@State
public class SerialStress {
    private final Serial serial = new Serial(Runnable::run);
    private int called;

    @Actor
    public void shard() {
        serial.execute(() -> called++);
        serial.execute(() -> called++);
    }

    @Actor
    public void other() {
        serial.execute(() -> called++);
        serial.execute(() -> called++);
    }

    @Arbiter
    public void count(I_Result result) {
        result.r1 = called;
    }
}
