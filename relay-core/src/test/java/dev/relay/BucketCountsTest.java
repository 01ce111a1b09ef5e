package dev.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Reading a histogram by its buckets. */
class BucketCountsTest {
    private static final long[] BOUNDS = {10, 20, 40};

    @Test
    void quantiles_lie_between_the_bounds_that_values_were_found_in() {
        BucketCounts counts = new BucketCounts(BOUNDS, new long[] {2, 6, 2, 0}, 150);

        assertThat(counts.count()).isEqualTo(10);
        assertThat(counts.quantile(0)).isZero();
        assertThat(counts.quantile(0.2)).isEqualTo(10, within(1e-9));
        assertThat(counts.quantile(0.5)).isEqualTo(15, within(1e-9));
        assertThat(counts.quantile(0.9)).isEqualTo(30, within(1e-9));
        assertThat(counts.quantile(1)).isEqualTo(40, within(1e-9));
    }

    @Test
    void what_is_above_all_bounds_counts_as_the_highest() {
        assertThat(new BucketCounts(BOUNDS, new long[] {0, 0, 0, 5}, 5_000).quantile(0.5))
                .isEqualTo(40);
    }

    @Test
    void nothing_has_no_quantiles() {
        assertThat(new BucketCounts(BOUNDS, new long[4], 0).quantile(0.99)).isZero();
    }

    @Test
    void what_came_since_an_earlier_reading_is_the_difference() {
        BucketCounts earlier = new BucketCounts(BOUNDS, new long[] {1, 2, 3, 4}, 100);
        BucketCounts later = new BucketCounts(BOUNDS, new long[] {1, 2, 5, 5}, 220);

        BucketCounts since = later.since(earlier);

        assertThat(since.count()).isEqualTo(3);
        assertThat(since.count(2)).isEqualTo(2);
        assertThat(since.count(3)).isEqualTo(1);
        assertThat(since.sum()).isEqualTo(120);
    }

    @Test
    void counts_that_do_not_fit_the_bounds_are_refused() {
        assertThatThrownBy(() -> new BucketCounts(BOUNDS, new long[3], 0))
                .hasMessageContaining("3 counts for 3 bounds");
    }
}
