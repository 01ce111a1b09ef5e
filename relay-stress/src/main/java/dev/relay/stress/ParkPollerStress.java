package dev.relay.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.relay.internal.shard.Inbox;
import dev.relay.internal.shard.ParkPoller;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A shard waits on its poller as {@code Shard.turn} does, from its first turn on, while a task comes. A wait that nobody
 * ends is bounded here, so that it can be seen; the bound is far beyond what a busy machine keeps a thread waiting.
 */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "the task was found")
@Outcome(id = "1", expect = FORBIDDEN, desc = "shard parked, wake-up lost")
@State
public class ParkPollerStress {
    private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ParkPoller poller = new ParkPoller();
    private final Inbox inbox = new Inbox(4, poller::wakeup);

    @Actor
    public void producer() {
        inbox.offer(() -> {});
    }

    @Actor
    public void shard(I_Result result) {
        while (inbox.poll() == null) {
            if (inbox.beginSleep()) {
                long begun = System.nanoTime();
                poller.poll(BOUND_NANOS);
                inbox.endSleep();
                if (System.nanoTime() - begun >= BOUND_NANOS) {
                    result.r1 = 1;
                }
            }
        }
    }
}
