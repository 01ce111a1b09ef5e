package dev.relay.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.relay.Durability;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.journal.Append;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.StreamState;
import dev.relay.tck.Samples;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** What goes wrong with a server. */
@Timeout(60)
@EnabledIfEnvironmentVariable(named = MysqlFixture.VARIABLE, matches = ".+", disabledReason = MysqlFixture.SKIPPED)
@SuppressWarnings("NullAway.Init") // by JUnit
final class MysqlFaultsIT {
    private static final String OWN_CONNECTIONS = "SELECT id FROM information_schema.processlist"
            + " WHERE user = SUBSTRING_INDEX(USER(), '@', 1) AND id <> CONNECTION_ID()";

    private JdbcJournal journal;

    @BeforeEach
    void open() throws SQLException {
        MysqlFixture.dropTables();
        journal = MysqlFixture.journal("one");
        journal.open();
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Test
    void a_second_node_waits_and_is_told_who_the_owner_is() throws Exception {
        StreamState stream = Samples.load(journal, "orders");
        try (JdbcJournal second = MysqlFixture.journal("two")) {
            assertThat(Failures.failure(second::open, Reason.OWNED))
                    .hasMessageContaining("node one")
                    .hasMessageContaining("relay at 127.0.0.1")
                    .hasMessageNotContaining("password");

            MysqlFixture.execute("UPDATE relay_run SET alive_at = alive_at - 10000001");
            second.open();

            Failures.failure(() -> journal.append(Samples.appends(stream, 1, 1)), Reason.FENCED);
            second.append(Samples.appends(stream, 1, 1));
        }
    }

    @Test
    void an_owner_that_says_it_lives_keeps_the_store() throws Exception {
        MysqlFixture.execute("UPDATE relay_run SET alive_at = alive_at - 10000001");
        journal.heartbeat();
        try (JdbcJournal second = MysqlFixture.journal("two")) {
            Failures.failure(second::open, Reason.OWNED);
        }
    }

    /** As after a crash of a large one: given up after the same time again and again, it would never be back. */
    @Test
    void a_server_that_is_always_slow_is_given_more_time() throws Exception {
        journal.close();
        try (CuttingProxy proxy = new CuttingProxy(MysqlFixture.url());
                JdbcJournal slow = MysqlFixture.journal("one", proxy.url())) {
            slow.open();
            StreamState stream = Samples.load(slow, "orders");
            proxy.slowCommits(Duration.ofMillis(2_500));
            Failures.failure(() -> slow.append(Samples.appends(stream, 1, 1)), Reason.UNKNOWN_OUTCOME);
            slow.heartbeat();

            proxy.slowCommits(Duration.ZERO);
            slow.heartbeat();
            proxy.slowCommits(Duration.ofMillis(2_500));
            slow.heartbeat(); // a fast one in between does not count
        }
    }

    /** A stream with millions of rows would take longer than anybody waits, and be lost to the world. */
    @Test
    void loading_streams_does_not_read_their_rows() throws Exception {
        StreamState stream = Samples.load(journal, "orders");
        int rows = 20 * 512;
        for (int from = 1; from <= rows; from += 512) {
            journal.append(Samples.appends(stream, from, from + 511));
        }
        long before = rowsRead();
        assertThat(Samples.load(journal, "orders").top()).isEqualTo(rows);
        assertThat(journal.streams(0, 10)).hasSize(1);
        assertThat(rowsRead() - before).isLessThan(rows / 2); // this figure is read from a table of some hundred rows
    }

    private static long rowsRead() throws SQLException {
        return Long.parseLong(requireNonNull(MysqlFixture.query("SELECT CAST(SUM(variable_value) AS SIGNED)"
                + " FROM performance_schema.global_status WHERE variable_name LIKE 'Handler_read%'")));
    }

    @Test
    void the_same_node_takes_over_at_once() {
        StreamState stream = Samples.load(journal, "orders");
        try (JdbcJournal restarted = MysqlFixture.journal("one")) {
            restarted.open();
            Failures.failure(() -> journal.append(Samples.appends(stream, 1, 1)), Reason.FENCED);
        }
    }

    @Test
    void two_nodes_that_start_on_an_empty_database_at_once_make_one_owner() throws Exception {
        journal.close();
        MysqlFixture.dropTables();
        ExecutorService starting = Executors.newFixedThreadPool(2);
        try (JdbcJournal left = MysqlFixture.journal("left");
                JdbcJournal right = MysqlFixture.journal("right")) {
            List<Future<Boolean>> opened = List.of(left, right).stream()
                    .map(node -> starting.submit(() -> {
                        try {
                            node.open();
                            return true;
                        } catch (JournalException e) {
                            assertThat(e.reason()).isIn(Reason.UNAVAILABLE, Reason.OWNED);
                            return false;
                        }
                    }))
                    .toList();
            boolean first = opened.get(0).get(30, TimeUnit.SECONDS);
            boolean second = opened.get(1).get(30, TimeUnit.SECONDS);
            assertThat(first ^ second).as("left=%b right=%b", first, second).isTrue();
            (first ? left : right).heartbeat();
            assertThat(MysqlFixture.query("SELECT COUNT(*) FROM relay_schema"))
                    .isEqualTo(String.valueOf(Schema.VERSION));
        } finally {
            starting.shutdownNow();
        }
    }

    @Test
    void a_schema_of_a_newer_relay_is_refused() throws Exception {
        journal.close();
        MysqlFixture.execute("INSERT INTO relay_schema (version) VALUES (99)");
        try (JdbcJournal next = MysqlFixture.journal("two")) {
            assertThat(Failures.failure(next::open, Reason.REFUSED)).hasMessageContaining("schema version 99");
        }
    }

    @Test
    void a_killed_connection_is_replaced() throws Exception {
        StreamState stream = Samples.load(journal, "orders");
        journal.append(Samples.appends(stream, 1, 3));
        killConnections();

        assertThat(Failures.appendAtLast(journal, Samples.appends(stream, 4, 6)))
                .isLessThanOrEqualTo(2);

        assertThat(journal.read(Samples.all(stream))).hasSize(6);
        journal.heartbeat();
    }

    @Test
    void every_publication_is_there_once_however_often_connections_are_killed() throws Exception {
        StreamState stream = Samples.load(journal, "orders");
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService killer = Executors.newSingleThreadExecutor();
        long top = 0;
        try {
            Future<Integer> kills = killer.submit(() -> {
                int rounds = 0;
                while (!done.get()) {
                    rounds += killedConnections() ? 1 : 0;
                }
                return rounds;
            });
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
            while (System.nanoTime() < end) {
                Failures.appendAtLast(journal, Samples.appends(stream, top + 1, top + 50));
                top += 50;
            }
            done.set(true);
            assertThat(kills.get(10, TimeUnit.SECONDS)).isPositive();
        } finally {
            done.set(true);
            killer.shutdownNow();
        }
        journal.close();
        journal = MysqlFixture.journal("one");
        journal.open();
        assertThat(Samples.load(journal, "orders").top()).isEqualTo(top);
        assertThat(journal.read(Samples.all(stream)))
                .extracting(Publication::offset)
                .isEqualTo(LongStream.rangeClosed(1, top).boxed().toList());
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE_COMMIT_ARRIVES", "BEFORE_ITS_ANSWER"})
    void a_connection_cut_in_the_commit_leaves_the_outcome_unknown_and_the_batch_is_then_there_once(
            CuttingProxy.Cut cut) throws Exception {
        try (CuttingProxy proxy = new CuttingProxy(MysqlFixture.url());
                JdbcJournal through =
                        JdbcJournal.builder().url(proxy.url()).nodeId("one").build()) {
            through.open();
            StreamState stream = Samples.load(through, "orders", Durability.ASYNC);
            through.append(Samples.appends(stream, 1, 3));
            List<Append> batch = Samples.appends(stream, 4, 90);

            proxy.cutNext(cut);
            Failures.failure(() -> through.append(batch), Reason.UNKNOWN_OUTCOME);
            Failures.appendAtLast(through, batch);

            assertThat(through.read(Samples.all(stream)))
                    .isEqualTo(Samples.appends(stream, 1, 90).stream()
                            .map(Append::publication)
                            .toList());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE_COMMIT_ARRIVES", "BEFORE_ITS_ANSWER"})
    void a_connection_cut_in_the_commit_of_a_trim_leaves_the_outcome_unknown_and_it_can_be_repeated(
            CuttingProxy.Cut cut) throws Exception {
        try (CuttingProxy proxy = new CuttingProxy(MysqlFixture.url());
                JdbcJournal through =
                        JdbcJournal.builder().url(proxy.url()).nodeId("one").build()) {
            through.open();
            StreamState stream = Samples.load(through, "orders");
            through.append(Samples.appends(stream, 1, 9));

            proxy.cutNext(cut);
            Failures.failure(() -> through.trim(stream.streamId(), 5), Reason.UNKNOWN_OUTCOME);

            assertThat(through.trim(stream.streamId(), 5)).isEqualTo(5);
            StreamState after = Samples.load(through, "orders");
            assertThat(after.trimmedTo()).isEqualTo(5);
            assertThat(after.top()).isEqualTo(9);
            assertThat(through.read(Samples.all(stream))).hasSize(4);
            through.append(Samples.appends(stream, 10, 10));
        }
    }

    @Test
    void a_row_of_our_own_that_a_frozen_server_commits_late_is_recognised() throws Exception {
        StreamState stream = Samples.load(journal, "orders");
        Append append = Samples.append(stream, 1);
        try (Connection frozen = DriverManager.getConnection(MysqlFixture.url());
                Statement statement = frozen.createStatement()) {
            frozen.setAutoCommit(false);
            statement.execute(insert(stream, 1, append.appendId()));

            Failures.failure(() -> journal.append(List.of(append)), Reason.UNAVAILABLE); // waits for its lock
            frozen.commit();
        }
        journal.append(List.of(append, Samples.append(stream, 2)));
        assertThat(journal.read(Samples.all(stream))).hasSize(2);
    }

    @Test
    void a_foreign_row_at_the_next_offset_is_told() throws Exception {
        StreamState stream = Samples.load(journal, "orders");
        journal.append(Samples.appends(stream, 1, 3));
        MysqlFixture.execute(insert(stream, 4, 12345));
        Failures.failure(() -> journal.append(Samples.appends(stream, 4, 5)), Reason.OCCUPIED);
        journal.append(Samples.appends(stream, 5, 5));
    }

    @Test
    void commits_that_are_missing_after_a_reconnect_leave_no_hole() throws Exception {
        StreamState stream = Samples.load(journal, "orders");
        journal.append(Samples.appends(stream, 1, 5));
        MysqlFixture.execute("DELETE FROM relay_message WHERE seq > 3"); // as after a failover to a late replica
        killConnections();

        assertThat(refusedAtLast(Samples.appends(stream, 6, 6))).hasMessageContaining("top=3");
        assertThat(Samples.load(journal, "orders").top()).isEqualTo(3);
    }

    @Test
    void a_read_only_server_is_unavailable_until_it_can_be_written() throws Exception {
        StreamState stream = Samples.load(journal, "orders");
        journal.append(Samples.appends(stream, 1, 2));
        try {
            MysqlFixture.execute("SET GLOBAL read_only = 1");
            Failures.failure(() -> journal.append(Samples.appends(stream, 3, 4)), Reason.UNAVAILABLE);
            Failures.failure(() -> journal.trim(stream.streamId(), 1), Reason.UNAVAILABLE);
            Failures.failure(journal::heartbeat, Reason.UNAVAILABLE);
        } finally {
            MysqlFixture.execute("SET GLOBAL read_only = 0");
        }
        assertThat(journal.trim(stream.streamId(), 1)).isEqualTo(1);
        journal.append(Samples.appends(stream, 3, 4));
    }

    @Test
    void a_payload_larger_than_the_server_takes_is_refused() throws Exception {
        String before = MysqlFixture.query("SELECT @@global.max_allowed_packet");
        StreamState stream = Samples.load(journal, "orders");
        journal.close();
        try {
            MysqlFixture.execute("SET GLOBAL max_allowed_packet = 2097152");
            journal = MysqlFixture.journal("one");
            journal.open();
            Append tooLarge = Samples.append(stream, 1, Payload.of(new byte[3 << 20]));
            Failures.failure(() -> journal.append(List.of(tooLarge)), Reason.REFUSED);
            journal.append(Samples.appends(stream, 1, 2));
        } finally {
            MysqlFixture.execute("SET GLOBAL max_allowed_packet = " + before);
        }
    }

    @Test
    void a_server_that_may_lose_commits_is_named_in_one_loud_warning() throws Exception {
        journal.close();
        ListAppender<ILoggingEvent> seen = new ListAppender<>();
        seen.start();
        Logger logger = (Logger) LoggerFactory.getLogger(Session.class);
        logger.addAppender(seen);
        try {
            MysqlFixture.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 2");
            journal = MysqlFixture.journal("one");
            journal.open();
            journal.heartbeat();
        } finally {
            MysqlFixture.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
            logger.detachAppender(seen);
        }
        assertThat(seen.list)
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage())
                        .contains("NOT DURABLE", "innodb_flush_log_at_trx_commit=2")
                        .doesNotContain("password"));
    }

    private JournalException refusedAtLast(List<Append> batch) {
        try {
            Failures.appendAtLast(journal, batch);
        } catch (JournalException e) {
            assertThat(e.reason()).isEqualTo(Reason.BEHIND);
            return e;
        }
        throw new AssertionError("was not refused");
    }

    private static String insert(StreamState stream, long offset, long appendId) {
        return "INSERT INTO relay_message (stream_id, seq, append_id, created_at, kind, payload) VALUES ("
                + stream.streamId() + ", " + offset + ", " + appendId + ", 0, 0, x'00')";
    }

    /**
     * As {@link #killConnections}; {@code false} iff there is no connection to do it with. A kill that comes when the server
     * already uses the killed connection's thread for the next one ends that one in the middle of its handshake, which the driver
     * then reports as whatever it has understood of it.
     */
    private static boolean killedConnections() throws SQLException {
        Connection connection;
        try {
            connection = DriverManager.getConnection(MysqlFixture.url());
        } catch (SQLException e) {
            return false;
        }
        try (connection) {
            killOthers(connection);
        }
        return true;
    }

    /** Every connection of this user but the one that does it. */
    private static void killConnections() throws SQLException {
        try (Connection connection = DriverManager.getConnection(MysqlFixture.url())) {
            killOthers(connection);
        }
    }

    private static void killOthers(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                Statement kill = connection.createStatement();
                var ids = statement.executeQuery(OWN_CONNECTIONS)) {
            while (ids.next()) {
                try {
                    kill.execute("KILL CONNECTION " + ids.getLong(1));
                } catch (SQLException e) {
                    assertThat(e.getErrorCode()).as("gone by itself: %s", e).isEqualTo(1094);
                }
            }
        }
    }
}
