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

/** Two tasks are offered while the shard ends. Result: how many were accepted, and how many have run. */
@JCStressTest
@Outcome(
        id = {"0, 0", "1, 1", "2, 2"},
        expect = ACCEPTABLE,
        desc = "what was accepted has run")
@Outcome(
        id = {"1, 0", "2, 0", "2, 1"},
        expect = FORBIDDEN,
        desc = "accepted but never run")
@Outcome(expect = FORBIDDEN, desc = "run although refused, or twice")
@State
public class InboxCloseStress {
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger run = new AtomicInteger();
    private final Inbox inbox = new Inbox(4, () -> {});

    @Actor
    public void producer() {
        offer();
        offer();
    }

    @Actor
    public void shard() {
        Runnable task = inbox.poll();
        if (task != null) {
            task.run();
        }
        inbox.close();
    }

    @Arbiter
    public void count(II_Result result) {
        result.r1 = accepted.get();
        result.r2 = run.get();
    }

    private void offer() {
        if (inbox.offer(run::incrementAndGet)) {
            accepted.incrementAndGet();
        }
    }
}
