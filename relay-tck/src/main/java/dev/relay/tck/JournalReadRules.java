package dev.relay.tck;

import static dev.relay.tck.Samples.all;
import static dev.relay.tck.Samples.append;
import static dev.relay.tck.Samples.appends;
import static dev.relay.tck.Samples.json;
import static dev.relay.tck.Samples.load;
import static dev.relay.tck.Samples.publication;
import static dev.relay.tck.Samples.range;
import static dev.relay.tck.Samples.timeMicros;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ClientInfo;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.journal.Append;
import dev.relay.journal.ReadRange;
import dev.relay.journal.StreamState;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** J7, J8: what a read returns. */
abstract class JournalReadRules extends JournalWriteRules {
    @Test
    @Tag("J7")
    void a_range_begins_after_its_first_and_ends_with_its_last_offset() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 10));
        assertThat(offsets(journal.read(range(stream, 3, 6)))).containsExactly(4L, 5L, 6L);
        assertThat(offsets(journal.read(range(stream, 0, 1)))).containsExactly(1L);
        assertThat(offsets(journal.read(range(stream, 9, 100)))).containsExactly(10L);
    }

    @Test
    @Tag("J7")
    void a_reverse_range_is_newest_first() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 10));
        assertThat(offsets(journal.read(limited(stream, 3, 6, true, 100, 1 << 20, 0))))
                .containsExactly(6L, 5L, 4L);
        assertThat(offsets(journal.read(limited(stream, 0, Long.MAX_VALUE, true, 2, 1 << 20, 0))))
                .containsExactly(10L, 9L);
    }

    @Test
    @Tag("J7")
    void a_range_without_publications_is_empty() {
        StreamState stream = load(journal, "orders");
        assertThat(journal.read(all(stream))).isEmpty();
        journal.append(appends(stream, 1, 3));
        assertThat(journal.read(range(stream, 3, 3))).isEmpty();
        assertThat(journal.read(range(stream, 3, 9))).isEmpty();
        assertThat(journal.read(range(stream, 1_000, Long.MAX_VALUE))).isEmpty();
        assertThat(journal.read(range(new StreamState("nowhere", 4_711, "epoch", 0, 0), 0, 9)))
                .isEmpty();
    }

    @Test
    @Tag("J7")
    void a_range_returns_its_own_stream_only() {
        StreamState one = load(journal, "one");
        StreamState two = load(journal, "two");
        journal.append(List.of(append(one, 1), append(two, 1), append(two, 2)));
        assertThat(journal.read(all(one))).isEqualTo(publications(appends(one, 1, 1)));
        assertThat(journal.read(all(two))).isEqualTo(publications(appends(two, 1, 2)));
    }

    @Test
    @Tag("J7")
    void at_most_so_many_publications_are_returned() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 700));
        for (int limit : new int[] {1, 63, 64, 65, 699, 700, 701}) {
            assertThat(offsets(journal.read(limited(stream, 0, Long.MAX_VALUE, false, limit, Long.MAX_VALUE, 0))))
                    .isEqualTo(LongStream.rangeClosed(1, Math.min(limit, 700))
                            .boxed()
                            .toList());
        }
    }

    @Test
    @Tag("J7")
    void reading_stops_before_the_bytes_exceed_the_limit() {
        StreamState stream = load(journal, "orders");
        journal.append(LongStream.rangeClosed(1, 300)
                .mapToObj(offset -> append(stream, offset, Payload.of(new byte[100])))
                .toList());
        assertThat(journal.read(limited(stream, 0, 300, false, 1_000, 299, 0))).hasSize(2);
        assertThat(journal.read(limited(stream, 0, 300, false, 1_000, 300, 0))).hasSize(3);
        assertThat(offsets(journal.read(limited(stream, 0, 300, true, 1_000, 300, 0))))
                .containsExactly(300L, 299L, 298L);
        assertThat(journal.read(limited(stream, 0, 300, false, 1_000, 25_000, 0)))
                .hasSize(250);
    }

    @Test
    @Tag("J7")
    void the_first_publication_is_returned_whatever_its_size() {
        StreamState stream = load(journal, "orders");
        journal.append(List.of(append(stream, 1, Payload.of(new byte[5_000])), append(stream, 2)));
        assertThat(offsets(journal.read(limited(stream, 0, 2, false, 1_000, 1, 0))))
                .containsExactly(1L);
    }

    @Test
    @Tag("J7")
    void what_was_accepted_earlier_is_left_out() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 100));
        ReadRange recent = limited(stream, 0, Long.MAX_VALUE, false, 1_000, 1 << 20, timeMicros(98));
        assertThat(offsets(journal.read(recent))).containsExactly(98L, 99L, 100L);
        ReadRange newest = limited(stream, 0, Long.MAX_VALUE, true, 2, 1 << 20, timeMicros(50));
        assertThat(offsets(journal.read(newest))).containsExactly(100L, 99L);
    }

    @Test
    @Tag("J7")
    void every_field_is_as_it_was_appended() {
        StreamState stream = load(journal, "orders");
        byte[] allBytes = new byte[256];
        for (int i = 0; i < allBytes.length; i++) {
            allBytes[i] = (byte) i;
        }
        ClientInfo bare = new ClientInfo("", "c1", null, null);
        ClientInfo full = new ClientInfo(
                "user \uD83D\uDE80 \u00FC' \"\\", "c2", json("{\"role\":\"admin\"}"), Payload.of("[1,2]"));
        ClientInfo half = new ClientInfo("u".repeat(300), "c3", null, Payload.empty());
        Map<String, String> tags = Map.of(
                "a", "1", "", "empty name", "quote\"", "back\\slash\n\t\u0001", "\uD83D\uDE80", "\u00FC", "e", "");
        List<Publication> publications = List.of(
                publication(stream, 1, json("{\"z\":1,\"a\":2}"), null, Map.of()),
                publication(stream, 2, Payload.of("{\"z\":1,\"a\":2}"), bare, Map.of("k", "v")),
                publication(stream, 3, Payload.of(allBytes), full, tags),
                publication(stream, 4, Payload.empty(), half, Map.of()),
                publication(stream, 5, Payload.of("plain \uD83D\uDE80\u0000"), null, tags));
        journal.append(publications.stream()
                .map(publication -> new Append(stream.streamId(), publication.offset() * 31, publication))
                .toList());

        List<Publication> read = journal.read(all(stream));

        assertThat(read).isEqualTo(publications);
        // payloads with equal bytes are equal, so what is known about them is compared apart
        assertThat(read.stream().flatMap(JournalReadRules::knownAsJson))
                .containsExactly(publications.stream()
                        .flatMap(JournalReadRules::knownAsJson)
                        .toArray(Boolean[]::new));
    }

    private static Stream<Boolean> knownAsJson(Publication publication) {
        ClientInfo info = publication.info();
        return Stream.of(
                publication.data().isJson(),
                info != null && isJson(info.connInfo()),
                info != null && isJson(info.chanInfo()));
    }

    private static boolean isJson(@Nullable Payload payload) {
        return payload != null && payload.isJson();
    }

    @Test
    @Tag("J7")
    void large_payloads_are_as_they_were_appended() {
        StreamState stream = load(journal, "images");
        byte[] medium = new byte[64 << 10];
        byte[] large = new byte[1 << 20];
        new Random(7).nextBytes(medium);
        new Random(8).nextBytes(large);
        List<Append> batch = List.of(
                append(stream, 1, Payload.of(medium)),
                append(stream, 2, Payload.of(large)),
                append(stream, 3),
                append(stream, 4, Payload.of(large)));
        journal.append(batch);
        assertThat(journal.read(all(stream))).isEqualTo(publications(batch));
        assertThat(journal.read(limited(stream, 0, 9, false, 9, 1 << 20, 0))).hasSize(1);
    }

    @Test
    @Tag("J7")
    void a_batch_larger_than_one_statement_should_be_is_written_whole() {
        StreamState stream = load(journal, "images");
        List<Append> batch = LongStream.rangeClosed(1, 100)
                .mapToObj(offset -> append(stream, offset, Payload.of(new byte[100_000 + (int) offset])))
                .toList();
        journal.append(batch);
        assertThat(journal.read(all(stream))).isEqualTo(publications(batch));
    }

    @Test
    @Tag("J8")
    void a_read_on_another_thread_sees_what_was_appended_before_it_began() throws Exception {
        StreamState stream = load(journal, "orders");
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try {
            for (long offset = 1; offset <= 200; offset++) {
                journal.append(List.of(append(stream, offset)));
                ReadRange range = range(stream, offset - 1, offset);
                assertThat(reader.submit(() -> journal.read(range)).get(10, TimeUnit.SECONDS))
                        .hasSize(1);
            }
        } finally {
            reader.shutdownNow();
        }
    }

    @Test
    @Tag("J7")
    @Tag("J8")
    void reads_during_appends_see_whole_batches_and_no_holes() throws Exception {
        StreamState stream = load(journal, "orders");
        int batchSize = 37;
        AtomicLong committed = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService readers = Executors.newFixedThreadPool(3);
        try {
            List<CompletableFuture<Void>> running = Stream.generate(() -> CompletableFuture.runAsync(
                            () -> {
                                while (!done.get()) {
                                    long before = committed.get();
                                    List<Long> offsets = offsets(journal.read(range(stream, 0, Long.MAX_VALUE)));
                                    assertThat(offsets)
                                            .isEqualTo(LongStream.rangeClosed(1, offsets.size())
                                                    .boxed()
                                                    .toList())
                                            .hasSizeGreaterThanOrEqualTo((int) before);
                                    assertThat(offsets.size() % batchSize).isZero();
                                }
                            },
                            readers))
                    .limit(3)
                    .toList();
            for (long first = 1; first <= 60L * batchSize; first += batchSize) {
                journal.append(appends(stream, first, first + batchSize - 1));
                committed.set(first + batchSize - 1); // a read that begins after this must see the batch
            }
            done.set(true);
            CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        } finally {
            done.set(true);
            readers.shutdownNow();
        }
    }

    private static ReadRange limited(
            StreamState stream,
            long after,
            long through,
            boolean reverse,
            int maxPublications,
            long maxBytes,
            long notBeforeMicros) {
        return new ReadRange(stream.streamId(), after, through, reverse, maxPublications, maxBytes, notBeforeMicros);
    }
}
