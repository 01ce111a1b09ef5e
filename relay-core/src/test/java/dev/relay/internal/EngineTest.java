package dev.relay.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.ErrorCode;
import dev.relay.Health;
import dev.relay.History;
import dev.relay.HistoryQuery;
import dev.relay.HistoryResult;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.PublishResult;
import dev.relay.Refused;
import dev.relay.Relay;
import dev.relay.RelayException;
import dev.relay.StreamPosition;
import dev.relay.Subscriber;
import dev.relay.Subscription;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.MemoryJournal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The whole engine, on threads of its own. */
class EngineTest {
    private static final Payload X = Payload.of("x");

    @Test
    void an_error_thrown_by_a_subscriber_ends_its_subscription_only() {
        try (Relay relay = Relay.builder().shards(1).build()) {
            Recorder good = new Recorder();
            Recorder thrower = new Recorder() {
                @Override
                public void publication(Publication publication) {
                    super.publication(publication);
                    throw new AssertionError("broken");
                }

                @Override
                public void ended() {
                    super.ended();
                    throw new IllegalStateException("broken as well");
                }
            };
            Await.result(relay.subscribe("news", thrower));
            Await.result(relay.subscribe("news", good));
            Await.result(relay.publish("news", Payload.of("1")));
            Await.result(relay.publish("news", Payload.of("2")));

            assertThat(good.seen).containsExactly("#0=1", "#0=2");
            assertThat(thrower.seen).containsExactly("#0=1", "ended");
            assertThat(relay.health().state()).isEqualTo(Health.State.READY);
        }
    }

    @Test
    void a_subscriber_of_a_pattern_is_told_the_channel() {
        ChannelOptions options = ChannelOptions.builder().allowWildcards(true).build();
        try (Relay relay = Relay.builder().shards(2).channelDefaults(options).build()) {
            CopyOnWriteArrayList<String> seen = new CopyOnWriteArrayList<>();
            Recorder unaware = new Recorder();
            Subscription subscription = Await.result(relay.subscribe("orders.*", new Subscriber() {
                @Override
                public void publication(Publication publication) {
                    throw new AssertionError("told without the channel");
                }

                @Override
                public void publication(String channel, Publication publication) {
                    seen.add(channel + "=" + publication.data().text());
                }
            }));
            Await.result(relay.subscribe("orders.*", unaware));
            assertThat(subscription.channel()).isEqualTo("orders.*");
            for (int i = 0; i < 8; i++) {
                Await.result(relay.publish("orders." + i, Payload.of("x")));
            }
            Await.result(relay.publish("other.1", X));
            Await.until("all have come", () -> seen.size() == 8 && unaware.seen.size() == 8, seen::toString);
            assertThat(seen).contains("orders.0=x", "orders.7=x").doesNotHaveDuplicates();
            subscription.close();
            Await.result(relay.publish("orders.8", X));
            assertThat(Await.result(relay.publish("orders.*", X))).isInstanceOf(Refused.class);
            Await.until("the other still hears", () -> unaware.seen.size() == 9, unaware.seen::toString);
            assertThat(seen).hasSize(8);
        }
    }

    @Test
    void a_closed_subscription_hears_nothing_more_and_is_not_told_that_it_ended() {
        try (Relay relay = Relay.builder().shards(1).build()) {
            Recorder recorder = new Recorder();
            Subscription subscription = Await.result(relay.subscribe("news", recorder));
            Await.result(relay.publish("news", Payload.of("1")));
            subscription.close();
            subscription.close();
            Await.result(relay.publish("news", Payload.of("2")));
            assertThat(recorder.seen).containsExactly("#0=1");
        }
    }

    @Test
    void a_stop_journals_what_an_async_channel_has_acknowledged_and_the_journal_had_refused() {
        FaultyJournal journal = new FaultyJournal();
        Relay relay = asyncRelay(journal);
        Await.result(relay.publish("news", Payload.of("1")));
        offered(journal, 1);
        journal.failAppend(Reason.UNAVAILABLE);
        journal.failAppend(Reason.UNAVAILABLE); // an append is tried twice before it is refused
        Await.result(relay.publish("news", Payload.of("2")));
        offered(journal, 3);
        Await.until("the journal works again", () -> relay.health().state() == Health.State.READY, relay::toString);
        StreamPosition before = top(relay);
        relay.close();

        try (Relay again = asyncRelay(new FaultyJournal(journal.store().reopen()))) {
            assertThat(top(again)).isEqualTo(before).isEqualTo(new StreamPosition(2, before.epoch()));
        }
    }

