package dev.relay.internal.channel;

import static java.util.Collections.nCopies;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.relay.ErrorCode;
import dev.relay.PublishResult;
import dev.relay.PublishResult.Published;
import dev.relay.Refused;
import dev.relay.StreamPosition;
import dev.relay.internal.channel.IdempotencyKeys.Done;
import dev.relay.internal.channel.IdempotencyKeys.Known;
import dev.relay.internal.channel.IdempotencyKeys.Pending;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeysTest {
    private static final long WINDOW = 1000;
    private static final StreamPosition FIRST = new StreamPosition(1, "epoch");
    private static final StreamPosition SECOND = new StreamPosition(2, "epoch");
    private static final Refused REFUSED = new Refused(ErrorCode.INTERNAL, "the journal is away");

    private final List<PublishResult> told = new ArrayList<>();
    private IdempotencyKeys keys = new IdempotencyKeys(WINDOW, 10);

    @Test
    void nothing_is_known_about_a_new_key() {
        assertThat(keys.find("news", "k", 0)).isNull();
        assertThat(keys.size()).isZero();
    }

    @Test
    void a_repeat_of_what_was_published_gets_the_first_position() {
        keys.begin("news", "k");
        keys.complete("news", "k", FIRST, 0);
        assertThat(position(keys.find("news", "k", WINDOW - 1))).isEqualTo(FIRST);
        assertThat(position(keys.find("news", "k", WINDOW - 1))).isEqualTo(FIRST);
    }

    @Test
    void a_key_belongs_to_its_channel() {
        keys.begin("news", "k");
        keys.complete("news", "k", FIRST, 0);
        assertThat(keys.find("sport", "k", 0)).isNull();
        keys.begin("sport", "k");
        keys.complete("sport", "k", SECOND, 0);
        assertThat(position(keys.find("news", "k", 0))).isEqualTo(FIRST);
        assertThat(position(keys.find("sport", "k", 0))).isEqualTo(SECOND);
        // The boundary between the two is part of the key.
        assertThat(keys.find("new", "sk", 0)).isNull();
    }

    @Test
    void repeats_wait_for_the_first_and_get_its_result_in_their_order() {
        keys.begin("news", "k");
        List<String> order = new ArrayList<>();
        for (String repeat : List.of("a", "b", "c")) {
            assertThat(pending("news", "k").await(result -> order.add(repeat + position(result))))
                    .isTrue();
        }
        assertThat(order).isEmpty();
        keys.complete("news", "k", FIRST, 0);
        assertThat(order).containsExactly("a" + FIRST, "b" + FIRST, "c" + FIRST);
    }

    @Test
    void repeats_of_what_was_refused_are_refused_and_the_next_is_tried_anew() {
        keys.begin("news", "k");
        pending("news", "k").await(told::add);
        keys.fail("news", "k", REFUSED);
        assertThat(told).containsExactly(REFUSED);
        assertThat(keys.find("news", "k", 0)).isNull();
        assertThat(keys.begin("news", "k")).isTrue();
    }

    @Test
    void whoever_is_told_finds_the_key_done_and_may_go_on() {
        keys.begin("news", "k");
        pending("news", "k").await(result -> {
            told.add(new Published(position(keys.find("news", "k", 5))));
            keys.begin("news", "next");
            keys.complete("news", "next", SECOND, 5);
        });
        pending("news", "k").await(told::add);
        keys.complete("news", "k", FIRST, 5);
        assertThat(told).containsExactly(new Published(FIRST), new Published(FIRST));
        assertThat(position(keys.find("news", "next", 5))).isEqualTo(SECOND);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -WINDOW / 2, Long.MAX_VALUE - WINDOW / 2, Long.MIN_VALUE, -1})
    void a_key_is_forgotten_when_its_window_is_over_whatever_the_clock_says(long start) {
        keys.begin("news", "k");
        keys.complete("news", "k", FIRST, start);
        assertThat(keys.find("news", "k", start)).isNotNull();
        assertThat(keys.find("news", "k", start + WINDOW - 1)).isNotNull();
        assertThat(keys.find("news", "k", start + WINDOW)).isNull();
        assertThat(keys.size()).isZero();
        assertThat(keys.forgottenEarly()).isZero();
    }

    @Test
    void the_window_counts_from_the_completion_and_a_pending_key_has_none() {
        keys.begin("news", "k");
        assertThat(keys.find("news", "k", 100 * WINDOW)).isInstanceOf(Pending.class);
        keys.complete("news", "k", FIRST, 100 * WINDOW);
        assertThat(keys.find("news", "k", 101 * WINDOW - 1)).isInstanceOf(Done.class);
    }

    @Test
    void at_the_limit_the_key_completed_first_is_forgotten_early() {
        for (int i = 0; i < 10; i++) {
            assertThat(keys.begin("news", "k" + i)).isTrue();
        }
        for (int i = 9; i >= 0; i--) {
            keys.complete("news", "k" + i, FIRST, 0);
        }
        assertThat(keys.begin("news", "one more")).isTrue();
        assertThat(keys.find("news", "k9", 0)).isNull();
        assertThat(keys.find("news", "k8", 0)).isNotNull();
        assertThat(keys.find("news", "one more", 0)).isInstanceOf(Pending.class);
        assertThat(keys.size()).isEqualTo(10);
        assertThat(keys.forgottenEarly()).isEqualTo(1);
    }

    @Test
    void a_limit_full_of_pending_keys_takes_no_more_and_forgets_none() {
        for (int i = 0; i < 10; i++) {
            keys.begin("news", "k" + i);
        }
        assertThat(keys.begin("news", "one more")).isFalse();
        assertThat(keys.find("news", "one more", 0)).isNull();
        keys.fail("news", "k3", REFUSED);
        assertThat(keys.begin("news", "one more")).isTrue();
        assertThat(keys.find("news", "k0", 0)).isInstanceOf(Pending.class);
    }

    @Test
    void only_so_many_repeats_wait_at_a_shard() {
        keys.begin("news", "a");
        keys.begin("news", "b");
        for (int i = 0; i < IdempotencyKeys.MAX_WAITING; i++) {
            assertThat(pending("news", i % 2 == 0 ? "a" : "b").await(told::add)).isTrue();
        }
        assertThat(pending("news", "a").await(told::add)).isFalse();
        assertThat(pending("news", "b").await(told::add)).isFalse();
        keys.complete("news", "a", FIRST, 0);
        assertThat(told).hasSize(IdempotencyKeys.MAX_WAITING / 2);
        assertThat(pending("news", "b").await(told::add)).isTrue();
        keys.fail("news", "b", REFUSED);
        assertThat(told).hasSize(IdempotencyKeys.MAX_WAITING + 1);
    }

    @Test
    void no_single_call_pays_for_a_long_pause_but_a_sweep_frees_what_it_is_told_to() {
        keys = new IdempotencyKeys(WINDOW, 1000);
        fill(100);
        keys.find("news", "another", 2 * WINDOW);
        assertThat(keys.size()).isBetween(90, 99);
        keys.expire(2 * WINDOW, 50);
        assertThat(keys.size()).isBetween(40, 49);
        keys.expire(2 * WINDOW, Integer.MAX_VALUE);
        assertThat(keys.size()).isZero();
    }

    @Test
    void a_sweep_leaves_what_is_still_valid() {
        fill(3);
        keys.begin("news", "late");
        keys.complete("news", "late", FIRST, WINDOW / 2);
        keys.expire(WINDOW, Integer.MAX_VALUE);
        assertThat(keys.size()).isEqualTo(1);
        assertThat(keys.find("news", "late", WINDOW)).isNotNull();
    }

    @Test
    void keys_do_not_pile_up_when_as_many_expire_as_come() {
        keys = new IdempotencyKeys(WINDOW, 1_000_000);
        for (int i = 0; i < 100_000; i++) {
            keys.find("news", "k" + i, i);
            keys.begin("news", "k" + i);
            keys.complete("news", "k" + i, FIRST, i);
            assertThat(keys.size()).isLessThanOrEqualTo((int) WINDOW);
        }
    }

    @Test
    void what_was_loaded_does_not_replace_what_is_known_and_lasts_for_its_own_deadline() {
        keys.begin("news", "pending");
        keys.begin("news", "done");
        keys.complete("news", "done", FIRST, 0);
        StreamPosition older = new StreamPosition(FIRST.offset() - 1, FIRST.epoch());

        keys.remember("news", "pending", older, WINDOW);
        keys.remember("news", "done", older, WINDOW);
        keys.remember("news", "loaded", older, WINDOW / 2);

        assertThat(keys.find("news", "pending", 0)).isInstanceOf(Pending.class);
        assertThat(keys.find("news", "done", 0)).isEqualTo(new Done(FIRST, WINDOW));
        assertThat(keys.find("news", "loaded", WINDOW / 2 - 1)).isEqualTo(new Done(older, WINDOW / 2));
        assertThat(keys.find("news", "loaded", WINDOW / 2)).isNull();
    }

    @Test
    void what_was_loaded_takes_the_place_of_the_oldest_and_never_of_a_pending_one() {
        fill(10);
        keys.remember("news", "loaded", FIRST, WINDOW);
        assertThat(keys.size()).isEqualTo(10);
        assertThat(keys.forgottenEarly()).isEqualTo(1);
        assertThat(keys.find("news", "loaded", 0)).isNotNull();
        keys = new IdempotencyKeys(WINDOW, 1);
        keys.begin("news", "pending");
        keys.remember("news", "loaded", FIRST, WINDOW);
        assertThat(keys.size()).isEqualTo(1);
        assertThat(keys.find("news", "loaded", 0)).isNull();
    }

    @Test
    void what_must_not_happen_is_refused_aloud() {
        keys.begin("news", "k");
        assertThatIllegalStateException().isThrownBy(() -> keys.begin("news", "k"));
        keys.complete("news", "k", FIRST, 0);
        assertThatIllegalStateException().isThrownBy(() -> keys.begin("news", "k"));
        assertThatIllegalStateException().isThrownBy(() -> keys.complete("news", "k", FIRST, 0));
        assertThatIllegalStateException().isThrownBy(() -> keys.fail("news", "k", REFUSED));
        assertThatIllegalArgumentException().isThrownBy(() -> new IdempotencyKeys(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new IdempotencyKeys(1, 0));
    }

    /** What a request with one key has led to, noted without a thought of cost. */
    private static final class Request {
        final List<PublishResult> told = new ArrayList<>();
        int repeats;

        @Nullable
        StreamPosition position; // null while pending

        long deadline;
    }

    @Test
    void random_requests_get_what_a_plain_model_says() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        keys = new IdempotencyKeys(WINDOW, 1000); // not reached by 40 keys: only the window forgets
        Map<String, Request> model = new HashMap<>();
        long now = 0;
        for (int step = 0; step < 200_000; step++) {
            now += random.nextInt(50);
            long moment = now;
            model.values().removeIf(request -> request.position != null && request.deadline <= moment);
            String channel = "c" + random.nextInt(4);
            String key = "k" + random.nextInt(10);
            Request request = model.get(channel + key);
            Known known = keys.find(channel, key, now);
            String as = "seed " + seed + ", step " + step;
            if (request == null) {
                assertThat(known).as(as).isNull();
                assertThat(keys.begin(channel, key)).as(as).isTrue();
                model.put(channel + key, new Request());
            } else if (request.position != null) {
                assertThat(position(known)).as(as).isEqualTo(request.position);
            } else if (random.nextBoolean()) {
                assertThat(((Pending) requireNonNull(known)).await(request.told::add))
                        .as(as)
                        .isTrue();
                request.repeats++;
            } else if (random.nextBoolean()) {
                request.position = new StreamPosition(step, "epoch");
                request.deadline = now + WINDOW;
                keys.complete(channel, key, request.position, now);
                assertThat(request.told).as(as).isEqualTo(nCopies(request.repeats, new Published(request.position)));
            } else {
                keys.fail(channel, key, REFUSED);
                assertThat(request.told).as(as).isEqualTo(nCopies(request.repeats, REFUSED));
                model.remove(channel + key);
            }
            assertThat(keys.size()).as(as).isGreaterThanOrEqualTo(model.size());
        }
        keys.expire(now, Integer.MAX_VALUE);
        assertThat(keys.size()).as("seed %d", seed).isEqualTo(model.size());
        assertThat(keys.forgottenEarly()).isZero();
    }

    @Test
    void at_the_limit_what_is_pending_stays_and_the_first_completed_goes_first() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<String> pending = new HashSet<>();
        List<String> done = new ArrayList<>(); // by completion
        long forgotten = 0;
        for (int step = 0; step < 100_000; step++) {
            String as = "seed " + seed + ", step " + step;
            String key = "k" + random.nextInt(30);
            Known known = keys.find("news", key, 0);
            assertThat(known instanceof Pending).as(as).isEqualTo(pending.contains(key));
            assertThat(known instanceof Done).as(as).isEqualTo(done.contains(key));
            if (known == null) {
                assertThat(keys.begin("news", key)).as(as).isEqualTo(pending.size() < 10);
                if (pending.size() < 10) {
                    if (pending.size() + done.size() == 10) {
                        done.remove(0);
                        forgotten++;
                    }
                    pending.add(key);
                }
            } else if (pending.remove(key)) {
                if (random.nextInt(4) > 0) {
                    keys.complete("news", key, FIRST, 0);
                    done.add(key);
                } else {
                    keys.fail("news", key, REFUSED);
                }
            }
            assertThat(keys.size()).as(as).isEqualTo(pending.size() + done.size());
        }
        assertThat(keys.forgottenEarly())
                .as("seed %d", seed)
                .isEqualTo(forgotten)
                .isPositive();
    }

    private void fill(int count) {
        for (int i = 0; i < count; i++) {
            keys.begin("news", "k" + i);
            keys.complete("news", "k" + i, FIRST, 0);
        }
    }

    private Pending pending(String channel, String key) {
        return (Pending) requireNonNull(keys.find(channel, key, 0));
    }

    private static StreamPosition position(@Nullable Known known) {
        return ((Done) requireNonNull(known)).position();
    }

    private static StreamPosition position(PublishResult result) {
        return ((Published) result).position();
    }
}
