package dev.relay.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.ErrorCode;
import dev.relay.HistoryQuery;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.PublishResult;
import dev.relay.Refused;
import dev.relay.Relay;
import dev.relay.Subscription;
import dev.relay.journal.MemoryJournal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many threads at once, for a few seconds: order and completeness. */
class RelayThreadsTest {
    private static final int CHANNELS = 5;
    private static final long RUN_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

    @ParameterizedTest
    @EnumSource
    void every_subscriber_hears_everything_after_its_position_in_order(Durability durability) {
        long seed = System.nanoTime();
        ChannelOptions options = ChannelOptions.builder().durability(durability).build();
        AtomicInteger[] accepted = new AtomicInteger[CHANNELS];
        List<Listener> listeners = new CopyOnWriteArrayList<>();
        try (Relay relay = Relay.builder()
                .shards(3)
                .journal(new MemoryJournal())
                .channelDefaults(options)
                .build()) {
            EngineTest.ready(relay);
            List<Thread> threads = new ArrayList<>();
            List<CompletionStage<PublishResult>> refusals = new CopyOnWriteArrayList<>();
            long end = System.nanoTime() + RUN_NANOS;
            for (int i = 0; i < CHANNELS; i++) {
                accepted[i] = new AtomicInteger();
            }
            for (int p = 0; p < 4; p++) {
                int publisher = p;
                threads.add(start(() -> {
                    Random random = new Random(seed + publisher);
                    int[] sent = new int[CHANNELS];
                    while (System.nanoTime() - end < 0) {
                        int channel = random.nextInt(CHANNELS);
                        List<CompletionStage<PublishResult>> burst = new ArrayList<>();
                        for (int i = random.nextInt(20); i >= 0; i--) {
                            burst.add(
                                    relay.publish("channel" + channel, Payload.of(publisher + " " + ++sent[channel])));
                        }
                        for (CompletionStage<PublishResult> one : burst) {
                            if (Await.result(one) instanceof PublishResult.Published) {
                                accepted[channel].incrementAndGet();
                            } else {
                                refusals.add(one);
                            }
                        }
                    }
                }));
            }
            for (int i = 0; i < 20; i++) {
                Listener listener = new Listener(i % CHANNELS);
                Subscription subscription = Await.result(relay.subscribe("channel" + listener.channel, listener::hear));
                listener.first = subscription.position().offset() + 1;
                listeners.add(listener);
            }
            threads.forEach(EngineTest::join);
            assertThat(refusals).as("seed %d", seed).isEmpty();
            for (int i = 0; i < CHANNELS; i++) {
                Await.result(relay.history("channel" + i, HistoryQuery.oldest(0))); // a task behind all publications
            }
        }
        for (Listener listener : listeners) {
            assertThat(listener.faults)
                    .as("seed %d, listener %s", seed, listener.channel)
                    .isEmpty();
            if (durability != Durability.NONE) {
                assertThat(listener.last)
                        .as("seed %d, channel %d", seed, listener.channel)
                        .isEqualTo(accepted[listener.channel].get());
                assertThat(listener.firstHeard).as("seed %d", seed).isEqualTo(listener.first);
            }
        }
    }

    @Test
    void two_engines_live_in_one_process_without_knowing_each_other() {
        try (Relay one = Relay.builder().shards(2).build();
                Relay two = Relay.builder().shards(1).build()) {
            EngineTest.Recorder recorder = new EngineTest.Recorder();
            Await.result(one.subscribe("news", recorder));
            Await.result(two.publish("news", Payload.of("two")));
            two.close();
            Await.result(one.publish("news", Payload.of("one")));
            assertThat(recorder.seen).containsExactly("#0=one");
        }
    }

    @Test
    void names_and_sizes_are_checked_at_the_entrance() {
        try (Relay relay = Relay.builder().shards(1).build()) {
            assertThat(refusal(relay, "", "x")).isEqualTo(ErrorCode.BAD_REQUEST);
            assertThat(refusal(relay, "x".repeat(256), "x")).isEqualTo(ErrorCode.BAD_REQUEST);
            assertThat(refusal(relay, "smörgås", "x")).isEqualTo(ErrorCode.BAD_REQUEST);
            assertThat(refusal(relay, "nowhere:1", "x")).isEqualTo(ErrorCode.UNKNOWN_CHANNEL);
            assertThat(refusal(relay, "news", "x".repeat((1 << 20) + 1))).isEqualTo(ErrorCode.BAD_REQUEST);
            assertThat(Await.result(relay.publish("news", Payload.of("x".repeat(1 << 20)))))
                    .isInstanceOf(PublishResult.Published.class);
            assertThat(Await.failure(relay.subscribe("nowhere:1", publication -> {})))
                    .hasMessageContaining("nowhere:1");
        }
    }

