package dev.relay.internal.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Durability;
import dev.relay.internal.ManualClock;
import org.junit.jupiter.api.Test;

/** What one shard counts. */
class ShardMeterTest {
    private final ManualClock clock = new ManualClock(1_000_000);
    private final ShardMeter meter = new ShardMeter(clock);

    @Test
    void a_value_belongs_to_the_first_bound_that_is_not_less() {
        Buckets buckets = new Buckets(new long[] {10, 20});
        buckets.record(0, 1);
        buckets.record(10, 1);
        buckets.record(11, 3);
        buckets.record(20, 1);
        buckets.record(21, 1);

        long[] counts = new long[3];
        assertThat(buckets.addTo(counts)).isEqualTo(0 + 10 + 33 + 20 + 21);
        assertThat(counts).containsExactly(2, 4, 1);
    }

    @Test
    void a_latency_counts_once_for_each_delivery() {
        long accepted = clock.epochMicros() - 300;

        meter.delivered(accepted, 7);

        long[] counts = new long[meter.delivery().upperBounds().length + 1];
        assertThat(meter.delivery().addTo(counts)).isEqualTo(7 * 300_000);
        assertThat(counts[5]).isEqualTo(7); // 250 to 500 µs
    }

    @Test
    void a_clock_that_was_set_back_makes_no_negative_times() {
        meter.acknowledged(Durability.SYNC, clock.epochMicros() + 1_000_000);

        long[] counts = new long[meter.ack(Durability.SYNC).upperBounds().length + 1];
        assertThat(meter.ack(Durability.SYNC).addTo(counts)).isZero();
        assertThat(counts[0]).isEqualTo(1);
    }

    @Test
    void codes_that_nobody_knows_are_counted_together() {
        for (int code = 4000; code < 4100; code++) {
            meter.closes().count(code);
        }
        meter.closes().count(3008);
        meter.closes().count(CodeCounts.PEER);

        assertThat(meter.closes().labels()).hasSize(24).endsWith("peer", "other");
        assertThat(meter.closes().count("other")).isEqualTo(100);
        assertThat(meter.closes().count("3008")).isEqualTo(1);
        assertThat(meter.closes().count("peer")).isEqualTo(1);
    }
}
