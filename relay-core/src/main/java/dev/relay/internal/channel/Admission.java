package dev.relay.internal.channel;

import dev.relay.internal.shard.Shard;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much may be on its way through one home. Who wants to publish is turned away here or not at all: past admission
 * nothing is dropped.
 *
 * <p><b>Threading.</b> Any thread; wait-free. The limit may be exceeded by as many publications as there are threads that
 * ask at the same moment, which is benign: it bounds memory, it does not share it out.
 */
public final class Admission {
    private static final int COST_OF_ONE = 512; // the objects around a payload, generously

    private final Shard home;
    private final long limitBytes;
    private final AtomicLong onTheWay = new AtomicLong();

    public Admission(Shard home, long limitBytes) {
        this.home = home;
        this.limitBytes = limitBytes;
    }

    /** Whether the home can pass on what it is given; enough for a publication that it passes on at once. */
    public boolean isOpen() {
        return !home.isCongested();
    }

    /**
     * Admits a publication.
     *
     * @return what to {@link #release} when it has been dispatched or refused; 0 if it is not admitted
     */
    public int admit(int payloadBytes) {
        int charge = payloadBytes + COST_OF_ONE;
        long before = onTheWay.get();
        // An empty way takes anything: with many shards the limit of one may be less than the largest payload.
        if (home.isCongested() || before > 0 && before + charge > limitBytes) {
            return 0;
        }
        onTheWay.addAndGet(charge);
        return charge;
    }

    public void release(int charge) {
        if (charge > 0) {
            onTheWay.addAndGet(-charge);
        }
    }
}
