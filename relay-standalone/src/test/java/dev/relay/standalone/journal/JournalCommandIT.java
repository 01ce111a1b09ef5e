package dev.relay.standalone.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ClientInfo;
import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.jdbc.JdbcJournal;
import dev.relay.jdbc.JdbcJournalReader;
import dev.relay.journal.Append;
import dev.relay.journal.JournalEntry;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.StreamQuery;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import dev.relay.standalone.e2e.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every action of the subcommand, on real files. */
@Timeout(120)
class JournalCommandIT {
    private static final long NOON = 1_772_366_400_000_000L; // 2026-03-01T12:00:00Z

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path directory;

    private record Ended(int code, String out, String err) {}

    private Ended run(String database, String... words) {
        return run(database, millis -> false, false, words);
    }

    private Ended run(String database, Surroundings.Pause pause, boolean terminal, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code =
                command(database, pause, terminal, out, err).run(words, arguments -> "help of " + arguments.action());
        return new Ended(code, out.toString(UTF_8), err.toString(UTF_8));
    }

    private JournalCommand command(
            String database,
            Surroundings.Pause pause,
            boolean terminal,
            ByteArrayOutputStream out,
            ByteArrayOutputStream err) {
        return new JournalCommand(new Surroundings(
                Map.of("RELAY_DATABASE_URL", url(database)),
                directory,
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                terminal,
                pause));
    }

    private String url(String database) {
        return "jdbc:sqlite:" + directory.resolve(database);
    }

    private JdbcJournal open(String database) {
        JdbcJournal journal = JdbcJournal.sqlite(directory.resolve(database));
        journal.open();
        return journal;
    }

    private static StreamState load(JdbcJournal journal, String channel) {
        return journal.load(List.of(new StreamRequest(channel, Durability.SYNC)))
                .get(0);
    }

    /** Publications a second apart, with something in every field. */
    private static void append(JdbcJournal journal, String channel, int count) {
        StreamState stream = load(journal, channel);
        List<Append> batch = new ArrayList<>();
        for (long offset = stream.top() + 1; offset <= stream.top() + count; offset++) {
            Payload data =
                    switch ((int) (offset % 4)) {
                        case 0 -> Payload.of(new byte[] {(byte) 0xff, 0, (byte) offset});
                        case 1 -> Payload.of("{\"n\": " + offset + ", \"s\": \"\u00fc\"}");
                        case 2 -> Payload.of(" [1,\n2] ");
                        default -> Payload.empty();
                    };
            ClientInfo info = offset % 3 == 0
                    ? null
                    : new ClientInfo("user-" + offset % 2, "c-" + offset, Payload.of("{\"a\":1}"), Payload.of("x"));
            batch.add(new Append(
                    stream.streamId(),
                    offset * 31 - 1_000,
                    new Publication(
                            data,
                            info,
                            offset % 2 == 0 ? Map.of() : Map.of("k\n", "v\"" + offset),
                            new StreamPosition(offset, stream.epoch()),
                            NOON + offset * 1_000_000)));
        }
        journal.append(batch);
    }

    private void fill(String database) {
        try (JdbcJournal journal = open(database)) {
            append(journal, "chat:1", 25);
            append(journal, "chat:2", 5);
            append(journal, "empty", 0);
            append(journal, "news", 10);
            journal.trim(load(journal, "news").streamId(), 4);
        }
    }

    private List<JournalEntry> all(String database) {
        try (JdbcJournalReader reader = JdbcJournal.builder().url(url(database)).buildReader()) {
            return reader.find(JournalQuery.oldest(10_000)).entries();
        }
    }

    private List<String> streams(String database) {
        try (JdbcJournalReader reader = JdbcJournal.builder().url(url(database)).buildReader()) {
            return reader.streams(StreamQuery.all(100)).streams().stream()
                    .map(stream -> stream.state().channel() + " "
                            + stream.state().epoch() + " " + stream.state().trimmedTo() + "-"
                            + stream.state().top())
                    .toList();
        }
    }

    @Test
    void what_is_exported_and_imported_is_the_same_journal() {
        fill("a.db");
        Ended exported = run("a.db", "export", "--file", "all.ndjson");
        assertThat(exported)
                .isEqualTo(new Ended(0, "", "relay: 36 publications of 4 channels" + System.lineSeparator()));

        Ended imported = run("b.db", "import", "--file", "all.ndjson");
        assertThat(imported.err()).contains("36 publications of 4 channels brought in");
        assertThat(imported.code()).isZero();
        assertThat(all("b.db")).isEqualTo(all("a.db")).hasSize(36);
        assertThat(streams("b.db")).isEqualTo(streams("a.db"));

        Ended again = run("b.db", "import", "--file", "all.ndjson");
        assertThat(again.err()).contains("0 publications of 4 channels brought in, 36 more were there already");
        assertThat(again.code()).isZero();
        assertThat(all("b.db")).hasSize(36);
        assertThat(run("b.db", "verify").out()).contains("36 publications in 4 channels looked at, nothing is wrong");
    }

