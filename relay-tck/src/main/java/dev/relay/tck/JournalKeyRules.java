package dev.relay.tck;

import static dev.relay.tck.Samples.all;
import static dev.relay.tck.Samples.append;
import static dev.relay.tck.Samples.keyed;
import static dev.relay.tck.Samples.load;
import static dev.relay.tck.Samples.timeMicros;
import static dev.relay.tck.Samples.trim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Durability;
import dev.relay.journal.Append;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.KeptKey;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** J14: what becomes of idempotency keys. */
abstract class JournalKeyRules extends JournalTrimRules {
    private static final long EXPIRY = timeMicros(1_000_000);

    @Test
    @Tag("J14")
    void a_key_is_there_after_a_crash_with_its_publication_and_comes_with_its_stream() {
        StreamState stream = load(journal, "orders");
        StreamState other = load(journal, "other");
        assertThat(stream.keys()).isEmpty();
        journal.append(List.of(append(stream, 1), keyed(append(stream, 2), "k", EXPIRY), append(other, 1)));

        crashAndRestart();

        assertThat(load(journal, "orders").keys()).containsExactly(new KeptKey("k", 2, EXPIRY));
        assertThat(load(journal, "other").keys()).isEmpty();
    }

    @Test
    @Tag("J14")
    void a_key_of_a_refused_batch_is_not_there() {
        StreamState stream = load(journal, "orders");
        Append good = keyed(append(stream, 1), "k", EXPIRY);

        failure(() -> journal.append(List.of(good, append(stream, 3))), Reason.REFUSED);

        assertThat(load(journal, "orders").keys()).isEmpty();
        journal.append(List.of(keyed(append(stream, 1), "k", EXPIRY)));
        assertThat(load(journal, "orders").keys()).containsExactly(new KeptKey("k", 1, EXPIRY));
    }

    @Test
    @Tag("J5")
    @Tag("J14")
    void a_batch_offered_again_has_its_keys_once() {
        StreamState stream = load(journal, "orders");
        List<Append> batch = manyKeyed(stream, 1, 20);
        journal.append(batch);

        journal.append(batch);
        crashAndRestart();
        journal.append(batch);

        assertThat(load(journal, "orders").keys()).isEqualTo(kept(batch));
    }

    @Test
    @Tag("J5")
    @Tag("J14")
    void what_is_missing_of_a_batch_offered_again_is_written_with_its_keys() {
        StreamState stream = load(journal, "orders");
        List<Append> batch = manyKeyed(stream, 1, 20);
        journal.append(batch.subList(0, 7));

        journal.append(batch);

        assertThat(load(journal, "orders").keys()).isEqualTo(kept(batch));
    }

    @Test
    @Tag("J14")
    void keys_differ_by_case_by_accent_and_by_spaces() {
        StreamState stream = load(journal, "orders");
        List<String> keys = List.of(
                "key", "Key", "k\u00E9y", "ke\u0301y", "key ", " key", "k\u0000", "\uD83D\uDE80", "k".repeat(255));
        List<Append> batch = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            batch.add(keyed(append(stream, i + 1), keys.get(i), EXPIRY));
        }
        journal.append(batch);

        restart();