    @Test
    void a_stop_that_loses_acknowledged_async_publications_gives_the_stream_a_new_epoch() {
        FaultyJournal journal = new FaultyJournal();
        Relay relay = asyncRelay(journal);
        Await.result(relay.publish("news", Payload.of("1")));
        offered(journal, 1);
        journal.breakDown(Reason.UNAVAILABLE);
        Await.result(relay.publish("news", Payload.of("2")));
        StreamPosition before = top(relay);
        assertThat(before.offset()).isEqualTo(2);
        relay.close();

        try (Relay again = asyncRelay(new FaultyJournal(journal.store().reopen()))) {
            assertThat(top(again).offset()).isEqualTo(1);
            assertThat(top(again).epoch()).isNotEqualTo(before.epoch());
        }
    }

    private static void offered(FaultyJournal journal, int batches) {
        Await.until(batches + " batches are offered", () -> journal.offered().size() >= batches, () -> journal.offered()
                .toString());
    }

    private static Relay asyncRelay(FaultyJournal journal) {
        return Relay.builder()
                .shards(1)
                .journal(journal)
                .channelDefaults(ChannelOptions.builder()
                        .durability(Durability.ASYNC)
                        .forceRecovery(true)
                        .build())
                .build();
    }

    private static StreamPosition top(Relay relay) {
        return ((History) Await.result(relay.history("news", new HistoryQuery(0, null, false)))).top();
    }

    @Test
    void a_subscription_can_be_closed_after_its_engine() {
        Relay relay = Relay.builder().shards(1).build();
        Recorder recorder = new Recorder();
        Subscription subscription = Await.result(relay.subscribe("news", recorder));
        relay.close();
        assertThat(recorder.seen).containsExactly("ended");
        assertThatCode(subscription::close).doesNotThrowAnyException();
        assertThat(recorder.seen).containsExactly("ended");
    }

    @Test
    void a_subscriber_hears_of_its_end_on_its_own_shard_also_when_the_engine_is_closed_from_another() {
        Relay relay = Relay.builder().shards(2).build();
        CopyOnWriteArrayList<Thread> told = new CopyOnWriteArrayList<>();
        CopyOnWriteArrayList<Thread> ended = new CopyOnWriteArrayList<>();
        List<String> channels = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            channels.add("channel" + i);
        }
        for (String channel : channels) {
            Await.result(relay.subscribe(channel, new Subscriber() {
                @Override
                public void publication(Publication publication) {
                    told.addIfAbsent(Thread.currentThread());
                }

                @Override
                public void ended() {
                    ended.add(Thread.currentThread());
                }
            }));
        }
        channels.forEach(channel -> Await.result(relay.publish(channel, X)));
        assertThat(told).hasSize(2);
        Thread closer = closeFromShard(relay, "channel0");
        relay.close();

