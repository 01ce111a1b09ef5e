package dev.relay.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.relay.ChannelOptions;
import dev.relay.DataFormat;
import dev.relay.Durability;
import dev.relay.Health;
import dev.relay.History;
import dev.relay.HistoryQuery;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.PublishOptions;
import dev.relay.Relay;
import dev.relay.RelayBuilder;
import dev.relay.journal.Append;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.OutboxRow;
import dev.relay.journal.Spool;
import dev.relay.journal.StreamState;
import dev.relay.tck.Samples;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an application may expect of its outbox, on any database. */
@Timeout(120)
abstract class OutboxScenarios {
    private static final Outbox OUTBOX = new Outbox();
    private static final ChannelOptions SYNC = ChannelOptions.builder()
            .durability(Durability.SYNC)
            .historySize(100_000)
            .build();

    private @Nullable Relay relay;
    private @Nullable OutboxDrain drain;

    @SuppressWarnings("NullAway.Init") // set by start
    private JdbcJournal journalOf;

    /** A journal of the node that this test is, on the test's own database. */
    abstract JdbcJournal journal();

    /** A connection of the application. */
    abstract Connection connect() throws SQLException;

    @AfterEach
    final void stop() {
        if (drain != null) {
            drain.close();
        }
        if (relay != null) {
            relay.close();
        }
    }

    @Test
    void what_is_committed_is_published_once_and_in_order_and_leaves_the_outbox() throws Exception {
        start(SYNC);
        try (Connection connection = transaction()) {
            for (int i = 1; i <= 3; i++) {
                OUTBOX.publish(connection, "orders", Payload.of("o" + i));
                OUTBOX.publish(connection, "mails", Payload.of("m" + i));
            }
            connection.commit();
        }
        drain().wake();
        awaitPublished(6);

        assertThat(history("orders")).containsExactly("o1", "o2", "o3");
        assertThat(history("mails")).containsExactly("m1", "m2", "m3");
        assertThat(count("1 = 1")).isZero();
        assertThat(drain().published()).isEqualTo(6);
    }

    @Test
    void what_is_committed_is_found_without_being_told() throws Exception {
        start(SYNC);
        publish("orders", "1");
        awaitPublished(1);
        assertThat(history("orders")).containsExactly("1");
    }

    @Test
    void what_is_rolled_back_is_never_published() throws Exception {
        start(SYNC);
        try (Connection connection = transaction()) {
            OUTBOX.publish(connection, "orders", Payload.of("never"));
            connection.rollback();
            OUTBOX.publish(connection, "orders", Payload.of("always"));
            connection.commit();
            OUTBOX.publish(connection, "orders", Payload.of("never either"));
        } // closed without a commit
        publish("orders", "last");
        awaitPublished(2);
        assertThat(history("orders")).containsExactly("always", "last");
    }

    @Test
    void nothing_is_done_with_the_connection_but_one_insert() throws Exception {
        start(SYNC);
        try (Connection connection = connect()) {
            OUTBOX.publish(connection, "orders", Payload.of("alone"));
            assertThat(connection.getAutoCommit()).isTrue();
            connection.setAutoCommit(false);
            OUTBOX.publish(connection, "orders", Payload.of("within"));
            assertThat(connection.getAutoCommit()).isFalse();
            connection.rollback();
        }
        awaitPublished(1);
        assertThat(history("orders")).containsExactly("alone");
    }

