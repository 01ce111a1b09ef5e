package dev.relay.internal.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.internal.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InboxTest {
    private final AtomicInteger wakeups = new AtomicInteger();
    private final Inbox inbox = new Inbox(4, wakeups::incrementAndGet);
    private final List<String> ran = new ArrayList<>();

    @Test
    void tasks_come_out_in_the_order_they_went_in() {
        inbox.offer(() -> ran.add("a"));
        inbox.offer(() -> ran.add("b"));
        drain();
        assertThat(ran).containsExactly("a", "b");
        assertThat(inbox.isEmpty()).isTrue();
    }

    @Test
    void an_offer_to_a_shard_that_is_awake_wakes_nobody() {
        inbox.offer(() -> {});
        assertThat(wakeups).hasValue(0);
    }

    @Test
    void an_offer_to_a_sleeping_shard_wakes_it_once() {
        assertThat(inbox.beginSleep()).isTrue();
        inbox.offer(() -> {});
        inbox.offer(() -> {});
        assertThat(wakeups).hasValue(1);
    }

    @Test
    void a_shard_whose_inbox_is_not_empty_does_not_sleep() {
        inbox.offer(() -> {});
        assertThat(inbox.beginSleep()).isFalse();
        inbox.offer(() -> {});
        assertThat(wakeups).hasValue(0);
    }

    @Test
    void a_shard_that_sleeps_no_longer_is_not_woken() {
        inbox.beginSleep();
        inbox.endSleep();
        inbox.offer(() -> {});
        assertThat(wakeups).hasValue(0);
    }

    @Test
    void a_full_inbox_refuses_and_takes_again_when_there_is_room() {
        for (int i = 0; i < 4; i++) {
            assertThat(inbox.offer(() -> {})).isTrue();
        }
        assertThat(inbox.offer(() -> {})).isFalse();
        inbox.poll();
        assertThat(inbox.offer(() -> {})).isTrue();
    }

    @Test
    void put_waits_for_room() {
        for (int i = 0; i < 4; i++) {
            inbox.offer(() -> {});
        }
        AtomicInteger state = new AtomicInteger();
        Thread thread = new Thread(() -> state.set(inbox.put(() -> ran.add("late")) ? 1 : 2));
        thread.start();
        Await.until("put waits", () -> thread.getState() == Thread.State.TIMED_WAITING, () -> "" + thread.getState());
        assertThat(state).hasValue(0);
        drain();
        Await.until("put is done", () -> state.get() == 1, () -> "" + state);
        drain();
        assertThat(ran).containsExactly("late");
    }

    @Test
    void closing_runs_what_is_left_and_refuses_the_rest() {
        inbox.offer(() -> ran.add("left"));
        inbox.offer(() -> {
            throw new IllegalStateException("does not stop the others");
        });
        inbox.offer(() -> ran.add("left too"));
        inbox.close();
        assertThat(ran).containsExactly("left", "left too");
        assertThat(inbox.isClosed()).isTrue();
        assertThat(inbox.offer(() -> ran.add("no"))).isFalse();
        assertThat(inbox.put(() -> ran.add("no"))).isFalse();
        assertThat(ran).hasSize(2);
    }

    @Test
    void news_for_a_closed_inbox_are_heard_at_once() {
        inbox.close();
        inbox.tell(() -> ran.add("news"));
        assertThat(ran).containsExactly("news");
    }

    private void drain() {
        for (Runnable task = inbox.poll(); task != null; task = inbox.poll()) {
            task.run();
        }
    }
}
