package dev.relay.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Payload;
import dev.relay.PublishResult;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same on a server, and what can go wrong with one. */
@EnabledIfEnvironmentVariable(named = MysqlFixture.VARIABLE, matches = ".+", disabledReason = MysqlFixture.SKIPPED)
final class OutboxMysqlIT extends OutboxScenarios {
    @BeforeEach
    void empty() throws SQLException {
        MysqlFixture.dropTables();
    }

    @Override
    JdbcJournal journal() {
        return MysqlFixture.journal("one");
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(MysqlFixture.url());
    }

    @Test
    void a_transaction_that_commits_late_is_published_late_and_not_lost() throws Exception {
        start(ChannelOptions.journaled());
        try (Connection late = transaction()) {
            new Outbox().publish(late, "orders", Payload.of("first by id"));
            publish("orders", "second");
            awaitPublished(1);
            late.commit();
        }
        awaitPublished(2);
        assertThat(history("orders")).containsExactly("second", "first by id");
    }

    @Test
    void a_transaction_may_span_the_databases_of_a_server() throws Exception {
        start(ChannelOptions.journaled());
        String database = query("SELECT DATABASE()");
        try (Connection connection = transaction()) {
            Outbox.in(database).publish(connection, "orders", Payload.of("1"));
            connection.commit();
        }
        awaitPublished(1);
        assertThat(history("orders")).containsExactly("1");
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE_COMMIT_ARRIVES", "BEFORE_ITS_ANSWER"})
    void a_connection_cut_in_the_commit_of_publications_repeats_none(CuttingProxy.Cut cut) throws Exception {
        try (CuttingProxy proxy = new CuttingProxy(MysqlFixture.url())) {
            start(JdbcJournal.builder().url(proxy.url()).nodeId("one").build(), ChannelOptions.journaled());
            publish("orders", "0");
            awaitPublished(1);
            List<String> expected = new ArrayList<>(List.of("0"));
            for (int i = 1; i <= 20; i++) {
                proxy.cutNext(cut);
                publish("orders", "" + i);
                drain().wake();
                awaitEmpty();
                expected.add("" + i);
            }
            await("they can be read", () -> history().equals(expected));
            stop();
        }
    }

    @Test
    void every_row_is_published_once_while_a_spool_stands_in_now_and_then(@TempDir Path directory) throws Exception {
        try (CuttingProxy proxy = new CuttingProxy(MysqlFixture.url())) {
            start(
                    JdbcJournal.builder().url(proxy.url()).nodeId("one").build(),
                    ChannelOptions.journaled(),
                    SqliteSpool.at(directory.resolve("spool.db")));
            int spooled = 0;
            List<String> committed = new ArrayList<>();
            for (int outage = 0; outage < 3; outage++) {
                long cut = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
                while (System.nanoTime() < cut) { // so that rows are on their way when it comes
                    committed.add("row " + committed.size());
                    publish("orders", committed.get(committed.size() - 1));
                    drain().wake();
                }
                proxy.block();
                for (int i = 0; i < 20; i++) { // the application's own connections are not cut
                    committed.add("row " + committed.size());
                    publish("orders", committed.get(committed.size() - 1));
                    String data = "spooled " + spooled++;
                    assertThat(relay().publish("orders", Payload.of(data))
                                    .toCompletableFuture()
                                    .get(60, TimeUnit.SECONDS))
                            .isInstanceOf(PublishResult.Published.class);
                }
                proxy.unblock();
                awaitEmpty();
            }
            int all = committed.size() + spooled;
            await("everything can be read", () -> history().size() >= all);
            assertThat(history()).doesNotHaveDuplicates().hasSize(all).containsSubsequence(committed);
            stop();
        }
    }

    @Test
    void every_row_is_published_once_however_often_connections_are_killed() throws Exception {
        start(ChannelOptions.journaled());
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Integer> killer = threads.submit(() -> {
                int kills = 0;
                while (!done.get()) {
                    kills += killConnections();
                }
                return kills;
            });
            List<String> committed = new ArrayList<>();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
            for (int i = 0; System.nanoTime() < end; i++) {
                String row = "" + i;
                try {
                    publish("orders", row);
                    committed.add(row);
                } catch (SQLException e) {
                    // killed: committed or not, we do not know; it is published at most once
                }
            }
            done.set(true);
            assertThat(killer.get(30, TimeUnit.SECONDS)).isPositive();
            awaitEmpty();
            await("the journal can be read", () -> !history().isEmpty());
            assertThat(history()).doesNotHaveDuplicates().containsSubsequence(committed);
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
    }

    @Test
    void a_killed_application_has_published_each_of_its_transactions_once(TestReporter reporter) throws Exception {
        new OutboxCrash(MysqlFixture.url(), MysqlFixture.url()).run(this, reporter);
    }

    private List<String> history() {
        try {
            return history("orders");
        } catch (Exception e) {
            return List.of(); // a reader's connection was killed as well
        }
    }

    private static int killConnections() throws SQLException {
        int kills = 0;
        try (Connection connection = DriverManager.getConnection(MysqlFixture.url());
                Statement statement = connection.createStatement()) {
            List<Long> ids = new ArrayList<>();
            try (ResultSet result = statement.executeQuery("SELECT id FROM information_schema.processlist"
                    + " WHERE user = SUBSTRING_INDEX(USER(), '@', 1) AND id <> CONNECTION_ID()")) {
                while (result.next()) {
                    ids.add(result.getLong(1));
                }
            }
            for (long id : ids) {
                try {
                    statement.execute("KILL " + id);
                    kills++;
                } catch (SQLException e) {
                    // gone already
                }
            }
        }
        return kills;
    }
}
