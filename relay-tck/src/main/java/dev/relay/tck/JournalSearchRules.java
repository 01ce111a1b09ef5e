package dev.relay.tck;

import static dev.relay.tck.Samples.append;
import static dev.relay.tck.Samples.appends;
import static dev.relay.tck.Samples.json;
import static dev.relay.tck.Samples.load;
import static dev.relay.tck.Samples.timeMicros;
import static dev.relay.tck.Samples.trim;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.relay.ClientInfo;
import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.journal.Append;
import dev.relay.journal.JournalEntry;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.JournalPage;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.StreamPage;
import dev.relay.journal.StreamQuery;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import dev.relay.journal.StreamSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** J17 and J18: everything can be found again. */
abstract class JournalSearchRules extends JournalKeyRules {
    private static final Duration NO_TIME = Duration.ZERO;
    private static final int ALL = JournalQuery.MAX_LIMIT;

    private List<JournalEntry> found(JournalQuery query) {
        List<JournalEntry> found = new ArrayList<>();
        JournalPage page = journal.find(query);
        found.addAll(page.entries());
        for (int pages = 1; page.more(); pages++) {
            assertThat(pages).as("a search that does not end").isLessThan(10_000);
            page = journal.find(query.after(page.cursor()));
            found.addAll(page.entries());
        }
        return found;
    }

    private static List<String> places(List<JournalEntry> entries) {
        return entries.stream()
                .map(entry -> entry.channel() + "/" + entry.publication().offset())
                .toList();
    }

    private static Append by(
            StreamState stream, long offset, long time, @Nullable ClientInfo info, Map<String, String> tags) {
        Payload data = json("{\"n\":" + offset + "}");
        StreamPosition position = new StreamPosition(offset, stream.epoch());
        long appendId = stream.streamId() * 1_000_003 + offset;
        return new Append(stream.streamId(), appendId, new Publication(data, info, tags, position, time));
    }

    private static ClientInfo client(String user, String client) {
        return new ClientInfo(user, client, null, null);
    }

