package dev.relay.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.relay.internal.Await;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SerialTest {
    /** Plain fields and lists: what is not ordered by the class itself would show as a race. */
    private static final class Log {
        final List<Integer> seen = new ArrayList<>();
        int running;
        int mostRunning;

        void add(int task) {
            running++;
            mostRunning = Math.max(mostRunning, running);
            seen.add(task);
            running--;
        }
    }

    @Test
    void tasks_of_one_thread_run_in_order_one_at_a_time_and_none_is_lost() {
        int tasks = 200_000;
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            Serial serial = new Serial(pool);
            Log log = new Log();
            CountDownLatch done = new CountDownLatch(1);
            for (int i = 0; i < tasks; i++) {
                int task = i;
                serial.execute(() -> log.add(task));
            }
            serial.execute(done::countDown);
            Await.until("all have run", () -> done.getCount() == 0, () -> log.seen.size() + " of " + tasks);
            assertThat(log.mostRunning).isOne();
            assertThat(log.seen).hasSize(tasks).isSorted().doesNotHaveDuplicates();
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void tasks_of_many_threads_run_one_at_a_time_and_each_threads_in_order() throws InterruptedException {
        int threads = 4;
        int each = 50_000;
        ExecutorService pool = Executors.newFixedThreadPool(3);
        try {
            Serial serial = new Serial(pool);
            Log log = new Log();
            AtomicInteger left = new AtomicInteger(threads * each);
            List<Thread> givers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int from = t * each;
                givers.add(new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        int task = from + i;
                        serial.execute(() -> {
                            log.add(task);
                            left.decrementAndGet(); // last, and released: what was added before is seen with 0
                        });
                    }
                }));
            }
            givers.forEach(Thread::start);
            for (Thread giver : givers) {
                giver.join();
            }
            Await.until("all have run", () -> left.get() == 0, () -> left + " left");
            assertThat(log.mostRunning).isOne();
            assertThat(log.seen).hasSize(threads * each).doesNotHaveDuplicates();
            for (int t = 0; t < threads; t++) {
                int from = t * each;
                assertThat(log.seen.stream().filter(task -> task / each == from / each))
                        .isSorted();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void it_is_full_while_so_many_wait_and_takes_more_nevertheless() {
        ArrayDeque<Runnable> executor = new ArrayDeque<>();
        Serial serial = new Serial(executor::add);
        List<Integer> seen = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            int task = i;
            assertThat(serial.isFull()).isEqualTo(i >= 256);
            serial.execute(() -> seen.add(task));
        }
        assertThat(executor).as("one turn for all").hasSize(1);
        executor.remove().run();
        assertThat(seen).hasSize(300);
        assertThat(serial.isFull()).isFalse();
        serial.execute(() -> seen.add(300));
        assertThat(executor).hasSize(1);
    }

    @Test
    void a_task_that_is_given_by_a_task_runs_after_it() {
        List<String> seen = new ArrayList<>();
        Serial serial = new Serial(Runnable::run);
        serial.execute(() -> {
            serial.execute(() -> seen.add("inner"));
            seen.add("outer");
        });
        assertThat(seen).containsExactly("outer", "inner");
    }

    @Test
    void what_the_executor_refuses_is_refused_and_later_tasks_run() {
        boolean[] refuses = {true};
        List<String> seen = new ArrayList<>();
        Serial serial = new Serial(task -> {
            if (refuses[0]) {
                throw new RejectedExecutionException("full");
            }
            task.run();
        });
        assertThatThrownBy(() -> serial.execute(() -> seen.add("lost"))).isInstanceOf(RejectedExecutionException.class);
        refuses[0] = false;
        serial.execute(() -> seen.add("run"));
        assertThat(seen).containsExactly("run");
    }
}