    @Test
    void an_export_that_was_interrupted_goes_on_exactly() throws IOException {
        fill("a.db");
        run("a.db", "export", "--file", "whole.ndjson");
        byte[] whole = Files.readAllBytes(directory.resolve("whole.ndjson"));
        for (int length = 0; length < whole.length; length += 61) {
            Path file = directory.resolve("part.ndjson");
            Files.write(file, Arrays.copyOf(whole, length));
            Ended ended = run("a.db", "export", "--file", "part.ndjson");
            assertThat(ended.code()).as("cut at %d: %s", length, ended.err()).isZero();
            assertThat(Files.readAllBytes(file)).as("cut at %d", length).isEqualTo(whole);
        }
        assertThat(run("a.db", "export", "--file", "whole.ndjson").err()).contains("is complete already");
        assertThat(run("a.db", "export", "--file", "-").out()).isEqualTo(new String(whole, UTF_8));
    }

    @Test
    void an_export_that_is_stopped_says_how_to_go_on_and_its_import_that_something_is_missing() throws IOException {
        fill("a.db");
        Ended stopped = run("a.db", millis -> true, false, "export", "--file", "some.ndjson");
        assertThat(stopped.code()).isEqualTo(1);
        assertThat(stopped.err()).contains("run it again to go on");
        Ended imported = run("b.db", "import", "--file", "some.ndjson");
        assertThat(imported.code()).isEqualTo(1);
        assertThat(imported.err()).contains("25 publications of 1 channels").contains("the export was interrupted");
        assertThat(run("a.db", "export", "--file", "some.ndjson").code()).isZero();
        assertThat(run("b.db", "import", "--file", "some.ndjson").code()).isZero();
        assertThat(all("b.db")).isEqualTo(all("a.db"));
    }

    @Test
    void a_part_of_the_channels_is_exported_and_a_file_of_others_is_left_alone() throws IOException {
        fill("a.db");
        assertThat(run("a.db", "export", "--file", "chat.ndjson", "--channels", "chat:*")
                        .err())
                .contains("30 publications of 2 channels");
        assertThat(run("a.db", "export", "--file", "chat.ndjson", "--channel", "news"))
                .satisfies(ended -> assertThat(ended.code()).isEqualTo(1))
                .satisfies(ended -> assertThat(ended.err()).contains("is an export of channels chat:*, not of =news"));
        Files.writeString(directory.resolve("letter.txt"), "Dear Ann,\nhow are you?\n");
        assertThat(run("a.db", "export", "--file", "letter.txt").err()).contains("letter.txt, line 1");
        assertThat(Files.readString(directory.resolve("letter.txt"))).startsWith("Dear Ann");
    }

    @Test
    void an_import_refuses_what_contradicts_the_journal() throws IOException {
        fill("a.db");
        run("a.db", "export", "--file", "all.ndjson");
        try (JdbcJournal journal = open("other.db")) {
            append(journal, "chat:1", 1);
        }
        Ended epoch = run("other.db", "import", "--file", "all.ndjson");
        assertThat(epoch.code()).isEqualTo(1);
        assertThat(epoch.err())
                .contains("line 2: conflict: channel chat:1 has epoch")
                .contains("another stream");

        List<String> lines = Files.readAllLines(directory.resolve("all.ndjson"));
        List<String> changed = new ArrayList<>(lines);
        changed.set(4, lines.get(4).replaceFirst("\"append_id\":\"[0-9a-f]+\"", "\"append_id\":\"77\""));
        Files.write(directory.resolve("changed.ndjson"), changed);
        run("same.db", "import", "--file", "all.ndjson");
        assertThat(run("same.db", "import", "--file", "changed.ndjson").err())
                .contains("conflict: another publication stands where one of the file belongs, in channel chat:1");
        List<String> holed = new ArrayList<>(lines);
        holed.remove(6);
        Files.write(directory.resolve("holed.ndjson"), holed);
        assertThat(run("fresh.db", "import", "--file", "holed.ndjson").err())
                .contains("conflict: channel chat:1 ends with offset 4 here and goes on with 6");
        Files.writeString(directory.resolve("broken.ndjson"), lines.get(0) + "\n{\"stream\":5}\n");
        assertThat(run("fresh.db", "import", "--file", "broken.ndjson").err())
                .contains("broken.ndjson, line 2: stream must be a string");
    }

