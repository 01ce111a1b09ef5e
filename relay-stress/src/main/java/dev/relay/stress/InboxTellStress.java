package dev.relay.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.relay.internal.shard.Inbox;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** News that must be heard is told while the shard ends with a task left over. The counter is plain: tasks must not overlap. */
@JCStressTest
@Outcome(id = "2", expect = ACCEPTABLE, desc = "both heard, one after the other")
@Outcome(expect = FORBIDDEN, desc = "news lost, or two tasks of one shard at the same time")
@State
public class InboxTellStress {
    private final Inbox inbox = new Inbox(4, () -> {});
    private int heard;

    @Actor
    public void teller() {
        inbox.tell(() -> heard++);
    }

    @Actor
    public void shard() {
        inbox.offer(() -> heard++);
        inbox.close();
    }

    @Arbiter
    public void count(I_Result result) {
        result.r1 = heard;
    }
}
