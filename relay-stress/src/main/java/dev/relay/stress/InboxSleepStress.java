package dev.relay.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.relay.internal.shard.Inbox;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two tasks are offered while the shard is about to sleep. Result: whether the shard sleeps, and how often it is woken. */
@JCStressTest
@Outcome(id = "1, 0", expect = FORBIDDEN, desc = "task accepted, shard asleep")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "asleep, and woken")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the shard saw the task and did not sleep")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "both saw each other: a wake-up for nothing")
@Outcome(expect = FORBIDDEN, desc = "woken twice for one sleep")
@State
public class InboxSleepStress {
    private final AtomicInteger wakeups = new AtomicInteger();
    private final Inbox inbox = new Inbox(4, wakeups::incrementAndGet);

    @Actor
    public void producer() {
        inbox.offer(() -> {});
        inbox.offer(() -> {});
    }

    @Actor
    public void shard(II_Result result) {
        result.r1 = inbox.beginSleep() ? 1 : 0;
    }

    @Arbiter
    public void count(II_Result result) {
        result.r2 = wakeups.get();
    }
}
