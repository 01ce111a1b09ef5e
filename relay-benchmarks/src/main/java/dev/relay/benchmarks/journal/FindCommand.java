package dev.relay.benchmarks.journal;

import dev.relay.benchmarks.load.Arguments;
import dev.relay.jdbc.JdbcJournal;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalPage;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.StreamQuery;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.HdrHistogram.Histogram;

/** {@code find}: how long it takes to find something in a large journal. */
public final class FindCommand {
    private static final int NOT_CLEAN = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final String HELP = """
            java -jar benchmarks.jar find --url jdbc:… [options]

            Fills a journal with publications of clients, then searches in it as an application does, one search after the
            other. Prints how long a page took. A journal that has so many rows already is not filled again. Exit code 1 if a
            search finds something else than it should.

              --url URL       jdbc:sqlite:file or jdbc:mysql://host:port/database; nothing else may use it meanwhile
              --rows N        1000 to 100000000, default 5000000
              --channels N    1 to 1000000, default 1000
              --users N       1 to 10000000, default 50000
              --searches N    of each kind, 1 to 100000, default 200
            """;

    private final Journal journal;
    private final Filling filling;
    private final int searches;
    private final Random random = new Random(7);
    private final Map<String, Histogram> micros = new LinkedHashMap<>();
    private final Map<String, Integer> found = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();

    private FindCommand(Journal journal, Filling filling, int searches) {
        this.journal = journal;
        this.filling = filling;
        this.searches = searches;
    }

    /** Returns the exit code. */
    public static int run(String[] words) throws SQLException {
        Arguments arguments = new Arguments(
                words, Set.of("--url", "--rows", "--channels", "--users", "--searches"), Set.of("--help"));
        if (arguments.has("--help")) {
            System.out.print(HELP);
            return 0;
        }
        int rows = arguments.number("--rows", 5_000_000, 1_000, 100_000_000);
        int channels = arguments.number("--channels", 1_000, 1, 1_000_000);
        int users = arguments.number("--users", 50_000, 1, 10_000_000);
        int searches = arguments.number("--searches", 200, 1, 100_000);
        String url = arguments.text("--url");
        if (url == null) {
            arguments.fault("--url is missing");
        }
        if (arguments.areFaulty(System.err::println) || url == null) {
            System.err.println("see --help");
            return BAD_ARGUMENTS;
        }
        Filling filling = new Filling(url, rows, channels, users);
        try (Journal journal =
                JdbcJournal.builder().url(url).nodeId("bench-find").build()) {
            journal.open();
            filling.fill(journal);
            FindCommand command = new FindCommand(journal, filling, searches);
            command.searchAll();
            command.print();
            command.faults.forEach(System.err::println);
            return command.faults.isEmpty() ? 0 : NOT_CLEAN;
        }
    }

    private void searchAll() {
        Filling all = filling;
        find("latest 50 of a channel", 50, () -> JournalQuery.newest(50).inChannel(all.channel(random)));
        find("page of 100 by offset", 100, () -> {
            int channel = random.nextInt(all.channels());
            long after = random.nextLong(Math.max(1, all.top(channel) - 100));
            return JournalQuery.oldest(100).inChannel(all.name(channel)).offsets(after, Long.MAX_VALUE);
        });
        find("100 of a channel from a time on", 100, () -> JournalQuery.oldest(100)
                .inChannel(all.channel(random))
                .between(all.time(random, 0.8), Long.MAX_VALUE));
        find("latest 50 of all", 50, () -> JournalQuery.newest(50));
        find("100 of all from a time on", 100, () -> JournalQuery.oldest(100)
                .between(all.time(random, 0.8), Long.MAX_VALUE));
        find("latest 50 of a user", 1, () -> JournalQuery.newest(50).ofUser(all.user(random)));
        find("100 by a tag from a time on", 100, () -> JournalQuery.oldest(100)
                .tagged(Map.of("kind", "k" + random.nextInt(10)))
                .between(all.time(random, 0.8), Long.MAX_VALUE));
        find("100 of a pattern from a time on", 1, () -> JournalQuery.oldest(100)
                .inChannels("room-*7")
                .between(all.time(random, 0.8), Long.MAX_VALUE));
        find("a connection that there is not", 0, () -> JournalQuery.newest(50).ofClient("nobody"));
        measure(
                "100 streams",
                0, // behind the last channel there is none
                page -> page.streams().size(),
                () -> journal.streams(StreamQuery.all(100).after(all.channel(random))));
    }

    private interface Source<T> {
        T next();
    }

    private void find(String what, int least, Source<JournalQuery> query) {
        measure(what, least, (JournalPage page) -> page.entries().size(), () -> journal.find(query.next()));
    }

    private <T> void measure(String what, int least, ToIntFunction<T> size, Source<T> search) {
        Histogram histogram = new Histogram(3);
        // what takes its whole time limit each time is soon known
        long enough = System.nanoTime() + 20_000_000_000L;
        int sum = 0;
        for (int i = -5; i < searches && (i < 5 || System.nanoTime() < enough); i++) {
            long began = System.nanoTime();
            int rows = size.applyAsInt(search.next());
            if (i >= 0) {
                histogram.recordValue((System.nanoTime() - began) / 1_000);
                sum += rows;
            }
            if (rows < least) {
                faults.add(what + ": " + rows + " found, expected at least " + least);
            }
        }
        micros.put(what, histogram);
        found.put(what, (int) (sum / Math.max(1, histogram.getTotalCount())));
        System.err.println(what + ": done");
    }

    private void print() {
        Function<Long, String> millis = value -> String.format(Locale.ROOT, "%.1f", value / 1e3);
        System.out.printf(Locale.ROOT, "%,d rows, %,d channels%n%n", filling.rows(), filling.channels());
        System.out.println("| Search | found | p50, ms | p95, ms | max, ms | searches |");
        System.out.println("|---|---|---|---|---|---|");
        micros.forEach((what, histogram) -> System.out.printf(
                Locale.ROOT,
                "| %s | %d | %s | %s | %s | %d |%n",
                what,
                found.get(what),
                millis.apply(histogram.getValueAtPercentile(50)),
                millis.apply(histogram.getValueAtPercentile(95)),
                millis.apply(histogram.getMaxValue()),
                histogram.getTotalCount()));
    }
}