    @Test
    void what_only_reads_works_beside_an_owner_and_what_writes_is_refused() {
        try (JdbcJournal owner = open("a.db")) {
            append(owner, "chat:1", 3);
            assertThat(run("a.db", "stats").code()).isZero();
            assertThat(run("a.db", "verify").code()).isZero();
            assertThat(run("a.db", "export", "--file", "-").out()).contains("\"end\":1");
            assertThat(run("a.db", "prune", "--keep-bytes", "0").out()).contains("would be deleted");
            for (String[] words : new String[][] {{"prune", "--keep-bytes", "0", "--yes"}, {"import", "--file", "-"}}) {
                Ended refused = run("a.db", words);
                assertThat(refused.code()).isEqualTo(1);
                assertThat(refused.err()).contains("is owned by another journal, which lives");
            }
            append(owner, "chat:1", 1);
        }
    }

    @Test
    void stats_count_each_channel_and_all() {
        fill("a.db");
        List<String> lines = run("a.db", "stats").out().lines().toList();
        assertThat(lines).hasSize(6);
        assertThat(lines.get(1)).matches(" +25 +\\d+ +62\\.5  2026-03-01T12:00:01Z +2026-03-01T12:00:25Z +chat:1");
        assertThat(lines.get(3)).matches(" +0 +0 +-  - +- +empty");
        assertThat(lines.get(5)).matches(" +36 .* in 4 channels");
        assertThat(run("a.db", "stats", "--channel", "nope").err())
                .contains("unknown channel: the journal has nothing of nope");
        assertThat(run("a.db", (millis) -> false, true, "stats").err()).contains("100%  36 of 36");
    }

    @Test
    void verify_tells_what_is_wrong_and_exits_with_1() throws Exception {
        fill("a.db");
        try (Connection connection = DriverManager.getConnection(url("a.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM relay_message WHERE seq = 7 AND stream_id ="
                    + " (SELECT id FROM relay_stream WHERE channel = 'chat:1')");
            statement.execute("UPDATE relay_message SET created_at = 5 WHERE seq = 3 AND stream_id ="
                    + " (SELECT id FROM relay_stream WHERE channel = 'chat:2')");
            statement.execute("UPDATE relay_message SET append_id = (SELECT append_id FROM relay_message WHERE seq = 4"
                    + " LIMIT 1) WHERE seq = 5 AND stream_id = (SELECT id FROM relay_stream WHERE channel = 'chat:2')");
            statement.execute("UPDATE relay_stream SET trimmed_to = 6 WHERE channel = 'news'");
            statement.execute("UPDATE relay_stream SET epoch = '!' WHERE channel = 'empty'");
        }
        Ended ended = run("a.db", "verify");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out())
                .contains("chat:1: offsets 7 to 7 are missing")
                .contains("chat:2: offset 3 has an earlier time than one before it: 1970-01-01T00:00:00.000005Z")
                .contains("chat:2: offsets 4 and 5 are one publication")
                .contains("empty: the epoch '!' is none")
                .contains("news: offset 5 is still there, trimmed_to says 6")
                .contains("news: offset 6 is still there, trimmed_to says 6")
                .contains("6 faults");
        assertThat(run("a.db", "verify", "--channel", "chat:2").out()).contains("2 faults");
    }

    @Test
    void prune_deletes_by_age_and_by_size_if_it_is_told_to() {
        try (JdbcJournal journal = open("a.db")) {
            append(journal, "old", 5); // in the past
            StreamState stream = load(journal, "new");
            List<Append> batch = new ArrayList<>();
            for (long offset = 1; offset <= 10; offset++) {
                batch.add(new Append(
                        stream.streamId(),
                        offset,
                        new Publication(
                                Payload.of(new byte[100]),
                                null,
                                Map.of(),
                                new StreamPosition(offset, stream.epoch()),
                                System.currentTimeMillis() * 1_000)));
            }
            journal.append(batch);
        }
        assertThat(run("a.db", "prune", "--keep-bytes", "350B").out())
                .contains("new: 7 publications (700 bytes) up to offset 7")
                .contains("would be deleted");
        assertThat(all("a.db")).hasSize(15);
        assertThat(run("a.db", "prune", "--keep-bytes", "350B", "--yes").code()).isZero();
        assertThat(all("a.db")).hasSize(8);
        assertThat(run("a.db", "prune", "--older-than", "1h", "--channels", "n*", "--yes")
                        .out())
                .contains("0 publications");
        assertThat(run("a.db", "prune", "--older-than", "1h", "--yes").out()).contains("old: 5 publications");
        assertThat(streams("a.db").get(0)).endsWith(" 7-10");
        assertThat(streams("a.db").get(1)).endsWith(" 5-5");
        assertThat(run("a.db", "verify").code()).isZero();
    }