    @Test
    void more_than_may_be_on_its_way_is_refused_with_too_many_requests() {
        FaultyJournal journal = new FaultyJournal();
        try (Relay relay = Relay.builder()
                .shards(1)
                .journal(journal)
                .channelDefaults(ChannelOptions.journaled())
                .build()) {
            EngineTest.ready(relay);
            journal.blockAppend();
            Payload mega = Payload.of("x".repeat(1 << 20));
            List<CompletionStage<PublishResult>> results = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                results.add(relay.publish("news", mega));
            }
            assertThat(Await.result(results.get(79)))
                    .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.error())
                            .isEqualTo(ErrorCode.TOO_MANY_REQUESTS));
            journal.releaseAppend();
            assertThat(Await.result(results.get(0))).isInstanceOf(PublishResult.Published.class);
            results.forEach(Await::result);
            assertThat(Await.result(relay.publish("news", mega))).isInstanceOf(PublishResult.Published.class);
        }
    }

    @Test
    void every_stage_completes_when_the_engine_closes_under_load() {
        for (int round = 0; round < 10; round++) {
            Relay relay = Relay.builder()
                    .shards(2)
                    .journal(new MemoryJournal())
                    .channelDefaults(ChannelOptions.journaled())
                    .build();
            EngineTest.ready(relay);
            ConcurrentLinkedQueue<CompletionStage<?>> stages = new ConcurrentLinkedQueue<>();
            AtomicInteger closed = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                int thread = t;
                threads.add(start(() -> {
                    for (int i = 0; closed.get() == 0; i++) {
                        stages.add(relay.publish("channel" + (i + thread) % 7, Payload.of("" + i)));
                        stages.add(relay.history("channel" + i % 7, HistoryQuery.newest(3)));
                        if (i % 50 == 0) {
                            stages.add(relay.subscribe("channel" + i % 7, publication -> {})
                                    .exceptionally(failure -> null));
                            Await.until("not too many", () -> pending(stages) < 500 || closed.get() > 0, () -> "");
                        }
                    }
                }));
            }
            Await.until("under load", () -> stages.size() > 2000, () -> "" + stages.size());
            relay.close();
            closed.set(1);
            threads.forEach(EngineTest::join);
            stages.forEach(Await::result);
        }
    }

    private static long pending(ConcurrentLinkedQueue<CompletionStage<?>> stages) {
        return stages.stream()
                .filter(stage -> !stage.toCompletableFuture().isDone())
                .count();
    }

    private static ErrorCode refusal(Relay relay, String channel, String data) {
        return ((Refused) Await.result(relay.publish(channel, Payload.of(data)))).error();
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task);
        thread.start();
        return thread;
    }

    /** Checks the order as it hears: offsets without holes, and each publisher's numbers without holes. */
    private static final class Listener {
        private final int channel;
        private final List<String> faults = new CopyOnWriteArrayList<>();
        private final int[] heard = new int[4];
        private volatile long first;
        private volatile long last = -1;
        private volatile long firstHeard;

        Listener(int channel) {
            this.channel = channel;
        }

        void hear(Publication publication) {
            if (last >= 0 && publication.offset() > 0 && publication.offset() != last + 1) {
                faults.add("after offset " + last + " came " + publication.offset());
            }
            if (last < 0) {
                firstHeard = publication.offset();
            }
            last = publication.offset();
            String[] words = publication.data().text().split(" ");
            int publisher = Integer.parseInt(words[0]);
            int number = Integer.parseInt(words[1]);
            if (heard[publisher] > 0 && number != heard[publisher] + 1) {
                faults.add("publisher " + publisher + ": after " + heard[publisher] + " came " + number);
            }
            heard[publisher] = number;
        }
    }
}
