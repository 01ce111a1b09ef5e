package dev.relay.standalone.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoginLimitsTest {
    private final HandClock clock = new HandClock();
    private final LoginLimits limits = new LoginLimits();

    private long take(String address) {
        return limits.take(address, clock.nanoTime());
    }

    @Test
    void an_address_may_try_a_few_times_and_then_one_by_one() {
        for (int i = 0; i < LoginLimits.PER_ADDRESS; i++) {
            assertThat(take("192.0.2.1")).isZero();
        }
        assertThat(take("192.0.2.1")).isEqualTo(LoginLimits.ADDRESS_SECONDS);
        assertThat(take("192.0.2.2")).isZero();

        clock.advance(Duration.ofSeconds(LoginLimits.ADDRESS_SECONDS - 1));
        assertThat(take("192.0.2.1")).isOne();
        clock.advance(Duration.ofSeconds(1));
        assertThat(take("192.0.2.1")).isZero();
        assertThat(take("192.0.2.1")).isEqualTo(LoginLimits.ADDRESS_SECONDS);
    }

    @Test
    void an_attempt_that_is_refused_costs_nothing() {
        for (int i = 0; i < 1000; i++) {
            take("192.0.2.1");
        }
        clock.advance(Duration.ofSeconds(LoginLimits.ADDRESS_SECONDS));
        assertThat(take("192.0.2.1")).isZero();
    }

    @Test
    void all_together_may_try_so_often_however_many_addresses_they_have() {
        for (int i = 0; i < LoginLimits.OVERALL; i++) {
            assertThat(take("192.0.2." + i)).isZero();
        }
        assertThat(take("198.51.100.1")).isEqualTo(LoginLimits.OVERALL_SECONDS);
        clock.advance(Duration.ofSeconds(LoginLimits.OVERALL_SECONDS));
        assertThat(take("198.51.100.1")).isZero();
        assertThat(take("198.51.100.2")).isEqualTo(LoginLimits.OVERALL_SECONDS);
    }

    @Test
    void a_right_password_lets_its_address_begin_anew() {
        for (int i = 0; i < LoginLimits.PER_ADDRESS; i++) {
            take("192.0.2.1");
        }
        limits.succeeded("192.0.2.1");
        assertThat(take("192.0.2.1")).isZero();
    }

    @Test
    void what_is_kept_of_a_storm_is_bounded() {
        for (int i = 0; i < LoginLimits.MAX_ADDRESSES + 100; i++) {
            assertThat(take("2001:db8:0:" + Integer.toHexString(i) + "::/64")).isZero();
            clock.advance(Duration.ofSeconds(LoginLimits.OVERALL_SECONDS));
        }
        assertThat(limits.addresses()).isEqualTo(LoginLimits.MAX_ADDRESSES);
    }
}
