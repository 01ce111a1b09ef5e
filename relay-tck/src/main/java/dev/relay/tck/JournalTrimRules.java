package dev.relay.tck;

import static dev.relay.tck.Samples.all;
import static dev.relay.tck.Samples.append;
import static dev.relay.tck.Samples.appends;
import static dev.relay.tck.Samples.load;
import static dev.relay.tck.Samples.timeMicros;
import static dev.relay.tck.Samples.trim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.journal.Append;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.StoredPublication;
import dev.relay.journal.StoredStream;
import dev.relay.journal.StreamState;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** J11: what a trim deletes, and what it leaves. */
abstract class JournalTrimRules extends JournalEventRules {
    @Test
    @Tag("J11")
    void a_trim_deletes_up_to_its_offset_and_nothing_of_another_stream() {
        StreamState stream = load(journal, "orders");
        StreamState other = load(journal, "other");
        journal.append(appends(stream, 1, 10));
        journal.append(appends(other, 1, 10));

        trim(journal, stream, 7);

        assertThat(journal.read(all(stream))).isEqualTo(publications(appends(stream, 8, 10)));
        assertThat(journal.read(all(other))).isEqualTo(publications(appends(other, 1, 10)));
        assertThat(load(journal, "orders")).isEqualTo(trimmed(stream, 10, 7));
        assertThat(load(journal, "other")).isEqualTo(trimmed(other, 10, 0));
    }