        assertThat(ended).hasSize(16);
        assertThat(ended.stream().filter(closer::equals).count()).isLessThan(16);
        assertThat(told).containsAll(ended);
    }

    @Test
    void closing_from_a_shards_thread_returns_and_stops_the_engine() {
        Relay relay = Relay.builder().shards(2).build();
        closeFromShard(relay, "news");
        relay.close();
        assertThat(relay.health().state()).isEqualTo(Health.State.STOPPING);
        assertThat(Await.result(relay.publish("news", X))).isInstanceOf(Refused.class);
    }

    @Test
    void publications_in_flight_are_committed_when_the_engine_closes() {
        FaultyJournal journal = new FaultyJournal();
        Relay relay = Relay.builder()
                .shards(2)
                .journal(journal)
                .channelDefaults(ChannelOptions.journaled())
                .build();
        ready(relay);
        Recorder recorder = new Recorder();
        Await.result(relay.subscribe("news", recorder));
        journal.blockAppend();
        List<CompletionStage<PublishResult>> results = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            results.add(relay.publish("news", Payload.of("" + i)));
        }
        Await.until("the append waits", journal::isAppendBlocked, () -> "" + journal.offered());
        Thread closer = new Thread(relay::close);
        closer.start();
        Await.until("closing", () -> relay.health().state() == Health.State.STOPPING, () -> "" + relay.health());
        journal.releaseAppend();

        results.forEach(result -> assertThat(Await.result(result)).isInstanceOf(PublishResult.Published.class));
        join(closer);
        assertThat(recorder.seen).hasSize(101).endsWith("#100=100", "ended");
        assertThat(journal.isClosed()).isTrue();
    }

    @Test
    void no_stage_hangs_when_the_journal_answers_only_after_the_engine_has_given_up() {
        FaultyJournal journal = new FaultyJournal();
        Relay relay = Relay.builder()
                .shards(1)
                .journal(journal)
                .channelDefaults(ChannelOptions.journaled())
                .shutdownTimeout(Duration.ofMillis(100))
                .build();
        ready(relay);
        journal.blockAppend();
        CompletionStage<PublishResult> publish = relay.publish("news", X);
        Await.until("the append waits", journal::isAppendBlocked, () -> "" + journal.offered());
        CompletionStage<PublishResult> waiting = relay.publish("news", X);
        CompletionStage<Subscription> loading = relay.subscribe("unloaded", new Recorder());
        relay.close();
        journal.releaseAppend();

        Await.result(publish);
        Await.result(waiting);
        assertThat(Await.failure(loading)).isInstanceOf(RelayException.class);
    }

    @Test
    void a_history_read_that_outlives_the_engine_is_answered() {
        FaultyJournal journal = new FaultyJournal(seeded("news", 3));
        Relay relay = Relay.builder()
                .shards(1)
                .journal(journal)
                .channelDefaults(ChannelOptions.journaled())
                .build();
        ready(relay);
        journal.blockRead();
        CompletionStage<HistoryResult> history = relay.history("news", HistoryQuery.oldest(10));
        Await.until("the read waits", journal::isReadBlocked, () -> "" + journal.reads());
        relay.close();
        journal.releaseRead();
        Await.result(history);
    }

    @Test
    void the_application_removes_history_and_is_told_the_top() {
        Relay relay = Relay.builder()
                .shards(2)
                .journal(new FaultyJournal(seeded("news", 3)))
                .channelDefaults(ChannelOptions.journaled())
                .namespace("live", ChannelOptions.transientChannel())
                .build();
        try (relay) {
            ready(relay);
            StreamPosition before = top(relay);
            assertThat(Await.result(relay.removeHistory("news"))).isEqualTo(new History(List.of(), before));
            assertThat(Await.result(relay.history("news", HistoryQuery.oldest(-1))))
                    .isEqualTo(new History(List.of(), before));
            assertThat(error(relay.removeHistory("live:1"))).isEqualTo(ErrorCode.NOT_AVAILABLE);
            assertThat(error(relay.removeHistory("nope:1"))).isEqualTo(ErrorCode.UNKNOWN_CHANNEL);
        }
        assertThat(error(relay.removeHistory("news"))).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
    }

    private static ErrorCode error(CompletionStage<HistoryResult> stage) {
        return ((Refused) Await.result(stage)).error();
    }

    static MemoryJournal seeded(String channel, int publications) {
        MemoryJournal store = new MemoryJournal();
        try (Relay relay = Relay.builder()
                .shards(1)
                .journal(store)
                .channelDefaults(ChannelOptions.journaled())
                .build()) {
            ready(relay);
            for (int i = 1; i <= publications; i++) {
                Await.result(relay.publish(channel, Payload.of("" + i)));
            }
        }
        return store.reopen();
    }

    static void ready(Relay relay) {
        Await.until("ready", () -> relay.health().state() == Health.State.READY, () -> "" + relay.health());
    }

    private static Thread closeFromShard(Relay relay, String channel) {
        CompletableFuture<Thread> closer = new CompletableFuture<>();
        Await.result(relay.subscribe(channel, publication -> {
            relay.close();
            closer.complete(Thread.currentThread());
        }));
        relay.publish(channel, X);
        return Await.result(closer);
    }

    static void join(Thread thread) {
        try {
            thread.join(20_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(thread.isAlive()).isFalse();
    }

    /** Keeps what it is told, as text. */
    static class Recorder implements Subscriber {
        final CopyOnWriteArrayList<String> seen = new CopyOnWriteArrayList<>();

        @Override
        public void publication(Publication publication) {
            seen.add(World.text(publication));
        }

        @Override
        public void ended() {
            seen.add("ended");
        }
    }
}
