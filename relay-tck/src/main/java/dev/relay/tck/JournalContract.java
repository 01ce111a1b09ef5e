package dev.relay.tck;

import static dev.relay.tck.Samples.all;
import static dev.relay.tck.Samples.append;
import static dev.relay.tck.Samples.appends;
import static dev.relay.tck.Samples.load;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Durability;
import dev.relay.Publication;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * The rules of {@link Journal} as tests; the tag of a test is the number of the rule it shows. An implementor extends
 * this class, implements {@link #journal}, {@link #crash} and {@link #replace}, and gives each test a store of its own.
 */
public abstract class JournalContract extends JournalSearchRules {
    /** For implementors. */
    protected JournalContract() {}

    @Test
    @Tag("J3")
    void a_synchronous_stream_keeps_its_epoch_and_top_when_closed() {
        StreamState before = load(journal, "orders");
        journal.append(appends(before, 1, 3));
        restart();
        StreamState after = load(journal, "orders");
        assertThat(after).isEqualTo(new StreamState("orders", before.streamId(), before.epoch(), 3, 0));
    }

    @Test
    @Tag("J3")
    void a_synchronous_stream_keeps_its_epoch_and_top_after_a_crash() {
        StreamState before = load(journal, "orders");
        journal.append(appends(before, 1, 3));
        crashAndRestart();
        StreamState after = load(journal, "orders");
        assertThat(after).isEqualTo(new StreamState("orders", before.streamId(), before.epoch(), 3, 0));
    }

    @Test
    @Tag("J3")
    void an_asynchronous_stream_keeps_its_epoch_when_closed() {
        StreamState before = load(journal, "ticks", Durability.ASYNC);
        journal.append(appends(before, 1, 3));
        restart();
        assertThat(load(journal, "ticks", Durability.ASYNC).epoch()).isEqualTo(before.epoch());
        crashAndRestart();
        assertThat(load(journal, "ticks", Durability.ASYNC).epoch()).isNotEqualTo(before.epoch());
    }

    @Test
    @Tag("J3")
    void an_asynchronous_stream_gets_a_new_epoch_after_a_crash_and_its_offsets_go_on() {
        StreamState before = load(journal, "ticks", Durability.ASYNC);
        journal.append(appends(before, 1, 3));
        crashAndRestart();

        StreamState after = load(journal, "ticks", Durability.ASYNC);

        assertThat(after.epoch()).isNotEmpty().isNotEqualTo(before.epoch());
        assertThat(after.streamId()).isEqualTo(before.streamId());
        assertThat(after.top()).isEqualTo(3);
        journal.append(List.of(append(after, 4)));
        assertThat(journal.read(all(after))).isEqualTo(publications(appends(after, 1, 4)));
    }

    @Test
    @Tag("J3")
    void an_asynchronous_stream_keeps_its_new_epoch_while_its_owner_lives() {
        load(journal, "ticks", Durability.ASYNC);
        crashAndRestart();
        String epoch = load(journal, "ticks", Durability.ASYNC).epoch();
        assertThat(load(journal, "ticks", Durability.ASYNC).epoch()).isEqualTo(epoch);
        restart();
        assertThat(load(journal, "ticks", Durability.ASYNC).epoch()).isEqualTo(epoch);
    }

    @Test
    @Tag("J3")
    void an_asynchronous_stream_that_the_crashed_owner_did_not_load_keeps_its_epoch() {
        String epoch = load(journal, "ticks", Durability.ASYNC).epoch();
        restart();
        crashAndRestart();
        assertThat(load(journal, "ticks", Durability.ASYNC).epoch()).isEqualTo(epoch);
    }

    @Test
    @Tag("J3")
    void a_stream_that_was_asynchronous_in_the_crash_gets_a_new_epoch_once_when_it_is_synchronous_now() {
        String before = load(journal, "ticks", Durability.ASYNC).epoch();
        crashAndRestart();
        String after = load(journal, "ticks").epoch();
        assertThat(after).isNotEqualTo(before);
        crashAndRestart();
        assertThat(load(journal, "ticks").epoch()).isEqualTo(after);
    }

    @Test
    @Tag("J4")
    void loading_an_unknown_channel_makes_its_stream_durably() {
        StreamState made = load(journal, "orders");
        assertThat(made.channel()).isEqualTo("orders");
        assertThat(made.epoch()).matches("[A-Za-z0-9]{4,16}");
        assertThat(made.top()).isZero();
        assertThat(made.trimmedTo()).isZero();
        crashAndRestart();
        assertThat(load(journal, "orders")).isEqualTo(made);
    }

    @Test
    @Tag("J4")
    void answers_stand_in_the_order_of_the_requests() {
        List<StreamRequest> requests = new ArrayList<>(IntStream.range(0, 1_300)
                .mapToObj(i -> new StreamRequest("room-" + i * 7919 % 1_300, Durability.SYNC))
                .toList());
        List<StreamState> made = journal.load(requests.subList(100, 900));
        List<StreamState> all = journal.load(requests);
        assertThat(all).extracting(StreamState::channel).isEqualTo(channels(requests));
        assertThat(all.subList(100, 900)).isEqualTo(made);
        assertThat(all).extracting(StreamState::streamId).doesNotHaveDuplicates();
        assertThat(journal.load(List.of())).isEmpty();
    }

    private static List<String> channels(List<StreamRequest> requests) {
        return requests.stream().map(StreamRequest::channel).toList();
    }

    @Test
    @Tag("J4")
    void channels_differ_by_case_by_accent_and_by_spaces() {
        List<StreamRequest> requests = Stream.of(
                        "news",
                        "News",
                        "n\u00E9ws",
                        "ne\u0301ws",
                        "news ",
                        " news",
                        "news:1",
                        "n",
                        "\u00DF",
                        "ss",
                        "\uD83D\uDE80",
                        "x".repeat(255),
                        "\u00FC".repeat(127),
                        "news\u0000")
                .map(channel -> new StreamRequest(channel, Durability.SYNC))
                .toList();
        List<StreamState> made = journal.load(requests);
        assertThat(made).extracting(StreamState::channel).isEqualTo(channels(requests));
        assertThat(made).extracting(StreamState::streamId).doesNotHaveDuplicates();
        for (StreamRequest request : requests) {
            assertThat(load(journal, request.channel()).channel()).isEqualTo(request.channel());
        }
        assertThat(journal.load(requests)).isEqualTo(made);
    }

    @Test
    @Tag("J6")
    void a_store_with_a_living_owner_cannot_be_opened() {
        StreamState stream = load(journal, "orders");
        Journal second = closedAtTheEnd(journal());

        failure(second::open, Reason.OWNED);

        journal.append(List.of(append(stream, 1)));
        failure(second::open, Reason.OWNED);
        journal.close();
        second.open();
        second.append(List.of(append(stream, 2)));
    }

    @Test
    @Tag("J6")
    void an_owner_that_was_replaced_is_fenced_and_writes_nothing() {
        StreamState stream = load(journal, "orders");
        journal.append(List.of(append(stream, 1)));
        Journal replaced = journal;

        journal = closedAtTheEnd(replace(replaced));

        failure(() -> replaced.append(List.of(append(stream, 2))), Reason.FENCED);
        failure(() -> replaced.append(List.of(append(stream, 2))), Reason.FENCED);
        failure(() -> load(replaced, "other"), Reason.FENCED);
        failure(replaced::heartbeat, Reason.FENCED);
        failure(() -> replaced.renew(stream.streamId()), Reason.FENCED);
        assertThat(journal.read(all(stream))).hasSize(1);
        journal.append(List.of(append(stream, 2)));
    }

    @Test
    @Tag("J6")
    void a_replaced_owner_hears_of_it_from_a_load_or_a_heartbeat_as_well() {
        Journal first = journal;
        Journal second = closedAtTheEnd(replace(first));
        failure(() -> load(first, "orders"), Reason.FENCED);
        journal = closedAtTheEnd(replace(second));
        failure(second::heartbeat, Reason.FENCED);
        journal.heartbeat();
    }

    @Test
    @Tag("J6")
    void closing_a_replaced_owner_ends_nothing_of_its_successor() {
        Journal replaced = journal;
        journal = closedAtTheEnd(replace(replaced));
        String epoch = load(journal, "ticks", Durability.ASYNC).epoch();

        replaced.close();

        journal.heartbeat();
        failure(closedAtTheEnd(journal())::open, Reason.OWNED);
        crashAndRestart();
        assertThat(load(journal, "ticks", Durability.ASYNC).epoch()).isNotEqualTo(epoch);
    }

    @Test
    @Tag("J6")
    void what_an_owner_had_open_when_it_was_replaced_was_not_closed_cleanly() {
        Journal replaced = journal;
        String epoch = load(replaced, "ticks", Durability.ASYNC).epoch();
        journal = closedAtTheEnd(replace(replaced));
        assertThat(load(journal, "ticks", Durability.ASYNC).epoch()).isNotEqualTo(epoch);
    }

    @Test
    @Tag("J9")
    void a_refused_append_spoils_nothing() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 3));
        for (int i = 0; i < 3; i++) {
            failure(() -> journal.append(List.of(append(stream, 9))), Reason.BEHIND);
            journal.heartbeat();
        }
        journal.append(appends(stream, 4, 5));
        assertThat(journal.read(all(stream))).isEqualTo(publications(appends(stream, 1, 5)));
        restart();
        assertThat(load(journal, "orders").top()).isEqualTo(5);
    }

    @Test
    @Tag("J10")
    void closing_again_does_nothing() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 3));
        journal.close();
        journal.close();
        closedAtTheEnd(journal()).close();
        journal = open();
        assertThat(load(journal, "orders").top()).isEqualTo(3);
    }

    @Test
    @Tag("J10")
    void a_closed_store_is_opened_again_at_once() {
        for (int i = 0; i < 5; i++) {
            restart();
        }
        journal.heartbeat();
    }

    @Test
    @Tag("J10")
    void reads_after_a_restart_return_what_reads_before_it_did() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 200));
        List<Publication> before = journal.read(all(stream));
        restart();
        assertThat(journal.read(all(load(journal, "orders")))).isEqualTo(before);
    }

    @Test
    @Tag("J1")
    @Tag("J2")
    @Tag("J3")
    @Tag("J5")
    @Tag("J7")
    @Tag("J11")
    @Tag("J14")
    void a_random_life_leaves_what_a_list_would(TestReporter reporter) {
        long seed = new Random().nextLong();
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        RandomLife life = new RandomLife(random, "seed=" + seed);
        for (int step = 0; step < 150; step++) {
            switch (random.nextInt(14)) {
                case 0 -> restart();
                case 1 -> crashAndRestart();
                case 2 -> journal.heartbeat();
                case 3, 4 -> life.load(journal);
                case 5 -> life.appendAgain(journal);
                case 6 -> failure(() -> life.appendWithHole(journal), Reason.BEHIND);
                case 7 -> life.read(journal);
                case 8 -> life.trim(journal);
                case 9 -> life.deleteExpiredKeys(journal);
                default -> life.append(journal);
            }
        }
        life.readAll(journal);
    }
}
