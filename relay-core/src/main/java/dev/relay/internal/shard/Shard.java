package dev.relay.internal.shard;

import static java.util.Objects.requireNonNull;

import dev.relay.RelayClock;
import dev.relay.transport.Poller;
import dev.relay.transport.ShardContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread, one turn after the other: wait for sockets, drain the inbox, run timers, flush.
 *
 * <p><b>Threading.</b> {@link #offer}, {@link #put}, {@link #tell}, {@link #stop} and {@link #isCongested} from any thread; the rest on
 * the shard's thread, or, before it starts, on the thread that builds the engine.
 */
public final class Shard implements Runnable {
    /** What happens in a turn beside sockets and tasks. */
    public interface Duties {
        /** Sends what the turn has produced. */
        void flush();

        /** Tries again what waits for room elsewhere, before {@link #flush}; returns whether something still waits. */
        boolean retry();
    }

    private static final int INBOX_CAPACITY = 1 << 16;
    private static final int TASKS_PER_TURN = 4096; // then sockets and timers get their turn
    private static final long RETRY_NANOS = 1_000_000; // how soon what waits for room is tried again

    private final int index;
    private final RelayClock clock;
    private final ShardMeter meter;
    private final Inbox inbox;
    private final TimingWheel wheel;
    private @Nullable TimingWheel fineWheel; // since the first that needs it
    private final List<Lane> lanes = new ArrayList<>();
    private final Consumer<Throwable> onFailure;
    private Poller poller = new ParkPoller();
    private @Nullable Duties duties;
    private boolean running = true;
    private boolean retries; // something waits for room elsewhere

    // Written by the shard before its first turn and behind its last, read by whoever reads metrics: whose time is
    // asked for.
    private volatile @Nullable Thread thread;

    // Written by whoever has asked last: what is told when the thread has ended. Races only make it a little older.
    private volatile long busyNanos;

    // Written by the shard, read by everybody who asks to publish: a home that could not pass on what it has admits no
    // more.
    private volatile boolean congested;

    /** @param onFailure told of a throwable that this shard cannot go on after */
    public Shard(int index, RelayClock clock, Consumer<Throwable> onFailure) {
        this(index, clock, onFailure, INBOX_CAPACITY);
    }

    /** With an inbox that a test can fill. */
    Shard(int index, RelayClock clock, Consumer<Throwable> onFailure, int inboxCapacity) {
        this.index = index;
        this.clock = clock;
        this.onFailure = onFailure;
        this.meter = new ShardMeter(clock);
        this.inbox = new Inbox(inboxCapacity, () -> poller.wakeup());
        this.wheel = new TimingWheel(clock.nanoTime());
    }

    /** Completes the shard before its thread starts. */
    public void prepare(List<Shard> all, Poller poller, Duties duties) {
        for (Shard target : all) {
            lanes.add(new Lane(target));
        }
        this.poller = poller;
        this.duties = duties;
    }

    public int index() {
        return index;
    }

    public RelayClock clock() {
        return clock;
    }

    /** What is counted here. */
    public ShardMeter meter() {
        return meter;
    }

    /** Tasks that wait for this shard, about. Any thread. */
    public int inboxSize() {
        return inbox.size();
    }

    /** Processor time of the shard's thread; 0 where the machine cannot tell. Any thread. */
    public long busyNanos() {
        Thread running = thread;
        long nanos = running == null ? -1 : ProcessorTime.ofThread(running);
        if (nanos > busyNanos) {
            busyNanos = nanos;
        }
        return busyNanos;
    }

    public Poller poller() {
        return poller;
    }

    /** Hands a task to this shard; {@code false} iff its inbox is full or it has ended. Any thread. */
    public boolean offer(Runnable task) {
        return inbox.offer(task);
    }

    /** Hands a task to this shard, waiting for room. Not from a shard's thread. {@code false} iff it has ended. */
    public boolean put(Runnable task) {
        return inbox.put(task);
    }

    /**
     * Tells this shard something that somebody waits to hear, waiting for room. Not from a shard's thread. If the shard has
     * ended, the caller runs the task, one at a time.
     */
    public void tell(Runnable news) {
        inbox.tell(news);
    }

    /**
     * Hands a task to another shard (or runs it at once if it is this one), in order with everything this shard has sent
     * there before. Never fails: what does not fit waits here, and until it is gone {@link #isCongested}.
     */
    public void send(int target, Runnable task) {
        if (target == index) {
            task.run();
        } else {
            lanes.get(target).send(task);
        }
    }

    /** Whether something waits here for room in another shard's inbox. Any thread. */
    public boolean isCongested() {
        return congested;
    }

    public ShardContext.Timer schedule(long delayNanos, Runnable task) {
        return wheel.schedule(clock.nanoTime(), delayNanos, task);
    }

    /** The same for some milliseconds at most, with a resolution of one. */
    public ShardContext.Timer scheduleSoon(long delayNanos, Runnable task) {
        if (fineWheel == null) {
            fineWheel = TimingWheel.fine(clock.nanoTime());
        }
        return fineWheel.schedule(clock.nanoTime(), delayNanos, task);
    }

    /** Ends the thread after the current turn. Any thread. */
    public void stop() {
        inbox.put(() -> running = false);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            while (running) {
                turn(true);
            }
        } catch (Throwable e) { // the top of the thread: nothing below could go on
            onFailure.accept(e);
        } finally {
            busyNanos();
            thread = null;
            inbox.close();
            poller.close();
        }
    }

    /** One turn; waits for something to do only if {@code mayWait}. */
    public void turn(boolean mayWait) {
        Duties work = requireNonNull(duties, "prepared");
        if (!mayWait || !inbox.beginSleep()) {
            poller.poll(0);
        } else {
            long now = clock.nanoTime();
            long timeout = wheel.nanosUntilNext(now);
            if (fineWheel != null) {
                timeout = Math.min(timeout, fineWheel.nanosUntilNext(now));
            }
            poller.poll(retries || congested ? Math.min(timeout, RETRY_NANOS) : timeout);
            inbox.endSleep();
        }
        for (int n = 0; n < TASKS_PER_TURN; n++) {
            Runnable task = inbox.poll();
            if (task == null) {
                break;
            }
            task.run();
        }
        long now = clock.nanoTime();
        wheel.advance(now);
        if (fineWheel != null) {
            fineWheel.advance(now);
        }
        retries = retryLanes() | work.retry();
        work.flush();
    }

    private boolean retryLanes() {
        if (!congested) {
            return false;
        }
        boolean waiting = false;
        for (Lane lane : lanes) {
            waiting |= !lane.retry();
        }
        congested = waiting;
        return waiting;
    }

    /**
     * The way from this shard to another: first in, first out, also across a full inbox. Bounded, although it has no limit
     * of its own: while it holds anything, this shard admits no publication, so it grows by no more than what was admitted.
     */
    private final class Lane {
        private final Shard target;
        private final ArrayDeque<Runnable> overflow = new ArrayDeque<>(0);

        Lane(Shard target) {
            this.target = target;
        }

        void send(Runnable task) {
            if (!overflow.isEmpty() || !target.inbox.offer(task)) {
                overflow.add(task);
                congested = true;
            }
        }

        /** Whether nothing waits any more. */
        boolean retry() {
            while (!overflow.isEmpty() && target.inbox.offer(overflow.element())) {
                overflow.remove();
            }
            if (target.inbox.isClosed()) {
                overflow.clear();
            }
            return overflow.isEmpty();
        }
    }
}