    @Test
    void what_can_never_be_published_is_refused_at_once() throws Exception {
        start(SYNC);
        try (Connection connection = transaction()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OUTBOX.publish(connection, "", Payload.of("1")))
                    .withMessageContaining("1 to 255 bytes");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OUTBOX.publish(connection, "\u00FC".repeat(128), Payload.of("1")))
                    .withMessageContaining("256");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OUTBOX.publish(connection, "\uD83D", Payload.of("1")));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OUTBOX.publish(connection, "orders", Payload.of(new byte[(1 << 20) + 1])))
                    .withMessageContaining("1048577");
            PublishOptions tagged =
                    PublishOptions.builder().tags(Map.of("t", "x".repeat(4096))).build();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OUTBOX.publish(connection, "orders", Payload.of("1"), tagged))
                    .withMessageContaining("4097");
            connection.commit();
        }
        assertThat(count("1 = 1")).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> Outbox.in("a; drop table b"));
    }

    @Test
    void everything_that_a_publication_has_comes_along() throws Exception {
        start(ChannelOptions.builder()
                .durability(Durability.SYNC)
                .dataFormat(DataFormat.BINARY)
                .build());
        byte[] bytes = {0, -1, 39, 92, 10};
        PublishOptions tagged = PublishOptions.builder()
                .tags(Map.of("kind", "al\u00E9rt", "n", "\"1\""))
                .build();
        List<String> live = Collections.synchronizedList(new ArrayList<>());
        relay().subscribe(
                        "orders",
                        publication -> live.add(
                                publication.offset() + "=" + publication.data().text()))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        try (Connection connection = transaction()) {
            OUTBOX.publish(connection, "orders", Payload.of(bytes), tagged);
            OUTBOX.publish(connection, "orders", Payload.empty());
            OUTBOX.publish(
                    connection,
                    "orders",
                    Payload.of("live"),
                    PublishOptions.builder().skipHistory(true).build());
            connection.commit();
        }
        awaitPublished(3);
        awaitEmpty();
        List<Publication> kept = publications("orders");
        assertThat(kept).hasSize(2);
        assertThat(kept.get(0).data()).isEqualTo(Payload.of(bytes));
        assertThat(kept.get(0).tags()).isEqualTo(tagged.tags());
        assertThat(kept.get(0).info()).isNull();
        assertThat(kept.get(1).data().size()).isZero();
        assertThat(live).hasSize(3).contains("0=live");
    }

    @Test
    void any_language_can_insert_a_row() throws Exception {
        start(SYNC);
        execute("INSERT INTO relay_outbox (channel, payload) VALUES ('orders', '{\"n\":1}')");
        awaitPublished(1);
        assertThat(history("orders")).containsExactly("{\"n\":1}");
    }

    @Test
    void a_row_that_cannot_be_published_is_parked_and_blocks_nobody() throws Exception {
        start(SYNC);
        try (Connection connection = transaction()) {
            OUTBOX.publish(connection, "nowhere:1", Payload.of("bad namespace"));
            insert(connection, "orders", "1", "[]", null);
            insert(connection, "orders", "x".repeat((1 << 20) + 1), null, null);
            insert(connection, "orders", "k", null, "k".repeat(255));
            OUTBOX.publish(connection, "orders", Payload.of("good"));
            connection.commit();
        }
        awaitPublished(2);
        await("three are parked", () -> drain().parked() == 3);
        assertThat(history("orders")).containsExactly("k", "good");
        assertThat(count("parked_at IS NOT NULL")).isEqualTo(3);
        assertThat(query("SELECT parked_reason FROM relay_outbox WHERE channel = 'nowhere:1'"))
                .contains("102", "nowhere");
        assertThat(query("SELECT parked_reason FROM relay_outbox WHERE tags = '[]'"))
                .contains("JSON object");
        assertThat(query("SELECT parked_reason FROM relay_outbox WHERE LENGTH(payload) > 1048576"))
                .contains("1048577");
    }

    @Test
    void a_parked_row_is_tried_again_when_it_is_told_to() throws Exception {
        start(SYNC);
        publish("nowhere:1", "1");
        await("it is parked", () -> drain().parked() == 1);
        stop();
        journalOf = journal();
        relay = Relay.builder().journal(journalOf).namespace("nowhere", SYNC).build();
        drain = OutboxDrain.builder(relay(), journalOf).start();
        execute("UPDATE relay_outbox SET parked_at = NULL");
        awaitPublished(1);
        assertThat(history("nowhere:1")).containsExactly("1");
    }

    @Test
    void concurrent_transactions_are_published_once_each_and_in_order_where_one_follows_the_other() throws Exception {
        start(SYNC);
        int threads = 6;
        int transactions = 40;
        ExecutorService applications = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Void>> running = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                running.add(applications.submit(() -> {
                    try (Connection connection = transaction()) {
                        for (int n = 0; n < transactions; n++) {
                            OUTBOX.publish(connection, "all", Payload.of(thread + "." + 2 * n));
                            OUTBOX.publish(connection, "own-" + thread, Payload.of("" + n));
                            OUTBOX.publish(connection, "all", Payload.of(thread + "." + (2 * n + 1)));
                            if (n % 5 == 4) {
                                connection.rollback();
                            } else {
                                connection.commit();
                                drain().wake();
                            }
                        }
                    }
                    return null;
                }));
            }
            for (Future<Void> one : running) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            applications.shutdownNow();
        }
        List<Integer> committed = new ArrayList<>();
        for (int n = 0; n < 2 * transactions; n++) {
            if (n / 2 % 5 != 4) {
                committed.add(n);
            }
        }
        awaitPublished(threads * committed.size() * 3L / 2);
        List<String> all = history("all");
        assertThat(all).hasSize(threads * committed.size()).doesNotHaveDuplicates();
        for (int t = 0; t < threads; t++) {
            String prefix = t + ".";
            assertThat(all.stream().filter(one -> one.startsWith(prefix)))
                    .isEqualTo(committed.stream().map(n -> prefix + n).toList());
            assertThat(history("own-" + t)).hasSize(committed.size() / 2);
        }
        assertThat(count("1 = 1")).isZero();
    }

    @Test
    void a_channel_that_keeps_nothing_gets_it_live_and_the_row_is_gone() throws Exception {
        start(ChannelOptions.transientChannel());
        CompletableFuture<String> live = new CompletableFuture<>();
        relay().subscribe(
                        "orders",
                        publication -> live.complete(publication.data().text()))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        publish("orders", "1");
        assertThat(live.get(30, TimeUnit.SECONDS)).isEqualTo("1");
        awaitEmpty();
        assertThat(drain().published()).isEqualTo(1);
    }

    @Test
    void an_async_channel_gets_each_row_once() throws Exception {
        start(ChannelOptions.builder().durability(Durability.ASYNC).build());
        try (Connection connection = transaction()) {
            for (int i = 0; i < 700; i++) {
                OUTBOX.publish(connection, "orders", Payload.of("" + i));
                if (i % 7 == 0) {
                    connection.commit();
                }
            }
            connection.commit();
        }
        awaitPublished(700);
        awaitEmpty();
        assertThat(history("orders")).hasSize(700).doesNotHaveDuplicates();
        assertThat(drain().published()).isEqualTo(700);
    }

    @Test
    void rows_that_waited_for_the_drain_are_published_when_it_starts() throws Exception {
        journalOf = journal();
        journalOf.open();
        journalOf.close();
        for (int i = 0; i < 5; i++) {
            publish("orders", "" + i);
        }
        start(SYNC);
        awaitPublished(5);
        assertThat(history("orders")).containsExactly("0", "1", "2", "3", "4");
    }

    @Test
    void more_rows_than_are_read_at_once_are_published_in_order() throws Exception {
        start(SYNC);
        List<String> expected = new ArrayList<>();
        try (Connection connection = transaction()) {
            for (int i = 0; i < 1_300; i++) {
                OUTBOX.publish(connection, "orders", Payload.of("" + i));
                expected.add("" + i);
            }
            for (int i = 0; i < 20; i++) {
                String large = i + "x".repeat(900_000);
                OUTBOX.publish(connection, "large", Payload.of(large));
            }
            connection.commit();
        }
        awaitPublished(1_320);
        assertThat(history("orders")).isEqualTo(expected);
        assertThat(count("1 = 1")).isZero();
    }

    @Test
    void a_repeat_of_a_key_is_not_published_again() throws Exception {
        start(SYNC);
        PublishOptions keyed = PublishOptions.builder().idempotencyKey("k").build();
        try (Connection connection = transaction()) {
            OUTBOX.publish(connection, "orders", Payload.of("1"), keyed);
            OUTBOX.publish(connection, "orders", Payload.of("again"), keyed);
            OUTBOX.publish(connection, "orders", Payload.of("2"));
            connection.commit();
        }
        awaitPublished(3);
        awaitEmpty();
        assertThat(history("orders")).containsExactly("1", "2");
    }

    @Test
    void one_drain_at_a_time() throws Exception {
        start(SYNC);
        assertThatIllegalStateException()
                .isThrownBy(() -> OutboxDrain.builder(relay(), journalOf).start());
        drain().close();
        drain().close();
        publish("orders", "1");
        drain = OutboxDrain.builder(relay(), journalOf).start();
        awaitPublished(1);
    }

    @Test
    void an_append_whose_row_is_gone_is_refused_and_one_offered_again_is_not() throws Exception {
        try (JdbcJournal journal = journal()) {
            journal.open();
            StreamState stream = Samples.load(journal, "orders");
            publish("orders", "1");
            long id = Long.parseLong(query("SELECT MAX(id) FROM relay_outbox"));
            Append first = from(Samples.append(stream, 1), new OutboxRow(id, true));
            List<Append> gone = List.of(first, from(Samples.append(stream, 2), new OutboxRow(id + 7, true)));

            assertThat(Failures.failure(() -> journal.append(gone), Reason.REFUSED))
                    .hasMessageContaining("relay_outbox");
            assertThat(count("1 = 1")).isEqualTo(1);
            journal.append(List.of(first));
            assertThat(count("1 = 1")).isZero();
            journal.append(List.of(first));
            Failures.failure(
                    () -> journal.append(List.of(from(Samples.append(stream, 2), new OutboxRow(id, true)))),
                    Reason.REFUSED);
            journal.append(List.of(from(Samples.append(stream, 2), new OutboxRow(id, false))));
            assertThat(journal.read(Samples.all(stream))).hasSize(2);
        }
    }

    private static Append from(Append append, OutboxRow row) {
        return new Append(append.streamId(), append.appendId(), append.publication(), null, row);
    }

    final void start(ChannelOptions options) {
        journalOf = journal();
        start(journalOf, options);
    }

    final void start(JdbcJournal journal, ChannelOptions options) {
        start(journal, options, null);
    }

    final void start(JdbcJournal journal, ChannelOptions options, @Nullable Spool spool) {
        journalOf = journal;
        RelayBuilder builder =
                Relay.builder().journal(journal).channelDefaults(options).shards(2);
        if (spool != null) {
            builder.spool(spool);
        }
        Relay started = builder.build();
        relay = started;
        drain = OutboxDrain.builder(started, journal).start();
        await("ready", () -> started.health().state() == Health.State.READY);
    }

    final Relay relay() {
        return requireNonNull(relay, "start first");
    }

    final OutboxDrain drain() {
        return requireNonNull(drain, "start first");
    }

    final Connection transaction() throws SQLException {
        Connection connection = connect();
        connection.setAutoCommit(false);
        return connection;
    }

    final void publish(String channel, String data) throws SQLException {
        try (Connection connection = transaction()) {
            OUTBOX.publish(connection, channel, Payload.of(data));
            connection.commit();
        }
    }

    final void awaitPublished(long rows) {
        await(rows + " rows are published", () -> drain().published() >= rows);
    }

    final void awaitEmpty() {
        await("the outbox is empty", () -> {
            try {
                return count("1 = 1") == 0;
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited too long: " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    final List<String> history(String channel) throws Exception {
        return publications(channel).stream()
                .map(publication -> publication.data().text())
                .toList();
    }

    final List<Publication> publications(String channel) throws Exception {
        List<Publication> all = new ArrayList<>();
        HistoryQuery next = HistoryQuery.oldest(-1);
        while (true) {
            History page = (History)
                    relay().history(channel, next).toCompletableFuture().get(30, TimeUnit.SECONDS);
            all.addAll(page.publications());
            if (page.publications().isEmpty()) {
                return all;
            }
            next = HistoryQuery.after(all.get(all.size() - 1).position(), -1);
        }
    }

    final long count(String where) throws SQLException {
        return Long.parseLong(query("SELECT COUNT(*) FROM relay_outbox WHERE " + where));
    }

    final String query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).as(sql).isTrue();
            return result.getString(1);
        }
    }

    final void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void insert(
            Connection connection, String channel, String payload, @Nullable String tags, @Nullable String key)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO relay_outbox (channel, payload, tags, idempotency_key) VALUES (?, ?, ?, ?)")) {
            insert.setString(1, channel);
            insert.setString(2, payload);
            insert.setString(3, tags);
            insert.setString(4, key);
            insert.executeUpdate();
        }
    }
}
