package dev.relay.internal.shard;

import dev.relay.Durability;
import dev.relay.RelayClock;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;

/**
 * What one shard counts.
 *
 * <p>Each figure has one writer, so counting is a plain addition and a store: no lock, no allocation, no instruction that other
 * processors notice. What is counted for each delivery is counted once for all that share a frame.
 *
 * <p><b>Threading.</b> Counting on the shard's thread only; reading from any.
 */
public final class ShardMeter {
    /** What is only counted. */
    public enum Count {
        PUBLISHED_BY_CLIENT,
        PUBLISHED_BY_SERVER,
        RECEIVED_BYTES,
        SENT_BYTES,
        OPENED,
        RECOVERED_FROM_MEMORY,
        RECOVERED_FROM_JOURNAL,
        RECOVERY_FAILED
    }

    /** Bounds of times, in nanoseconds: 10 µs to 10 s. */
    private static final long[] TIMES = LongStream.of(
                    10,
                    25,
                    50,
                    100,
                    250,
                    500,
                    1_000,
                    2_500,
                    5_000,
                    10_000,
                    25_000,
                    50_000,
                    100_000,
                    250_000,
                    500_000,
                    1_000_000,
                    2_500_000,
                    5_000_000,
                    10_000_000)
            .map(micros -> micros * 1_000)
            .toArray();

    /** Bounds of numbers of things. */
    private static final long[] SIZES = {
        0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000
    };

    private static final Count[] COUNTS = Count.values();

    private final RelayClock clock;
    private final AtomicLongArray counts = new AtomicLongArray(COUNTS.length);
    private final CodeCounts closes = CodeCounts.ofCloseCodes();
    private final CodeCounts errors = CodeCounts.ofErrorCodes();
    private final CodeCounts refusals = CodeCounts.ofRefusals();
    private final Buckets delivery = times();
    private final Buckets asyncAck = times();
    private final Buckets syncAck = times();
    private final Buckets fanout = sizes();

    public ShardMeter(RelayClock clock) {
        this.clock = clock;
    }

    /** Counts of times in nanoseconds. */
    public static Buckets times() {
        return new Buckets(TIMES);
    }

    /** Counts of numbers of things. */
    public static Buckets sizes() {
        return new Buckets(SIZES);
    }

    public void count(Count what, long more) {
        int index = what.ordinal();
        counts.setRelease(index, counts.getPlain(index) + more);
    }

    public long count(Count what) {
        return counts.getAcquire(what.ordinal());
    }

    /** What was accepted then has just been written to the last of its sockets. */
    public void delivered(long acceptedMicros, long deliveries) {
        delivery.record(nanosSince(acceptedMicros), deliveries);
    }

    /** The publisher of what was accepted then is told now. */
    public void acknowledged(Durability durability, long acceptedMicros) {
        (durability == Durability.SYNC ? syncAck : asyncAck).record(nanosSince(acceptedMicros), 1);
    }

    /** A publication goes to so many subscribers. */
    public void fannedOut(int subscribers) {
        fanout.record(subscribers, 1);
    }

    public CodeCounts closes() {
        return closes;
    }

    public CodeCounts errors() {
        return errors;
    }

    public CodeCounts refusals() {
        return refusals;
    }

    public Buckets delivery() {
        return delivery;
    }

    public Buckets ack(Durability durability) {
        return durability == Durability.SYNC ? syncAck : asyncAck;
    }

    public Buckets fanout() {
        return fanout;
    }

    /** By the wall clock, which may have been set back meanwhile. */
    private long nanosSince(long acceptedMicros) {
        return Math.max(0, clock.epochMicros() - acceptedMicros) * 1_000;
    }
}
