package dev.relay.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PatienceTest {
    private long now = Long.MAX_VALUE - 5; // a clock may wrap
    private final Patience patience = new Patience(() -> now);

    @Test
    void each_failure_doubles_it_up_to_four_times() {
        assertThat(patience.times()).isEqualTo(1);
        patience.fails();
        assertThat(patience.times()).isEqualTo(2);
        patience.fails();
        assertThat(patience.times()).isEqualTo(4);
        patience.fails();
        assertThat(patience.times()).isEqualTo(4);
    }

    @Test
    void it_ends_when_commits_have_been_fast_for_a_while() {
        patience.fails();
        assertThat(commit(1)).isFalse(); // as the small one in front of the large one
        now += Patience.RESPITE_NANOS;
        assertThat(commit(1)).isTrue();
        assertThat(patience.times()).isEqualTo(1);
        assertThat(commit(1)).isFalse(); // there is nothing to end any more
    }

    @Test
    void a_slow_commit_prolongs_it() {
        patience.fails();
        now += Patience.RESPITE_NANOS;
        assertThat(commit(Patience.FAST_NANOS + 1)).isFalse();
        now += Patience.RESPITE_NANOS - 10;
        assertThat(commit(1)).isFalse();
        now += 10;
        assertThat(commit(1)).isTrue();
    }

    private boolean commit(long nanos) {
        patience.begins();
        now += nanos;
        return patience.ends();
    }
}
