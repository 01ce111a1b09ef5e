package dev.relay.tck;

import static dev.relay.tck.Samples.all;
import static dev.relay.tck.Samples.append;
import static dev.relay.tck.Samples.appends;
import static dev.relay.tck.Samples.foreign;
import static dev.relay.tck.Samples.load;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Durability;
import dev.relay.journal.Append;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** J1, J2, J5, J12, J13: what an append does and does not. */
abstract class JournalWriteRules extends JournalFixture {
    @Test
    @Tag("J1")
    void an_append_is_there_after_a_crash_that_follows_it_at_once() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 3));

        crashAndRestart();

        assertThat(load(journal, "orders").top()).isEqualTo(3);
        assertThat(journal.read(all(stream))).isEqualTo(publications(appends(stream, 1, 3)));
    }

    @Test
    @Tag("J1")
    void nothing_of_a_refused_batch_is_there() {
        StreamState good = load(journal, "good");
        StreamState bad = load(journal, "bad");
        List<Append> batch = new ArrayList<>(appends(good, 1, 70));
        batch.add(append(bad, 2));

        failure(() -> journal.append(batch), Reason.BEHIND);

        assertThat(journal.read(all(good))).isEmpty();
        assertThat(journal.read(all(bad))).isEmpty();
        assertThat(load(journal, "good").top()).isZero();
        crashAndRestart();
        assertThat(load(journal, "good").top()).isZero();
    }

    @Test
    @Tag("J1")
    void a_batch_of_many_streams_is_written_whole() {
        List<StreamRequest> requests = IntStream.range(0, 300)
                .mapToObj(i -> new StreamRequest("room-" + i, Durability.SYNC))
                .toList();
        List<StreamState> streams = journal.load(requests);
        List<Append> batch = new ArrayList<>();
        for (long offset = 1; offset <= 2; offset++) {
            for (StreamState stream : streams) {
                batch.add(append(stream, offset));
            }
        }

        journal.append(batch);

        for (StreamState stream : streams) {
            assertThat(journal.read(all(stream))).as(stream.channel()).hasSize(2);
        }
    }

    @Test
    @Tag("J1")
    void batches_of_every_size_are_written_whole() {
        StreamState stream = load(journal, "orders");
        long top = 0;
        for (int size : new int[] {1, 2, 7, 8, 9, 63, 64, 65, 511, 512, 513, 1100}) {
            journal.append(appends(stream, top + 1, top + size));
            top += size;
        }
        assertThat(journal.read(all(stream))).isEqualTo(publications(appends(stream, 1, top)));
    }

    @Test
    @Tag("J1")
    void the_streams_of_a_batch_come_in_any_order() {
        StreamState one = load(journal, "one");
        StreamState two = load(journal, "two");

        journal.append(List.of(append(two, 1), append(one, 1), append(two, 2), append(one, 2), append(two, 3)));

        assertThat(journal.read(all(one))).isEqualTo(publications(appends(one, 1, 2)));
        assertThat(journal.read(all(two))).isEqualTo(publications(appends(two, 1, 3)));
    }

    @Test
    @Tag("J2")
    void the_first_offset_is_1() {
        StreamState stream = load(journal, "orders");
        failure(() -> journal.append(List.of(append(stream, 2))), Reason.BEHIND);
        failure(() -> journal.append(List.of(append(stream, 0))), Reason.REFUSED);
        journal.append(List.of(append(stream, 1)));
    }

    @Test
    @Tag("J2")
    void a_hole_after_the_top_is_refused() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 5));
        failure(() -> journal.append(List.of(append(stream, 7))), Reason.BEHIND);
        assertThat(load(journal, "orders").top()).isEqualTo(5);
    }

    @Test
    @Tag("J2")
    void a_hole_within_a_batch_is_refused() {
        StreamState stream = load(journal, "orders");
        failure(() -> journal.append(List.of(append(stream, 1), append(stream, 3))), Reason.REFUSED);
        assertThat(journal.read(all(stream))).isEmpty();
    }

    @Test
    @Tag("J2")
    void a_hole_after_a_restart_is_refused() {
        journal.append(appends(load(journal, "orders"), 1, 5));
        restart();
        StreamState stream = load(journal, "orders");
        failure(() -> journal.append(List.of(append(stream, 7))), Reason.BEHIND);
        journal.append(List.of(append(stream, 6)));
    }

    @Test
    @Tag("J2")
    void an_append_to_a_stream_that_was_never_loaded_is_refused() {
        StreamState unknown = new StreamState("nowhere", 4_711, "epoch", 0, 0);
        failure(() -> journal.append(List.of(append(unknown, 1))), Reason.BEHIND);
    }

    @Test
    @Tag("J5")
    void a_batch_offered_again_is_there_once() {
        StreamState stream = load(journal, "orders");
        List<Append> batch = appends(stream, 1, 100);
        journal.append(batch);

        journal.append(batch);

        assertThat(journal.read(all(stream))).isEqualTo(publications(batch));
        journal.append(List.of(append(stream, 101)));
    }

    @Test
    @Tag("J5")
    void a_batch_offered_again_after_a_restart_is_there_once() {
        StreamState stream = load(journal, "orders");
        List<Append> batch = appends(stream, 1, 100);
        journal.append(batch);
        crashAndRestart();

        journal.append(batch);

        assertThat(journal.read(all(stream))).isEqualTo(publications(batch));
    }

    @Test
    @Tag("J5")
    void what_is_missing_of_a_batch_offered_again_is_written() {
        StreamState one = load(journal, "one");
        StreamState two = load(journal, "two");
        journal.append(appends(one, 1, 3));
        List<Append> batch = new ArrayList<>(appends(two, 1, 2));
        batch.addAll(appends(one, 2, 6));

        journal.append(batch);

        assertThat(journal.read(all(one))).isEqualTo(publications(appends(one, 1, 6)));
        assertThat(journal.read(all(two))).isEqualTo(publications(appends(two, 1, 2)));
    }

    @Test
    @Tag("J5")
    void a_foreign_append_at_the_same_offset_is_told_and_writes_nothing() {
        StreamState stream = load(journal, "orders");
        StreamState other = load(journal, "other");
        journal.append(appends(stream, 1, 3));

        failure(() -> journal.append(List.of(append(other, 1), foreign(append(stream, 3)))), Reason.OCCUPIED);

        assertThat(journal.read(all(stream))).isEqualTo(publications(appends(stream, 1, 3)));
        assertThat(journal.read(all(other))).isEmpty();
        journal.append(
                List.of(append(other, 1), append(stream, 4))); // it is for the engine to stop, or to make it good
    }

    @Test
    @Tag("J5")
    void what_stands_is_recognised_in_other_batches_than_its_own() {
        StreamState one = load(journal, "one");
        StreamState two = load(journal, "two");
        List<Append> batch = new ArrayList<>(appends(one, 1, 10));
        batch.addAll(appends(two, 1, 10));
        journal.append(batch);

        journal.append(batch.subList(0, 4));
        journal.append(batch.subList(4, 13));
        List<Append> more = new ArrayList<>(appends(two, 2, 12));
        more.addAll(appends(one, 10, 11));
        journal.append(more);

        assertThat(journal.read(all(one))).isEqualTo(publications(appends(one, 1, 11)));
        assertThat(journal.read(all(two))).isEqualTo(publications(appends(two, 1, 12)));
    }

    @Test
    @Tag("J12")
    void a_renewed_stream_has_another_epoch_for_good_and_goes_on() {
        StreamState before = load(journal, "orders");
        StreamState other = load(journal, "other");
        journal.append(appends(before, 1, 3));
        journal.append(appends(other, 1, 1));

        StreamState after = journal.renew(before.streamId());

        assertThat(after.epoch()).matches("[A-Za-z0-9]{4,16}").isNotEqualTo(before.epoch());
        assertThat(after).isEqualTo(new StreamState("orders", before.streamId(), after.epoch(), 3, 0));
        assertThat(load(journal, "orders")).isEqualTo(after);
        assertThat(load(journal, "other").epoch()).isEqualTo(other.epoch());
        journal.append(List.of(append(after, 4)));
        assertThat(journal.read(all(after))).isEqualTo(publications(appends(after, 1, 4)));
        crashAndRestart();
        assertThat(load(journal, "orders").epoch()).isEqualTo(after.epoch());
        failure(() -> journal.renew(4_711), Reason.REFUSED);
    }

    @Test
    @Tag("J13")
    void an_append_in_an_epoch_that_is_not_the_streams_finds_it_behind() {
        StreamState before = load(journal, "orders");
        journal.append(appends(before, 1, 3));
        StreamState after = journal.renew(before.streamId());

        failure(() -> journal.append(List.of(append(before, 4))), Reason.BEHIND);
        failure(() -> journal.append(List.of(append(before, 3))), Reason.BEHIND);

        assertThat(journal.read(all(after))).isEqualTo(publications(appends(after, 1, 3)));
        journal.append(List.of(append(after, 4)));
    }

    @Test
    @Tag("J13")
    void an_append_behind_a_hole_finds_the_stream_behind_until_the_hole_is_filled() {
        StreamState stream = load(journal, "orders");
        StreamState other = load(journal, "other");
        journal.append(appends(stream, 1, 3));

        failure(() -> journal.append(List.of(append(other, 1), append(stream, 6), append(stream, 7))), Reason.BEHIND);
        assertThat(journal.read(all(other))).isEmpty();

        journal.append(appends(stream, 2, 5));
        journal.append(appends(stream, 6, 7));
        assertThat(journal.read(all(stream))).isEqualTo(publications(appends(stream, 1, 7)));
    }

    @Test
    @Tag("J5")
    void a_foreign_append_amid_a_batch_offered_again_is_told_and_writes_nothing() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 3));
        List<Append> batch = new ArrayList<>(appends(stream, 1, 5));
        batch.set(1, foreign(batch.get(1)));

        failure(() -> journal.append(batch), Reason.OCCUPIED);

        assertThat(journal.read(all(stream))).isEqualTo(publications(appends(stream, 1, 3)));
    }

    @Test
    @Tag("J5")
    void a_shuffled_batch_offered_again_is_there_once() {
        List<Append> batch = new ArrayList<>();
        List<StreamState> streams = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            StreamState stream = load(journal, "room-" + i);
            streams.add(stream);
            batch.add(append(stream, 1));
        }
        journal.append(batch);
        Collections.shuffle(batch, new Random(1));

        journal.append(batch);

        for (StreamState stream : streams) {
            assertThat(journal.read(all(stream))).hasSize(1);
        }
    }
}
