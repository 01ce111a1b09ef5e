package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PopulationTest {
    @Test
    void a_limit_holds_and_no_place_is_lost_whoever_comes_and_goes_at_the_same_time() throws InterruptedException {
        int limit = 3;
        Population population = new Population(options(limit));
        AtomicInteger[] here = {new AtomicInteger(), new AtomicInteger()};
        AtomicInteger tooMany = new AtomicInteger();
        AtomicInteger turnedAway = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            int which = t % 2;
            String user = "user" + which;
            threads.add(new Thread(() -> {
                for (int i = 0; i < 50_000; i++) {
                    if (population.came(user)) {
                        if (here[which].incrementAndGet() > limit) {
                            tooMany.incrementAndGet();
                        }
                        if (i % 64 == 0) {
                            Thread.yield(); // so that there is a crowd, also on few processors
                        }
                        here[which].decrementAndGet();
                        population.left(user);
                    } else {
                        turnedAway.incrementAndGet();
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(tooMany).as("over the limit").hasValue(0);
        assertThat(turnedAway).as("turned away").hasPositiveValue();
        assertThat(population.clients()).isZero();
        assertThat(population.users()).isZero();
        for (int i = 0; i < limit; i++) {
            assertThat(population.came("user0")).isTrue();
        }
        assertThat(population.came("user0")).isFalse();
        assertThat(population.clients()).isEqualTo(limit);
        assertThat(population.users()).isOne();
    }

    private static SessionOptions options(int connectionsPerUser) {
        return new SessionOptions("", false, 0, 1, 1, 1, 1, 1, connectionsPerUser, 1, 1, null);
    }
}