    @Test
    void tail_prints_the_last_ones_and_then_what_comes() throws Exception {
        try (JdbcJournal owner = open("a.db")) {
            append(owner, "chat:1", 6);
            append(owner, "news", 2);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            AtomicInteger rounds = new AtomicInteger();
            CompletableFuture<Boolean> stop = new CompletableFuture<>();
            JournalCommand command = command(
                    "a.db",
                    millis -> {
                        if (millis > 0) {
                            rounds.incrementAndGet();
                            LockSupport.parkNanos(1_000_000);
                        }
                        return stop.isDone();
                    },
                    false,
                    out,
                    new ByteArrayOutputStream());
            CompletableFuture<Integer> running = CompletableFuture.supplyAsync(
                    () -> command.run(new String[] {"tail", "--channels", "chat:*", "--lines", "2"}, arguments -> ""));
            Await.until("it follows", Duration.ofSeconds(60), () -> rounds.get() > 1, () -> out.toString(UTF_8));
            append(owner, "chat:1", 1);
            append(owner, "chat:9", 2);
            append(owner, "news", 1);
            Await.until(
                    "it has printed them",
                    Duration.ofSeconds(60),
                    () -> out.toString(UTF_8).lines().count() == 5,
                    () -> out.toString(UTF_8));
            int before = rounds.get();
            Await.until("another round", Duration.ofSeconds(60), () -> rounds.get() > before + 1, () -> "");
            stop.complete(true);
            assertThat(running.get()).isZero();
            assertThat(out.toString(UTF_8).lines().limit(2))
                    .containsExactly(
                            "2026-03-01T12:00:05Z chat:1 #5 user=user-1 client=c-5 k?=v\"5 {\"n\": 5, \"s\": \"\u00fc\"}",
                            "2026-03-01T12:00:06Z chat:1 #6  [1,?2] ");
            assertThat(out.toString(UTF_8).lines().skip(2)) // in one round or in two
                    .containsExactlyInAnyOrder(
                            "2026-03-01T12:00:01Z chat:9 #1 user=user-1 client=c-1 k?=v\"1 {\"n\": 1, \"s\": \"\u00fc\"}",
                            "2026-03-01T12:00:02Z chat:9 #2 user=user-0 client=c-2  [1,?2] ",
                            "2026-03-01T12:00:07Z chat:1 #7 user=user-1 client=c-7 k?=v\"7 ");
        }
        assertThat(run("a.db", "tail", "--no-follow", "--user", "user-1", "--json", "--lines", "1")
                        .out())
                .startsWith("{\"channel\":\"chat:1\",\"offset\":7,")
                .hasLineCount(1);
        assertThat(run("a.db", "tail", "--no-follow", "--tag", "k\n=v\"3").out())
                .contains(" #3 ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                            | say what to do: tail, export, import, stats, verify, prune, replay",
                "tale                          | say what to do",
                "export                        | --file is missing",
                "import                        | --file is missing",
                "replay --channel a            | --target is missing",
                "replay --channel a --target b --from noon | --from = \"noon\" \"noon\" is not a time such as",
                "replay --channel a --target b --speed fast | --speed = \"fast\" is not a number",
                "replay --channel a --target b --speed -1 | speed must be 0 to 1000000",
                "replay --channel a --target a | would be replayed into itself",
                "prune                         | say what to delete: --older-than, --keep-bytes or both",
                "prune --older-than 5          | --older-than = \"5\" is not a time with its unit",
                "prune --keep-bytes much       | --keep-bytes = \"much\" is not a size",
                "tail --lines 20000            | --lines = 20000 is not from 0 to 10000",
                "tail --tag kind               | --tag = \"kind\" is not NAME=VALUE",
                "tail --yes                    | --yes does not go with journal tail",
                "stats --channels [a           | --channels = \"[a\"",
                "stats --channel a --channels b | --channel and --channels exclude each other",
                "stats --chanel a              | --chanel (flag) is unknown; did you mean --channel?",
            })
    void what_makes_no_sense_is_said_at_once(String words, String fault) {
        fill("a.db");
        Ended ended = run("a.db", words.isEmpty() ? new String[0] : words.split(" "));
        assertThat(ended.code()).as(ended.toString()).isEqualTo(2);
        assertThat(ended.err()).contains(fault);
    }

    @Test
    void a_database_that_holds_no_journal_is_left_alone() throws Exception {
        assertThat(run("none.db", "stats").err())
                .contains("there is no SQLite file")
                .contains("none.db");
        assertThat(directory.resolve("none.db")).doesNotExist();
        try (Connection connection = DriverManager.getConnection(url("x.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE x (y INTEGER)");
        }
        assertThat(run("x.db", "verify").err()).contains("holds no journal; is it the right one?");
        fill("a.db");
        try (Connection connection = DriverManager.getConnection(url("a.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM relay_schema WHERE version > 1");
        }
        assertThat(run("a.db", "verify").err())
                .contains("has schema version 1")
                .contains("start this Relay on it once");
        assertThat(run("a.db", "tail", "--help").out()).isEqualTo("help of TAIL");
    }
}