    @Test
    @Tag("J11")
    void a_trim_of_everything_keeps_epoch_and_top_and_appending_goes_on() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 10));

        trim(journal, stream, 10);

        assertThat(journal.read(all(stream))).isEmpty();
        assertThat(load(journal, "orders")).isEqualTo(trimmed(stream, 10, 10));
        failure(() -> journal.append(List.of(append(stream, 12))), Reason.BEHIND);
        journal.append(appends(stream, 11, 12));
        assertThat(journal.read(all(stream))).isEqualTo(publications(appends(stream, 11, 12)));
    }

    @Test
    @Tag("J11")
    void what_was_trimmed_stays_so_when_the_store_is_opened_again() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 10));
        trim(journal, stream, 4);
        restart();
        assertThat(load(journal, "orders")).isEqualTo(trimmed(stream, 10, 4));
        trim(journal, stream, 10);
        crashAndRestart();
        assertThat(load(journal, "orders")).isEqualTo(trimmed(stream, 10, 10));
        assertThat(journal.read(all(stream))).isEmpty();
        journal.append(List.of(append(stream, 11)));
        assertThat(load(journal, "orders")).isEqualTo(trimmed(stream, 11, 10));
    }

    @Test
    @Tag("J11")
    void an_asynchronous_stream_keeps_its_top_when_a_crash_follows_a_trim() {
        StreamState stream = load(journal, "ticks", Durability.ASYNC);
        journal.append(appends(stream, 1, 10));
        trim(journal, stream, 10);
        crashAndRestart();
        StreamState after = load(journal, "ticks", Durability.ASYNC);
        assertThat(after.epoch()).isNotEqualTo(stream.epoch());
        assertThat(after.top()).isEqualTo(10);
        journal.append(List.of(append(after, 11)));
    }

    @Test
    @Tag("J11")
    void trimming_again_or_less_changes_nothing() {
        StreamState stream = load(journal, "orders");
        assertThat(journal.trim(stream.streamId(), 0)).isZero();
        journal.append(appends(stream, 1, 10));
        trim(journal, stream, 7);
        assertThat(journal.trim(stream.streamId(), 7)).isEqualTo(7);
        assertThat(journal.trim(stream.streamId(), 3)).isEqualTo(7);
        assertThat(journal.trim(stream.streamId(), 0)).isEqualTo(7);
        assertThat(journal.read(all(stream))).isEqualTo(publications(appends(stream, 8, 10)));
        assertThat(load(journal, "orders")).isEqualTo(trimmed(stream, 10, 7));
    }

    @Test
    @Tag("J11")
    void a_trim_beyond_the_top_or_of_an_unknown_stream_is_refused() {
        StreamState stream = load(journal, "orders");
        failure(() -> journal.trim(stream.streamId(), 1), Reason.REFUSED);
        journal.append(appends(stream, 1, 3));
        failure(() -> journal.trim(stream.streamId(), 4), Reason.REFUSED);
        failure(() -> journal.trim(4_711, 1), Reason.REFUSED);
        assertThat(journal.read(all(stream))).hasSize(3);
        assertThat(load(journal, "orders")).isEqualTo(trimmed(stream, 3, 0));
        journal.append(List.of(append(stream, 4)));
    }

    @Test
    @Tag("J11")
    void what_was_trimmed_is_not_written_again() {
        StreamState stream = load(journal, "orders");
        List<Append> batch = appends(stream, 1, 5);
        journal.append(batch);
        trim(journal, stream, 3);
        failure(() -> journal.append(batch), Reason.REFUSED);
        failure(() -> journal.append(batch.subList(0, 1)), Reason.REFUSED);
        assertThat(journal.read(all(stream))).isEqualTo(publications(appends(stream, 4, 5)));
        journal.append(appends(stream, 4, 6)); // J5: what is still there is recognised
        assertThat(journal.read(all(stream))).isEqualTo(publications(appends(stream, 4, 6)));
    }

    @Test
    @Tag("J11")
    void between_the_steps_of_a_long_trim_the_stream_is_whole_and_takes_appends() {
        StreamState stream = load(journal, "orders");
        long top = 3_000;
        journal.append(appends(stream, 1, top));
        long through = top - 10;
        long trimmedTo = 0;
        while (trimmedTo < through) {
            long reached = journal.trim(stream.streamId(), through);
            assertThat(reached).isGreaterThan(trimmedTo).isLessThanOrEqualTo(through);
            trimmedTo = reached;
            journal.append(List.of(append(stream, ++top)));
            assertThat(offsets(journal.read(all(stream))))
                    .isEqualTo(
                            LongStream.rangeClosed(trimmedTo + 1, top).boxed().toList());
            assertThat(load(journal, "orders")).isEqualTo(trimmed(stream, top, trimmedTo));
        }
    }

    @Test
    @Tag("J11")
    void a_stream_of_large_publications_is_trimmed() {
        StreamState stream = load(journal, "images");
        journal.append(LongStream.rangeClosed(1, 30)
                .mapToObj(offset -> append(stream, offset, Payload.of(new byte[1 << 20])))
                .toList());
        trim(journal, stream, 29);
        assertThat(offsets(journal.read(all(stream)))).containsExactly(30L);
    }

    @Test
    @Tag("J6")
    @Tag("J11")
    void an_owner_that_was_replaced_trims_nothing() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 3));
        Journal replaced = journal;
        journal = closedAtTheEnd(replace(replaced));
        failure(() -> replaced.trim(stream.streamId(), 2), Reason.FENCED);
        failure(() -> replaced.trim(stream.streamId(), 2), Reason.FENCED);
        assertThat(journal.read(all(stream))).hasSize(3);
        assertThat(load(journal, "orders")).isEqualTo(trimmed(stream, 3, 0));
    }

    @Test
    @Tag("J16")
    void what_is_stored_of_each_stream_is_said_page_by_page() {
        StreamState empty = load(journal, "empty");
        StreamState whole = load(journal, "whole");
        StreamState cut = load(journal, "cut");
        StreamState gone = load(journal, "gone");
        journal.append(appends(whole, 1, 3));
        journal.append(appends(cut, 1, 5));
        journal.append(appends(gone, 1, 2));
        trim(journal, cut, 3);
        trim(journal, gone, 2);
        restart();

        List<StoredStream> first = journal.streams(0, 3);
        List<StoredStream> rest = journal.streams(first.get(2).stream().streamId(), 3);

        assertThat(first)
                .containsExactly(
                        new StoredStream(trimmed(empty, 0, 0), Long.MAX_VALUE),
                        new StoredStream(trimmed(whole, 3, 0), timeMicros(1)),
                        new StoredStream(trimmed(cut, 5, 3), timeMicros(4)));
        assertThat(rest).containsExactly(new StoredStream(trimmed(gone, 2, 2), Long.MAX_VALUE));
        assertThat(journal.streams(gone.streamId(), 3)).isEmpty();
    }

    @Test
    @Tag("J7")
    void a_payload_that_was_withheld_is_told_from_an_empty_one() {
        StreamState stream = load(journal, "orders");
        journal.append(List.of(append(stream, 1, Payload.withheld()), append(stream, 2, Payload.empty())));
        restart();
        assertThat(journal.read(all(stream)))
                .extracting(publication -> publication.data().isWithheld())
                .containsExactly(true, false);
        assertThat(journal.stored(stream.streamId(), 0, 1)).containsExactly(new StoredPublication(1, timeMicros(1), 0));
    }

    @Test
    @Tag("J16")
    void stored_publications_are_measured_and_the_deleted_ones_are_not_among_them() {
        StreamState stream = load(journal, "orders");
        journal.append(LongStream.rangeClosed(1, 6)
                .mapToObj(offset -> append(stream, offset, Payload.of(new byte[(int) offset * 1_000])))
                .toList());
        trim(journal, stream, 2);

        assertThat(journal.stored(stream.streamId(), 0, 3))
                .containsExactly(
                        new StoredPublication(3, timeMicros(3), 3_000),
                        new StoredPublication(4, timeMicros(4), 4_000),
                        new StoredPublication(5, timeMicros(5), 5_000));
        assertThat(journal.stored(stream.streamId(), 5, 3))
                .containsExactly(new StoredPublication(6, timeMicros(6), 6_000));
        assertThat(journal.stored(stream.streamId(), 6, 3)).isEmpty();
        assertThat(journal.stored(4_711, 0, 3)).isEmpty();
    }

    private static StreamState trimmed(StreamState stream, long top, long trimmedTo) {
        return new StreamState(stream.channel(), stream.streamId(), stream.epoch(), top, trimmedTo);
    }
}
