package dev.relay.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.PublishOptions;
import dev.relay.PublishResult.Published;
import dev.relay.Relay;
import dev.relay.RelayBuilder;
import dev.relay.RelayException;
import dev.relay.Replay;
import dev.relay.ReplayRequest;
import dev.relay.journal.EventQuery;
import dev.relay.journal.JournalEntry;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.JournalPage;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.StreamQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the application finds in the journal, and publishes again, on a whole engine. */
@Timeout(60)
class JournalViewTest {
    private static RelayBuilder builder(FaultyJournal journal) {
        return Relay.builder()
                .shards(2)
                .journal(journal)
                .channelDefaults(ChannelOptions.journaled())
                .namespace("ticks", options(Durability.ASYNC))
                .namespace("live", ChannelOptions.transientChannel());
    }

    private static ChannelOptions options(Durability durability) {
        return ChannelOptions.builder().durability(durability).build();
    }

    private static void publish(Relay relay, String channel, int from, int to) {
        for (int i = from; i <= to; i++) {
            PublishOptions how =
                    PublishOptions.builder().tags(Map.of("n", "" + i)).build();
            assertThat(Await.result(relay.publish(channel, Payload.of("" + i), how)))
                    .isInstanceOf(Published.class);
        }
    }

    private static List<String> texts(Relay relay, String channel) {
        List<JournalEntry> found = new ArrayList<>();
        JournalQuery query = JournalQuery.oldest(1_000).inChannel(channel);
        JournalPage page;
        do {
            page = Await.result(relay.journal().find(query));
            found.addAll(page.entries());
            query = query.after(page.cursor());
        } while (page.more());
        return found.stream().map(entry -> entry.publication().data().text()).toList();
    }

    @Test
    void everything_is_found_across_channels_and_streams_are_listed() {
        try (Relay relay = builder(new FaultyJournal()).build()) {
            publish(relay, "a", 1, 3);
            publish(relay, "b", 4, 5);
            publish(relay, "live:1", 6, 6);

            JournalPage page = Await.result(relay.journal().find(JournalQuery.newest(10)));
            assertThat(page.entries())
                    .extracting(entry ->
                            entry.channel() + "=" + entry.publication().data().text())
                    .containsExactly("b=5", "b=4", "a=3", "a=2", "a=1");
            assertThat(Await.result(relay.journal().find(JournalQuery.newest(10).tagged(Map.of("n", "2"))))
                            .entries())
                    .hasSize(1);
            assertThat(Await.result(relay.journal().streams(StreamQuery.all(10)))
                            .streams())
                    .extracting(stream -> stream.state().channel() + " " + stream.count())
                    .containsExactly("a 3", "b 2");
            assertThat(Await.result(relay.journal().events(EventQuery.newest(10))))
                    .isEmpty();
        }
    }

    @Test
    void what_was_acknowledged_before_it_is_committed_is_found_all_the_same() {
        FaultyJournal journal = new FaultyJournal();
        try (Relay relay = builder(journal).build()) {
            publish(relay, "ticks:1", 1, 1);
            assertThat(texts(relay, "ticks:1")).containsExactly("1");
            journal.blockAppend();
            publish(relay, "ticks:1", 2, 3);
            Await.until("the append waits", journal::isAppendBlocked, () -> "");
            CompletionStage<JournalPage> page =
                    relay.journal().find(JournalQuery.oldest(10).inChannel("ticks:1"));
            journal.releaseAppend();
            assertThat(Await.result(page).entries())
                    .extracting(entry -> entry.publication().data().text())
                    .containsExactly("1", "2", "3");
        }
    }

    @Test
    void a_journal_that_cannot_be_read_says_so_and_is_read_again_later() {
        FaultyJournal journal = new FaultyJournal();
        try (Relay relay = builder(journal).build()) {
            publish(relay, "a", 1, 1);
            journal.breakDown(Reason.UNAVAILABLE);
            assertThat(Await.failure(relay.journal().find(JournalQuery.newest(1))))
                    .isInstanceOfSatisfying(JournalException.class, failure -> assertThat(failure.isTransient())
                            .isTrue());
            journal.repair();
            assertThat(texts(relay, "a")).containsExactly("1");
        }
    }

    @Test
    void a_search_that_would_miss_what_waits_in_the_spool_says_so_until_the_journal_has_it() {
        FaultyJournal journal = new FaultyJournal();
        try (Relay relay = builder(journal).spool(new MemorySpool()).build()) {
            publish(relay, "a", 1, 1);
            journal.breakDown(Reason.UNAVAILABLE);
            publish(relay, "a", 2, 2);
            assertThat(Await.failure(relay.journal().find(JournalQuery.newest(1))))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("wait in the spool");
            journal.repair();
            Await.until(
                    "the journal has it",
                    () -> Await.result(relay.journal()
                                    .find(JournalQuery.newest(1))
                                    .thenApply(JournalPage::entries)
                                    .exceptionally(failure -> List.of()))
                            .stream()
                            .anyMatch(entry -> entry.publication().offset() == 2),
                    () -> "");
            assertThat(texts(relay, "a")).containsExactly("1", "2");
        }
    }

