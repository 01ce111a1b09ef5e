package dev.relay.internal.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.internal.ManualClock;
import dev.relay.transport.ShardContext.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimingWheelTest {
    private static final Duration TICK = Duration.ofMillis(17);

    private final ManualClock clock = new ManualClock();
    private final TimingWheel wheel = new TimingWheel(clock.nanoTime());
    private final List<String> ran = new ArrayList<>();

    @Test
    void a_timer_runs_when_its_time_has_come_and_not_before() {
        schedule(Duration.ofMillis(100), "a");
        pass(Duration.ofMillis(99));
        assertThat(ran).isEmpty();
        pass(Duration.ofMillis(1).plus(TICK));
        assertThat(ran).containsExactly("a");
        pass(Duration.ofSeconds(60));
        assertThat(ran).containsExactly("a");
    }

    @Test
    void timers_run_in_the_order_of_their_times() {
        schedule(Duration.ofMillis(300), "c");
        schedule(Duration.ofMillis(100), "a");
        schedule(Duration.ofMillis(200), "b");
        pass(Duration.ofSeconds(1));
        assertThat(ran).containsExactly("a", "b", "c");
    }

    @Test
    void a_cancelled_timer_does_not_run() {
        Timer timer = schedule(Duration.ofMillis(100), "a");
        schedule(Duration.ofMillis(100), "b");
        timer.cancel();
        timer.cancel();
        pass(Duration.ofSeconds(1));
        assertThat(ran).containsExactly("b");
        assertThat(wheel.nanosUntilNext(clock.nanoTime())).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void a_far_timer_waits_for_its_turn_of_the_wheel() {
        schedule(Duration.ofSeconds(60), "far");
        for (int second = 0; second < 60; second++) {
            assertThat(ran).isEmpty();
            pass(Duration.ofSeconds(1));
        }
        pass(TICK);
        assertThat(ran).containsExactly("far");
    }

    @Test
    void a_long_pause_loses_no_timer_and_runs_none_early() {
        schedule(Duration.ofMillis(50), "near");
        schedule(Duration.ofSeconds(30), "far");
        schedule(Duration.ofHours(2), "not yet");
        pass(Duration.ofHours(1));
        assertThat(ran).containsExactlyInAnyOrder("near", "far");
        pass(Duration.ofHours(1).plus(TICK));
        assertThat(ran).hasSize(3);
    }

    @Test
    void a_task_may_cancel_its_neighbours_and_itself() {
        List<Timer> timers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String name = "t" + i;
            timers.add(wheel.schedule(clock.nanoTime(), 0, () -> {
                ran.add(name);
                timers.forEach(Timer::cancel);
            }));
        }
        pass(Duration.ofSeconds(1));
        assertThat(ran).hasSize(1);
    }

    @Test
    void a_task_may_schedule_and_what_it_schedules_at_once_runs_in_a_later_advance() {
        wheel.schedule(clock.nanoTime(), 0, () -> {
            ran.add("first");
            schedule(Duration.ZERO, "second");
        });
        pass(TICK);
        assertThat(ran).containsExactly("first");
        pass(TICK);
        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void the_wait_never_goes_past_the_next_timer() {
        schedule(Duration.ofMillis(500), "a");
        assertThat(wheel.nanosUntilNext(clock.nanoTime()))
                .isBetween(
                        Duration.ofMillis(500).toNanos(),
                        Duration.ofMillis(500).plus(TICK).toNanos());
        schedule(Duration.ofSeconds(100), "far");
        pass(Duration.ofMillis(600));
        assertThat(wheel.nanosUntilNext(clock.nanoTime()))
                .isBetween(1L, Duration.ofSeconds(9).toNanos());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -5_000_000_000L, Long.MIN_VALUE / 2, Long.MAX_VALUE / 2})
    void random_timers_run_once_and_in_time_whatever_the_clock_says(long origin) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ManualClock odd = new ManualClock(origin);
        TimingWheel other = new TimingWheel(odd.nanoTime());
        int[] wrong = new int[1];
        int[] count = new int[1];
        int live = 0;
        for (int i = 0; i < 5000; i++) {
            long delay = (long) (random.nextDouble() * random.nextDouble() * 40e9);
            long due = odd.nanoTime() + delay;
            Timer timer = other.schedule(odd.nanoTime(), delay, () -> {
                count[0]++;
                long late = odd.nanoTime() - due;
                wrong[0] += late < 0 || late > 2_000_000_000L ? 1 : 0;
            });
            if (random.nextInt(4) == 0) {
                timer.cancel();
            } else {
                live++;
            }
            long step = random.nextInt(10) == 0 ? random.nextLong(1_000_000_000L) : random.nextLong(1_000_000L);
            odd.advance(Duration.ofNanos(Math.min(step, other.nanosUntilNext(odd.nanoTime()))));
            other.advance(odd.nanoTime());
        }
        for (int i = 0; i < 100; i++) {
            odd.advance(Duration.ofMillis(500));
            other.advance(odd.nanoTime());
        }
        assertThat(wrong[0]).as("seed %d", seed).isZero();
        assertThat(count[0]).as("seed %d", seed).isEqualTo(live);
    }

    private Timer schedule(Duration delay, String name) {
        return wheel.schedule(clock.nanoTime(), delay.toNanos(), () -> ran.add(name));
    }

    private void pass(Duration time) {
        clock.advance(time);
        wheel.advance(clock.nanoTime());
    }
}
