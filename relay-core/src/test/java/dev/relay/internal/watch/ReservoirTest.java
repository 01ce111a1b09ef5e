package dev.relay.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReservoirTest {
    /** 10 of 100, 2,000 times: each is expected 200 times, with a standard deviation of 13. */
    @Test
    void everything_has_the_same_chance() {
        Reservoir<Integer> reservoir = new Reservoir<>(10, 42);
        int[] kept = new int[100];
        for (int round = 0; round < 2_000; round++) {
            for (int i = 0; i < kept.length; i++) {
                int place = reservoir.place();
                if (place >= 0) {
                    reservoir.put(place, i);
                }
            }
            assertThat(reservoir.seen()).isEqualTo(kept.length);
            reservoir.take().forEach(one -> kept[one]++);
        }

        assertThat(Arrays.stream(kept)).allMatch(times -> times > 200 - 65 && times < 200 + 65);
        assertThat(Arrays.stream(kept).sum()).isEqualTo(20_000);
    }

    @Test
    void one_without_places_only_counts() {
        Reservoir<String> reservoir = new Reservoir<>(0, 1);

        assertThat(reservoir.place()).isEqualTo(-1);
        assertThat(reservoir.place()).isEqualTo(-1);
        assertThat(reservoir.seen()).isEqualTo(2);
        assertThat(reservoir.take()).isEmpty();
        assertThat(reservoir.seen()).isZero();
    }
}