    @Test
    @Tag("J17")
    void one_channel_is_found_by_offset_in_either_direction() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 300));
        journal.append(appends(load(journal, "other"), 1, 5));

        List<JournalEntry> up = found(JournalQuery.oldest(7).inChannel("orders"));
        assertThat(up)
                .extracting(entry -> entry.publication().offset())
                .isEqualTo(LongStream.rangeClosed(1, 300).boxed().toList());
        assertThat(up).allMatch(entry -> entry.channel().equals("orders"));
        assertThat(up.stream().map(JournalEntry::publication).toList())
                .isEqualTo(publications(appends(stream, 1, 300)));
        assertThat(up)
                .extracting(JournalEntry::appendId)
                .isEqualTo(
                        appends(stream, 1, 300).stream().map(Append::appendId).toList());
        assertThat(places(found(JournalQuery.newest(64).inChannel("orders"))))
                .isEqualTo(LongStream.rangeClosed(1, 300)
                        .mapToObj(n -> "orders/" + (301 - n))
                        .toList());
        assertThat(places(found(JournalQuery.oldest(3).inChannel("orders").offsets(10, 15))))
                .containsExactly("orders/11", "orders/12", "orders/13", "orders/14", "orders/15");
        assertThat(places(found(JournalQuery.newest(2).inChannel("orders").offsets(298, Long.MAX_VALUE))))
                .containsExactly("orders/300", "orders/299");
        assertThat(found(JournalQuery.oldest(3).inChannel("orders").offsets(300, Long.MAX_VALUE)))
                .isEmpty();
        assertThat(found(JournalQuery.newest(3).inChannel("orders").offsets(0, 0)))
                .isEmpty();
    }

    @Test
    @Tag("J17")
    void a_channel_without_a_stream_is_empty_and_gets_none() {
        JournalPage page = journal.find(JournalQuery.newest(10).inChannel("nothing"));
        assertThat(page.entries()).isEmpty();
        assertThat(page.more()).isFalse();
        assertThat(found(JournalQuery.oldest(10))).isEmpty();
        assertThat(found(JournalQuery.newest(10).inChannels("nothing*"))).isEmpty();
        assertThat(journal.streams(StreamQuery.all(10)).streams()).isEmpty();
    }

    @Test
    @Tag("J17")
    void every_field_comes_back_as_it_was_appended() {
        Random random = new Random(17);
        StreamState stream = load(journal, "orders");
        List<Append> all = LongStream.rangeClosed(1, 60)
                .mapToObj(offset -> Samples.random(stream, offset, random))
                .toList();
        journal.append(all);
        for (JournalQuery query : List.of(
                JournalQuery.oldest(ALL),
                JournalQuery.oldest(ALL).inChannel("orders"),
                JournalQuery.oldest(ALL).inChannels("o*"),
                JournalQuery.oldest(ALL).between(0, Long.MAX_VALUE - 1))) {
            List<JournalEntry> found = found(query);
            assertThat(found.stream().map(JournalEntry::publication).toList()).isEqualTo(publications(all));
            assertThat(found.stream().map(JournalEntry::appendId).toList())
                    .isEqualTo(all.stream().map(Append::appendId).toList());
            for (int i = 0; i < all.size(); i++) {
                Payload appended = all.get(i).publication().data();
                assertThat(found.get(i).publication().data().isJson()).isEqualTo(appended.isJson());
            }
        }
    }

    @Test
    @Tag("J17")
    void the_range_of_time_includes_its_beginning_and_not_its_end() {
        StreamState stream = load(journal, "orders");
        StreamState other = load(journal, "other");
        journal.append(appends(stream, 1, 9));
        journal.append(appends(other, 1, 9));
        long from = timeMicros(3);
        long to = timeMicros(6);
        assertThat(places(found(JournalQuery.oldest(2).between(from, to).inChannel("orders"))))
                .containsExactly("orders/3", "orders/4", "orders/5");
        assertThat(places(found(JournalQuery.newest(2).between(from, to).inChannel("orders"))))
                .containsExactly("orders/5", "orders/4", "orders/3");
        assertThat(places(found(JournalQuery.oldest(1).between(from, to))))
                .containsExactlyInAnyOrder("orders/3", "other/3", "orders/4", "other/4", "orders/5", "other/5");
        assertThat(places(found(JournalQuery.newest(5).between(from, from)))).isEmpty();
    }

    @Test
    @Tag("J17")
    void a_search_goes_on_where_it_stopped_while_publications_are_appended_and_across_a_restart() {
        StreamState first = load(journal, "a");
        StreamState second = load(journal, "b");
        journal.append(appends(first, 1, 5));
        journal.append(appends(second, 1, 5));
        JournalQuery up = JournalQuery.oldest(4);
        JournalQuery down = JournalQuery.newest(4);
        List<JournalEntry> oldestFirst = new ArrayList<>(journal.find(up).entries());
        List<JournalEntry> newestFirst = new ArrayList<>(journal.find(down).entries());
        up = up.after(journal.find(up).cursor());
        down = down.after(journal.find(down).cursor());

        journal.append(appends(first, 6, 8));
        crashAndRestart();
        journal.append(appends(second, 6, 8));

        oldestFirst.addAll(found(up));
        newestFirst.addAll(found(down));
        assertThat(places(oldestFirst)).hasSize(16).doesNotHaveDuplicates();
        assertThat(places(newestFirst)).hasSize(10).doesNotHaveDuplicates();
        assertThat(oldestFirst).isSortedAccordingTo(Comparator.comparingLong(entry -> entry.publication()
                .timeMicros()));
        assertThat(newestFirst).allMatch(entry -> entry.publication().offset() <= 5);
    }

    @Test
    @Tag("J17")
    void the_end_of_an_oldest_first_search_is_where_later_publications_are_found() {
        StreamState stream = load(journal, "orders");
        for (JournalQuery query :
                List.of(JournalQuery.oldest(100), JournalQuery.oldest(100).inChannel("orders"))) {
            long top = load(journal, "orders").top();
            journal.append(appends(stream, top + 1, top + 3));
            JournalPage end = journal.find(query);
            while (end.more()) {
                end = journal.find(query.after(end.cursor()));
            }
            JournalQuery following = query.after(end.cursor());
            assertThat(journal.find(following).entries()).isEmpty();
            journal.append(appends(stream, top + 4, top + 5));
            assertThat(places(found(following))).containsExactly("orders/" + (top + 4), "orders/" + (top + 5));
        }
    }

    @Test
    @Tag("J17")
    void publications_of_one_microsecond_are_found_once_each_whatever_the_pages() {
        List<String> expected = new ArrayList<>();
        for (String channel : List.of("a", "b", "c")) {
            StreamState stream = load(journal, channel);
            List<Append> all = LongStream.rangeClosed(1, 50)
                    .mapToObj(offset -> by(stream, offset, 77_000, client("ann", "1"), Map.of("k", "v")))
                    .toList();
            journal.append(all);
            all.forEach(
                    append -> expected.add(channel + "/" + append.publication().offset()));
        }
        for (int limit : new int[] {1, 3, 49, 50, 51, 150, 151}) {
            for (JournalQuery query : List.of(JournalQuery.oldest(limit), JournalQuery.newest(limit))) {
                List<String> plain = places(found(query));
                assertThat(plain).containsExactlyInAnyOrderElementsOf(expected);
                assertThat(places(found(query.ofUser("ann")))).containsExactlyInAnyOrderElementsOf(expected);
                assertThat(places(found(query.tagged(Map.of("k", "v"))))).isEqualTo(plain);
                assertThat(places(found(query.between(77_000, 77_001)))).isEqualTo(plain);
                assertThat(places(found(query.between(77_000, 77_001).inChannel("b"))))
                        .hasSize(50)
                        .doesNotHaveDuplicates();
            }
        }
    }

    @Test
    @Tag("J17")
    void users_are_told_apart_byte_by_byte_however_long_they_are() {
        StreamState stream = load(journal, "orders");
        String prefix = "x".repeat(64);
        String wide = "\uD83D\uDE80".repeat(64);
        List<String> users =
                List.of("ann", "Ann", "ann ", "", prefix, prefix + "y", prefix + "Y", "\u00E4", wide, wide + "z");
        List<Append> all = IntStream.range(0, users.size())
                .mapToObj(i -> by(stream, i + 1, timeMicros(i), client(users.get(i), "c" + i), Map.of()))
                .toList();
        journal.append(all);
        journal.append(List.of(append(stream, users.size() + 1)));
        for (int i = 0; i < users.size(); i++) {
            assertThat(places(found(JournalQuery.newest(10).ofUser(users.get(i)))))
                    .as(users.get(i))
                    .containsExactly("orders/" + (i + 1));
            assertThat(places(found(JournalQuery.newest(10).ofClient("c" + i).inChannel("orders"))))
                    .containsExactly("orders/" + (i + 1));
        }
        assertThat(found(JournalQuery.newest(10).ofUser("bob"))).isEmpty();
    }

    @Test
    @Tag("J17")
    void what_is_deleted_is_not_found() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 9));
        trim(journal, stream, 6);
        for (JournalQuery query : List.of(
                JournalQuery.oldest(2),
                JournalQuery.oldest(2).inChannel("orders"),
                JournalQuery.oldest(2).inChannels("*"),
                JournalQuery.oldest(2).between(0, Long.MAX_VALUE - 1).inChannel("orders"))) {
            assertThat(places(found(query))).containsExactly("orders/7", "orders/8", "orders/9");
        }
    }

    @Test
    @Tag("J17")
    void a_page_ends_before_its_bytes_are_exceeded_but_holds_one() {
        StreamState stream = load(journal, "orders");
        List<Append> all = LongStream.rangeClosed(1, 6)
                .mapToObj(offset -> append(stream, offset, Payload.of(new byte[1_000])))
                .toList();
        journal.append(all);
        for (JournalQuery query : List.of(
                JournalQuery.oldest(100),
                JournalQuery.oldest(100).inChannel("orders"),
                JournalQuery.oldest(100).inChannels("orders"))) {
            JournalPage page = journal.find(query.maxBytes(2_500));
            assertThat(places(page.entries())).containsExactly("orders/1", "orders/2");
            assertThat(page.more()).isTrue();
            assertThat(places(
                            journal.find(query.maxBytes(1).after(page.cursor())).entries()))
                    .containsExactly("orders/3");
            assertThat(places(found(query.maxBytes(2_500)))).hasSize(6).doesNotHaveDuplicates();
        }
    }

    @Test
    @Tag("J17")
    void a_search_without_time_gets_to_the_end_all_the_same() {
        StreamState stream = load(journal, "orders");
        journal.append(appends(stream, 1, 1_500));
        journal.append(List.of(by(stream, 1_501, timeMicros(1_501), client("ann", "x"), Map.of("a", "b"))));
        for (JournalQuery query : List.of(
                JournalQuery.oldest(10).tagged(Map.of("a", "b")),
                JournalQuery.oldest(10).ofClient("x"),
                JournalQuery.oldest(10).ofClient("x").inChannel("orders"),
                JournalQuery.newest(10).inChannels("nothing*"))) {
            List<JournalEntry> found = found(query.timeLimit(NO_TIME));
            assertThat(places(found)).isEqualTo(query.channels() == null ? List.of("orders/1501") : List.of());
        }
    }

    @Test
    @Tag("J17")
    void a_cursor_of_another_search_is_refused() {
        StreamState stream = load(journal, "orders");
        load(journal, "other");
        journal.append(appends(stream, 1, 5));
        String inChannel =
                journal.find(JournalQuery.oldest(2).inChannel("orders")).cursor();
        String byTime = journal.find(JournalQuery.oldest(2)).cursor();

        failure(() -> journal.find(JournalQuery.oldest(2).inChannel("other").after(inChannel)), Reason.REFUSED);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JournalQuery.oldest(2).after(inChannel))
                .withMessageContaining("another order");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JournalQuery.newest(2).after(byTime))
                .withMessageContaining("another order");
        for (String none : List.of("x", "%", "AAAA", byTime + "A", byTime.substring(1), byTime.toLowerCase())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> JournalQuery.oldest(2).after(none))
                    .withMessageContaining("is not a cursor");
        }
    }

    /** Compares random searches with what a list would give. */
    @Test
    @Tag("J17")
    void random_searches_find_what_a_list_would(TestReporter reporter) {
        long seed = new Random().nextLong();
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        List<JournalEntry> model = new ArrayList<>();
        List<StreamState> streams = journal.load(IntStream.range(0, 5)
                .mapToObj(i -> new StreamRequest((i < 3 ? "chat:" : "news:") + i, Durability.SYNC))
                .toList());
        long[] tops = new long[streams.size()];
        for (int round = 0; round < 12; round++) {
            List<Append> batch = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int at = random.nextInt(tops.length);
                batch.add(randomAppend(streams.get(at), ++tops[at], random));
                Append append = batch.get(batch.size() - 1);
                model.add(new JournalEntry(streams.get(at).channel(), append.appendId(), append.publication()));
            }
            journal.append(batch);
            for (int i = 0; i < 8; i++) {
                check(randomQuery(random), model, "seed=" + seed);
            }
        }
    }

    private static Append randomAppend(StreamState stream, long offset, Random random) {
        ClientInfo info =
                random.nextInt(4) == 0 ? null : client("user-" + random.nextInt(4), "client-" + random.nextInt(6));
        Map<String, String> tags = random.nextBoolean() ? Map.of() : Map.of("t", "" + random.nextInt(3), "x", "y");
        return by(stream, offset, 1_000 + random.nextInt(60), info, tags); // neither in order nor distinct
    }

    private static JournalQuery randomQuery(Random random) {
        int limit = 1 + random.nextInt(random.nextBoolean() ? 7 : 200);
        JournalQuery query = random.nextBoolean() ? JournalQuery.oldest(limit) : JournalQuery.newest(limit);
        switch (random.nextInt(4)) {
            case 0 -> {
                query = query.inChannel((random.nextInt(5) < 3 ? "chat:" : "news:") + random.nextInt(5));
                if (random.nextBoolean()) {
                    long after = random.nextInt(60);
                    query = query.offsets(after, after + random.nextInt(40));
                }
            }
            case 1 -> query = query.inChannels(random.nextBoolean() ? "chat:*" : "*{1,3}");
            default -> {}
        }
        query = random.nextInt(3) == 0 ? query.ofUser("user-" + random.nextInt(5)) : query;
        query = random.nextInt(4) == 0 ? query.ofClient("client-" + random.nextInt(7)) : query;
        query = random.nextInt(3) == 0 ? query.tagged(Map.of("t", "" + random.nextInt(3))) : query;
        if (random.nextInt(3) == 0) {
            long from = 990 + random.nextInt(80);
            query = query.between(from, from + random.nextInt(50));
        }
        return random.nextInt(4) == 0 ? query.timeLimit(NO_TIME) : query;
    }

    private void check(JournalQuery query, List<JournalEntry> model, String seed) {
        String what = seed + " " + query;
        List<JournalEntry> found = found(query);
        List<JournalEntry> expected = new ArrayList<>(model.stream()
                .filter(entry -> query.matches(entry.channel(), entry.publication()))
                .toList());
        assertThat(found).as(what).containsExactlyInAnyOrderElementsOf(expected);
        if (query.byTime()) {
            Comparator<JournalEntry> order =
                    Comparator.comparingLong(entry -> entry.publication().timeMicros());
            assertThat(found).as(what).isSortedAccordingTo(query.newestFirst() ? order.reversed() : order);
        } else {
            expected.sort(Comparator.comparingLong(entry -> entry.publication().offset()));
            if (query.newestFirst()) {
                Collections.reverse(expected);
            }
            assertThat(found).as(what).isEqualTo(expected);
        }
    }

    @Test
    @Tag("J18")
    void every_stream_is_listed_once_in_the_order_of_names_with_its_state() {
        List<String> channels = new ArrayList<>(IntStream.range(0, 1_200)
                .mapToObj(i -> "room-" + i * 7919 % 1_200)
                .toList());
        channels.addAll(List.of("News", "news", "news:1", "\u00E4", "\uFF21", "\uD83D\uDE80", "~"));
        List<StreamState> loaded = journal.load(channels.stream()
                .map(channel -> new StreamRequest(channel, Durability.SYNC))
                .toList());
        StreamState news = loaded.get(channels.indexOf("news"));
        journal.append(appends(news, 1, 9));
        trim(journal, news, 4);

        for (int limit : new int[] {7, 1_000, 10_000}) {
            List<StreamSummary> listed = new ArrayList<>();
            StreamPage page = journal.streams(StreamQuery.all(limit));
            listed.addAll(page.streams());
            while (!page.cursor().isEmpty()) {
                page = journal.streams(StreamQuery.all(limit).after(page.cursor()));
                listed.addAll(page.streams());
            }
            assertThat(listed)
                    .extracting(stream -> stream.state().channel())
                    .isEqualTo(channels.stream()
                            .sorted(Comparator.comparing(
                                    channel -> channel.codePoints().toArray(), Arrays::compare))
                            .toList());
        }
        assertThat(journal.streams(StreamQuery.all(10).inChannels("news")).streams())
                .containsExactly(new StreamSummary(load(journal, "news"), timeMicros(5), timeMicros(9)));
        assertThat(journal.streams(StreamQuery.all(10).inChannels("news"))
                        .streams()
                        .get(0)
                        .count())
                .isEqualTo(5);
        assertThat(journal.streams(StreamQuery.all(10).inChannels("*ews*")).streams())
                .extracting(stream -> stream.state().channel())
                .containsExactly("News", "news", "news:1");
        trim(journal, news, 9);
        assertThat(journal.streams(StreamQuery.all(10).inChannels("news")).streams())
                .containsExactly(new StreamSummary(load(journal, "news"), 0, 0));
    }

    @Test
    @Tag("J17")
    @Tag("J18")
    void a_journal_that_is_not_open_finds_nothing() {
        journal.close();
        failure(() -> journal.find(JournalQuery.newest(1)), Reason.UNAVAILABLE);
        failure(() -> journal.streams(StreamQuery.all(1)), Reason.UNAVAILABLE);
    }
}