        assertThat(load(journal, "orders").keys()).isEqualTo(kept(batch));
    }

    @Test
    @Tag("J14")
    void a_key_that_was_used_again_comes_with_both_offsets_the_later_first() {
        StreamState stream = load(journal, "orders");
        journal.append(List.of(keyed(append(stream, 1), "k", EXPIRY)));
        journal.append(List.of(keyed(append(stream, 2), "k", EXPIRY + 1)));
        assertThat(load(journal, "orders").keys())
                .containsExactly(new KeptKey("k", 2, EXPIRY + 1), new KeptKey("k", 1, EXPIRY));
    }

    @Test
    @Tag("J14")
    void a_trim_leaves_the_keys() {
        StreamState stream = load(journal, "orders");
        List<Append> batch = manyKeyed(stream, 1, 5);
        journal.append(batch);
        trim(journal, stream, 5);
        assertThat(journal.read(all(stream))).isEmpty();
        assertThat(load(journal, "orders").keys()).isEqualTo(kept(batch));
    }

    @Test
    @Tag("J14")
    void keys_that_have_expired_are_deleted_and_no_others() {
        StreamState one = load(journal, "one");
        StreamState two = load(journal, "two");
        List<Append> ofOne = manyKeyed(one, 1, 1_500);
        List<Append> ofTwo = manyKeyed(two, 1, 1_500);
        journal.append(ofOne);
        journal.append(ofTwo);

        int steps = 1;
        while (journal.deleteExpiredKeys(expiry(1_200))) {
            steps++;
        }

        assertThat(steps).isLessThan(2_400);
        assertThat(load(journal, "one").keys()).isEqualTo(kept(ofOne.subList(1_200, 1_500)));
        assertThat(load(journal, "two").keys()).isEqualTo(kept(ofTwo.subList(1_200, 1_500)));
        assertThat(journal.deleteExpiredKeys(expiry(1_200))).isFalse();
        assertThat(journal.read(all(one))).hasSize(1_500);
        crashAndRestart();
        assertThat(load(journal, "one").keys()).hasSize(300);
    }

    @Test
    @Tag("J14")
    void the_newest_keys_of_a_stream_come_with_it() {
        StreamState stream = load(journal, "orders");
        List<Append> batch = manyKeyed(stream, 1, StreamState.MAX_KEYS + 7);
        for (int from = 0; from < batch.size(); from += 512) {
            journal.append(batch.subList(from, Math.min(from + 512, batch.size())));
        }
        assertThat(load(journal, "orders").keys()).isEqualTo(kept(batch.subList(7, batch.size())));
    }

    @Test
    @Tag("J14")
    void many_streams_are_loaded_with_their_keys() {
        List<StreamRequest> requests = IntStream.range(0, 600)
                .mapToObj(i -> new StreamRequest("room-" + i, i % 2 == 0 ? Durability.SYNC : Durability.ASYNC))
                .toList();
        List<StreamState> made = journal.load(requests);
        journal.append(made.stream()
                .filter(stream -> stream.streamId() % 3 == 0)
                .map(stream -> keyed(append(stream, 1), stream.channel(), EXPIRY))
                .toList());

        List<StreamState> loaded = journal.load(requests);

        for (StreamState stream : loaded) {
            List<KeptKey> expected =
                    stream.streamId() % 3 == 0 ? List.of(new KeptKey(stream.channel(), 1, EXPIRY)) : List.of();
            assertThat(stream.keys()).as(stream.channel()).isEqualTo(expected);
        }
    }

    @Test
    @Tag("J6")
    @Tag("J14")
    void an_owner_that_was_replaced_deletes_no_keys() {
        StreamState stream = load(journal, "orders");
        List<Append> batch = manyKeyed(stream, 1, 3);
        journal.append(batch);
        Journal replaced = journal;
        journal = closedAtTheEnd(replace(replaced));

        failure(() -> replaced.deleteExpiredKeys(Long.MAX_VALUE), Reason.FENCED);

        assertThat(load(journal, "orders").keys()).isEqualTo(kept(batch));
    }

    private static List<Append> manyKeyed(StreamState stream, long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(offset -> Samples.keyed(append(stream, offset), "key-" + offset, expiry(offset)))
                .toList();
    }

    private static long expiry(long offset) {
        return EXPIRY + offset;
    }

    private static List<KeptKey> kept(List<Append> batch) {
        List<KeptKey> kept = new ArrayList<>();
        for (Append append : batch) {
            var key = append.key();
            if (key != null) {
                kept.add(new KeptKey(key.key(), append.publication().offset(), key.expiresAtMicros()));
            }
        }
        Collections.reverse(kept);
        return kept;
    }
}
