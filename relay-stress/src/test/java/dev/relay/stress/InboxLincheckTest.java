package dev.relay.stress;

import dev.relay.internal.shard.Inbox;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * The inbox is what its sequential self would be, in every interleaving of a few calls: tasks are taken in the order in which
 * they were accepted, none is lost or refused without reason, and who sleeps while something waits has been woken.
 *
 * <p>A single {@code poll} may overlook a task whose predecessor is not complete yet; a turn, which ends with the question
 * whether the shard may sleep, must not. So the turn is the operation.
 */
public class InboxLincheckTest {
    private static final int CAPACITY = 16; // more than a scenario offers: LaneStress fills one

    private final AtomicInteger wakeups = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final Inbox inbox = new Inbox(CAPACITY, wakeups::incrementAndGet);

    // the shard's
    private boolean asleep;
    private boolean closed;
    private int wakeupsBefore;

    private record Task(int number, AtomicInteger done) implements Runnable {
        @Override
        public void run() {
            done.incrementAndGet();
        }
    }

    @Operation
    public boolean offer(int number) {
        boolean taken = inbox.offer(new Task(number, done));
        if (taken) {
            accepted.incrementAndGet();
        }
        return taken;
    }

    /** Wakes up, runs all there is, and goes to sleep; the numbers of what has run. */
    @Operation(nonParallelGroup = "shard")
    public List<Integer> turn() {
        List<Integer> run = new ArrayList<>();
        if (closed) {
            return run;
        }
        inbox.endSleep();
        asleep = false;
        do {
            for (Runnable task = inbox.poll(); task != null; task = inbox.poll()) {
                task.run();
                run.add(((Task) task).number);
            }
            wakeupsBefore = wakeups.get();
        } while (!inbox.beginSleep());
        asleep = true;
        return run;
    }

    /** The shard's last act: what it leaves behind is run by whoever comes last. */
    @Operation(nonParallelGroup = "shard", runOnce = true)
    public void close() {
        closed = true;
        inbox.close();
    }

    @Validate
    public void nothingIsLeftBehind() {
        if (closed && done.get() != accepted.get()) {
            throw new IllegalStateException("accepted but never run");
        } else if (!closed && asleep && !inbox.isEmpty() && wakeups.get() == wakeupsBefore) {
            throw new IllegalStateException("task accepted, shard asleep");
        } else if (!closed && asleep && wakeups.get() > wakeupsBefore + 1) {
            throw new IllegalStateException("woken twice for one sleep");
        }
    }

    /** Small ones: of larger ones so few interleavings are tried in the time that a lost wake-up is not found. */
    @Test
    void every_interleaving_of_small_scenarios() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(0)
                .iterations(30)
                .invocationsPerIteration(1000)
                .check(InboxLincheckTest.class);
    }

    @Test
    void real_threads() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .iterations(20)
                .invocationsPerIteration(3000)
                .check(InboxLincheckTest.class);
    }
}
