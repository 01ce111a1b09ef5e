package dev.relay.internal.channel;

import static dev.relay.internal.channel.Versions.Verdict.NEW;
import static dev.relay.internal.channel.Versions.Verdict.OLD;
import static dev.relay.internal.channel.Versions.Verdict.UNDECIDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.relay.internal.channel.Versions.Verdict;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionsTest {
    private final Versions versions = new Versions(3);

    @ParameterizedTest
    @CsvSource({
        // seen: version, epoch; then: version, epoch, verdict
        "5, '', 6, '', NEW",
        "5, '', 5, '', OLD",
        "5, '', 4, '', OLD",
        "5, a,  6, a,  NEW",
        "5, a,  5, a,  OLD",
        "5, a,  1, b,  NEW",
        "5, a,  5, b,  NEW",
        "5, a,  4, '', OLD",
        "5, a,  6, '', NEW",
        "5, '', 1, a,  NEW",
        "9223372036854775807, '', 9223372036854775806, '', OLD",
        "9223372036854775806, '', 9223372036854775807, '', NEW"
    })
    void what_is_not_newer_is_old_unless_its_epoch_differs(
            long seen, String epoch, long version, String versionEpoch, Verdict verdict) {
        publish("news", seen, epoch);
        assertThat(versions.offer("news", version, versionEpoch)).isEqualTo(verdict);
    }

    @Test
    void the_first_version_of_a_channel_is_new() {
        assertThat(versions.offer("news", 1, "")).isEqualTo(NEW);
        assertThat(versions.offer("sport", 1, "")).isEqualTo(NEW);
    }

    @Test
    void without_a_version_everything_is_new_and_nothing_is_noted() {
        publish("news", 5, "a");
        assertThat(versions.offer("news", 0, "")).isEqualTo(NEW);
        versions.kept("news", 0, "b");
        assertThat(versions.offer("news", 0, "b")).isEqualTo(NEW);
        versions.failed("news", 0, "b");
        assertThat(versions.offer("news", 5, "a")).isEqualTo(OLD);
        assertThat(versions.offer("other", 0, "")).isEqualTo(NEW);
        assertThat(versions.size()).isEqualTo(1);
    }

    @Test
    void no_epoch_keeps_the_last_one_seen() {
        publish("news", 5, "a");
        publish("news", 6, "");
        assertThat(versions.offer("news", 6, "a")).isEqualTo(OLD);
        assertThat(versions.offer("news", 1, "b")).isEqualTo(NEW);
    }

    @Test
    void an_epoch_that_comes_back_is_new_again() {
        publish("news", 5, "a");
        publish("news", 1, "b");
        assertThat(versions.offer("news", 5, "a")).isEqualTo(NEW);
    }

    @Test
    void what_is_on_its_way_holds_back_what_is_not_newer() {
        publish("news", 4, "a");
        assertThat(versions.offer("news", 6, "a")).isEqualTo(NEW);
        assertThat(versions.offer("news", 5, "a")).isEqualTo(UNDECIDED);
        assertThat(versions.offer("news", 6, "")).isEqualTo(UNDECIDED);
        assertThat(versions.offer("news", 4, "a")).isEqualTo(OLD);
        assertThat(versions.offer("news", 7, "a")).isEqualTo(NEW);
        versions.kept("news", 6, "a");
        assertThat(versions.offer("news", 6, "a")).isEqualTo(OLD);
        assertThat(versions.offer("news", 7, "a")).isEqualTo(UNDECIDED);
    }

    @Test
    void of_an_epoch_on_its_way_nothing_is_old_yet() {
        publish("news", 4, "a");
        assertThat(versions.offer("news", 2, "b")).isEqualTo(NEW);
        assertThat(versions.offer("news", 2, "b")).isEqualTo(UNDECIDED);
        assertThat(versions.offer("news", 1, "")).isEqualTo(UNDECIDED);
    }

    @Test
    void a_version_that_failed_may_be_tried_again_and_what_was_kept_stays_seen() {
        publish("news", 4, "a");
        versions.offer("news", 5, "a");
        versions.failed("news", 5, "a");
        assertThat(versions.offer("news", 4, "a")).isEqualTo(OLD);
        assertThat(versions.offer("news", 5, "a")).isEqualTo(NEW);
    }

    @Test
    void a_failure_takes_back_what_was_offered_after_it() {
        publish("news", 4, "a");
        versions.offer("news", 5, "a");
        versions.offer("news", 6, "");
        versions.offer("news", 1, "b");
        versions.failed("news", 5, "a");
        assertThat(versions.offer("news", 5, "a")).isEqualTo(NEW);
        // The refusals of the others come only now; what was tried again meanwhile stays.
        versions.failed("news", 6, "");
        assertThat(versions.offer("news", 5, "a")).isEqualTo(UNDECIDED);
        versions.kept("news", 5, "a");
        assertThat(versions.offer("news", 5, "a")).isEqualTo(OLD);
        assertThat(versions.offer("news", 6, "a")).isEqualTo(NEW);
    }

    @Test
    void the_channel_used_least_recently_is_forgotten_at_the_limit() {
        publish("a", 5, "");
        publish("b", 5, "");
        publish("c", 5, "");
        assertThat(versions.offer("a", 5, "")).isEqualTo(OLD);
        publish("d", 5, "");
        assertThat(versions.size()).isEqualTo(3);
        assertThat(versions.offer("a", 5, "")).isEqualTo(OLD);
        assertThat(versions.offer("b", 5, "")).isEqualTo(NEW);
    }

    @Test
    void a_channel_forgotten_while_something_is_on_its_way_knows_it_again_afterwards() {
        versions.offer("a", 5, "x");
        versions.offer("b", 1, "");
        versions.offer("c", 1, "");
        versions.offer("d", 1, "");
        versions.failed("a", 5, "x");
        versions.kept("a", 6, "x");
        assertThat(versions.offer("a", 6, "x")).isEqualTo(OLD);
        assertThat(versions.offer("a", 7, "x")).isEqualTo(NEW);
        assertThat(versions.size()).isEqualTo(3);
    }

    @Test
    void a_limit_must_be_positive() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Versions(0));
    }

    private record Offered(long version, String epoch) {}

    /** A stream that keeps what it is given in order, or refuses everything on its way at once. */
    @Test
    void at_random_nothing_is_lost_and_within_an_epoch_what_is_kept_only_rises() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] epochs = {"", "a", "b"};
        ArrayDeque<Offered> onTheWay = new ArrayDeque<>();
        Offered kept = new Offered(0, "");
        for (int step = 0; step < 200_000; step++) {
            String as = "seed " + seed + ", step " + step;
            Offered next = new Offered(1 + random.nextInt(20), epochs[Math.max(0, random.nextInt(30) - 27)]);
            Offered last = onTheWay.isEmpty() ? kept : onTheWay.getLast();
            Offered named = next.epoch.isEmpty() ? new Offered(next.version, last.epoch) : next;
            Verdict verdict = versions.offer("news", next.version, next.epoch);
            if (isNewer(named, last)) {
                assertThat(verdict).as(as).isEqualTo(NEW);
                onTheWay.add(named);
            } else {
                assertThat(verdict).as(as).isEqualTo(isNewer(named, kept) ? UNDECIDED : OLD);
            }
            int fate = random.nextInt(10);
            if (fate == 0) {
                while (!onTheWay.isEmpty()) {
                    Offered failed = onTheWay.remove();
                    versions.failed("news", failed.version, failed.epoch);
                }
            }
            for (int i = 0; i < fate - 6 && !onTheWay.isEmpty(); i++) {
                kept = onTheWay.remove();
                versions.kept("news", kept.version, kept.epoch);
            }
        }
    }

    private static boolean isNewer(Offered next, Offered last) {
        return next.version > last.version || !next.epoch.equals(last.epoch);
    }

    private void publish(String channel, long version, String epoch) {
        assertThat(versions.offer(channel, version, epoch)).isEqualTo(NEW);
        versions.kept(channel, version, epoch);
    }
}
