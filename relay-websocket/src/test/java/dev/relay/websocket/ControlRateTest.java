package dev.relay.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ControlRateTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long BEGIN = -2 * SECOND; // such a clock may begin anywhere

    private final ControlRate rate = new ControlRate(BEGIN);

    @Test
    void a_burst_is_taken_and_no_more() {
        assertThat(taken(BEGIN, 1000)).isEqualTo(ControlRate.BURST);
    }

    @Test
    void after_a_burst_it_is_a_few_a_second() {
        taken(BEGIN, 1000);

        assertThat(taken(BEGIN + SECOND, 1000)).isEqualTo(ControlRate.PER_SECOND);
        assertThat(taken(BEGIN + 3 * SECOND, 1000)).isEqualTo(2 * ControlRate.PER_SECOND);
    }

    @Test
    void a_long_pause_earns_one_burst() {
        taken(BEGIN, 1000);

        assertThat(taken(BEGIN + 3600 * SECOND, 1000)).isEqualTo(ControlRate.BURST);
    }

    private int taken(long nowNanos, int wanted) {
        int taken = 0;
        for (int i = 0; i < wanted; i++) {
            taken += rate.take(nowNanos) ? 1 : 0;
        }
        return taken;
    }
}