    @Test
    void many_questions_at_once_are_answered_or_refused_with_words() {
        try (Relay relay = builder(new FaultyJournal()).build()) {
            publish(relay, "a", 1, 1);
            List<CompletionStage<JournalPage>> pages = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                pages.add(relay.journal().find(JournalQuery.newest(1)).exceptionally(failure -> {
                    assertThat(failure).isInstanceOf(RelayException.class).hasMessageContaining("ask more slowly");
                    return new JournalPage(List.of(), "refused", false);
                }));
            }
            int answered = 0;
            for (CompletionStage<JournalPage> page : pages) {
                answered += Await.result(page).entries().size();
            }
            assertThat(answered).isGreaterThanOrEqualTo(256);
            assertThat(texts(relay, "a")).containsExactly("1");
        }
    }

    @Test
    void an_engine_without_a_journal_says_so() {
        try (Relay relay = Relay.builder().shards(1).build()) {
            assertThat(Await.failure(relay.journal().find(JournalQuery.newest(1))))
                    .isInstanceOf(RelayException.class)
                    .hasMessageContaining("no journal");
        }
    }

    @Test
    void a_replay_publishes_again_in_order_with_payload_and_tags() {
        try (Relay relay = builder(new FaultyJournal()).build()) {
            publish(relay, "a", 1, 700);
            Replay replay = Await.result(
                    relay.journal().replay(ReplayRequest.of("a", "b").offsets(10, 690)));
            Replay.Progress end = Await.result(replay.ended());

            assertThat(end).isEqualTo(new Replay.Progress(Replay.State.DONE, 680, 690, 680, ""));
            assertThat(texts(relay, "b")).isEqualTo(texts(relay, "a").subList(10, 690));
            Publication first = Await.result(
                            relay.journal().find(JournalQuery.oldest(1).inChannel("b")))
                    .entries()
                    .get(0)
                    .publication();
            assertThat(first.tags()).isEqualTo(Map.of("n", "11", "replay-of", "a/11"));
            assertThat(relay.journal().replay(replay.id())).isSameAs(replay);
            assertThat(relay.journal().replays()).containsExactly(replay);
        }
    }

    @Test
    void a_replay_into_its_own_channel_ends_with_what_was_there_when_it_began() {
        try (Relay relay = builder(new FaultyJournal()).build()) {
            publish(relay, "a", 1, 300);
            Replay replay = Await.result(
                    relay.journal().replay(ReplayRequest.intoItself("a").untagged()));
            assertThat(Await.result(replay.ended()).published()).isEqualTo(300);
            List<String> all = texts(relay, "a");
            assertThat(all.subList(300, 600)).isEqualTo(all.subList(0, 300));
        }
    }

    @Test
    void a_replay_that_makes_no_sense_is_refused_with_words() {
        try (Relay relay = builder(new FaultyJournal()).build()) {
            publish(relay, "a", 1, 1);
            assertThat(Await.failure(relay.journal().replay(ReplayRequest.of("nothing", "b"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("source nothing");
            assertThat(Await.failure(relay.journal().replay(ReplayRequest.of("a", "unknown:b"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("target unknown:b");
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> ReplayRequest.of("a", "a")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("into itself");
        }
    }

    @Test
    void a_replay_at_its_own_speed_waits_and_can_be_cancelled_and_only_so_many_run() {
        FaultyJournal journal = new FaultyJournal();
        try (Relay relay = builder(journal).build()) {
            publish(relay, "a", 1, 2);
            ReplayRequest slow = ReplayRequest.of("a", "b").speed(1e-6);
            List<Replay> running = new ArrayList<>();
            for (int i = 0; i < Replays.RUNNING; i++) {
                running.add(Await.result(relay.journal().replay(slow)));
            }
            for (Replay replay : running) {
                Await.until("the first is out", () -> replay.progress().published() == 1, () -> replay.progress()
                        .toString());
            }
            assertThat(Await.failure(relay.journal().replay(slow)))
                    .isInstanceOf(RelayException.class)
                    .hasMessageContaining("4 replays are running");
            running.get(0).cancel();
            assertThat(Await.result(running.get(0).ended()))
                    .isEqualTo(new Replay.Progress(Replay.State.CANCELLED, 1, 1, 2, ""));
            Await.result(relay.journal().replay(slow)).cancel();
            running.forEach(Replay::cancel);
        }
    }

    @Test
    void a_replay_goes_on_after_an_outage_without_losing_or_repeating_anything() {
        FaultyJournal journal = new FaultyJournal();
        try (Relay relay = builder(journal).build()) {
            publish(relay, "a", 1, 500);
            publish(relay, "b", 0, 0);
            journal.blockAppend();
            Replay replay = Await.result(relay.journal().replay(ReplayRequest.of("a", "b")));
            Await.until("the append waits", journal::isAppendBlocked, () -> "");
            journal.breakDown(Reason.UNAVAILABLE);
            journal.releaseAppend();
            Await.until(
                    "the replay is in trouble",
                    () -> !replay.progress().detail().isEmpty(),
                    () -> replay.progress().toString());
            journal.repair();
            assertThat(Await.result(replay.ended()))
                    .isEqualTo(new Replay.Progress(Replay.State.DONE, 500, 500, 500, ""));
            assertThat(texts(relay, "b").subList(1, 501)).isEqualTo(texts(relay, "a"));
            assertThat(texts(relay, "b")).hasSize(501);
        }
    }

    @Test
    void closing_the_engine_ends_its_replays() {
        Replay replay;
        try (Relay relay = builder(new FaultyJournal()).build()) {
            publish(relay, "a", 1, 2);
            replay = Await.result(
                    relay.journal().replay(ReplayRequest.of("a", "b").speed(1e-6)));
        }
        assertThat(replay.progress().published()).isLessThan(2);
    }
}
