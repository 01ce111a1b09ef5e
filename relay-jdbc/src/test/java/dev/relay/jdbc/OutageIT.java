package dev.relay.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.Health;
import dev.relay.Payload;
import dev.relay.PublishResult;
import dev.relay.Relay;
import dev.relay.journal.StreamState;
import dev.relay.tck.Samples;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** An engine on a real server that is stopped, killed, frozen, slow, read-only, cut off, late or another's meanwhile. */
@Timeout(240)
@EnabledIfEnvironmentVariable(named = MysqlFixture.VARIABLE, matches = ".+", disabledReason = MysqlFixture.SKIPPED)
@SuppressWarnings("NullAway.Init") // by JUnit
final class OutageIT {
    private static PrivateMysql mysql;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start(@TempDir Path shared) throws Exception {
        mysql = new PrivateMysql(shared);
    }

    @AfterAll
    static void stop() throws Exception {
        mysql.close();
    }

    @BeforeEach
    void empty() throws Exception {
        mysql.execute(
                "DROP TABLE IF EXISTS relay_message, relay_stream, relay_run, relay_schema, relay_outbox, relay_idempotency, relay_event");
    }

    @Test
    void a_server_that_is_stopped_and_comes_back() throws Exception {
        SqliteSpool spool = spool();
        try (Relay relay = relay(mysql.url(), spool)) {
            try (Traffic traffic = new Traffic(relay)) {
                traffic.goesOn(100);
                mysql.stop();
                traffic.goesOn(300);
                assertThat(relay.health().state()).isEqualTo(Health.State.READY);
                assertThat(relay.health().detail()).contains("spooling", "publications");
                mysql.start();
                drained(relay, spool);
                traffic.goesOn(100);
                traffic.close();
                assertThat(traffic.refused()).as(traffic.toString()).isZero();
                traffic.isAllIn(mysql.url());
                traffic.isAllDelivered();
            }
        }
    }

    @Test
    void a_server_that_is_killed_and_comes_back() throws Exception {
        SqliteSpool spool = spool();
        try (Relay relay = relay(mysql.url(), spool)) {
            try (Traffic traffic = new Traffic(relay)) {
                traffic.goesOn(100);
                mysql.kill();
                traffic.goesOn(300);
                mysql.start();
                drained(relay, spool);
                traffic.close();
                assertThat(traffic.refused()).as(traffic.toString()).isZero();
                traffic.isAllIn(mysql.url());
                traffic.isAllDelivered();
            }
        }
    }

    @Test
    void a_server_that_is_frozen_for_some_seconds() throws Exception {
        SqliteSpool spool = spool();
        try (Relay relay = relay(mysql.url(), spool)) {
            try (Traffic traffic = new Traffic(relay)) {
                traffic.goesOn(100);
                mysql.freeze();
                try {
                    traffic.goesOn(1_000); // and so is acknowledged while it hangs
                } finally {
                    mysql.thaw();
                }
                drained(relay, spool);
                traffic.goesOn(100);
                traffic.close();
                assertThat(traffic.refused()).as(traffic.toString()).isZero();
                traffic.isAllIn(mysql.url()); // what it committed late is recognised
                traffic.isAllDelivered();
            }
        }
    }

    @Test
    void a_server_that_is_slow() throws Exception {
        SqliteSpool spool = spool();
        try (CuttingProxy proxy = new CuttingProxy(mysql.url());
                Relay relay = relay(proxy.url(), spool)) {
            try (Traffic traffic = new Traffic(relay)) {
                traffic.goesOn(100);
                proxy.slowCommits(Duration.ofMillis(500));
                traffic.goesOn(400);
                assertThat(spool.size().publications()).as("is not needed").isZero();
                proxy.slowCommits(Duration.ofSeconds(3)); // longer than the writer waits
                traffic.goesOn(400);
                proxy.slowCommits(Duration.ofMillis(300));
                drained(relay, spool);
                proxy.slowCommits(Duration.ZERO);
                traffic.close();
                assertThat(traffic.refused()).as(traffic.toString()).isZero();
                traffic.isAllIn(mysql.url());
                traffic.isAllDelivered();
            }
        }
    }

    @Test
    void a_server_that_is_read_only_for_a_while() throws Exception {
        SqliteSpool spool = spool();
        try (Relay relay = relay(mysql.url(), spool)) {
            try (Traffic traffic = new Traffic(relay)) {
                traffic.goesOn(100);
                mysql.execute("SET GLOBAL super_read_only = 1");
                try {
                    traffic.goesOn(300);
                    assertThat(relay.health().detail()).contains("read-only");
                } finally {
                    mysql.execute("SET GLOBAL super_read_only = 0", "SET GLOBAL read_only = 0");
                }
                drained(relay, spool);
                traffic.close();
                assertThat(traffic.refused()).as(traffic.toString()).isZero();
                traffic.isAllIn(mysql.url());
            }
        }
    }

    @Test
    void locks_that_somebody_else_holds() throws Exception {
        SqliteSpool spool = spool();
        try (Relay relay = relay(mysql.url(), spool)) {
            try (Traffic traffic = new Traffic(relay)) {
                traffic.goesOn(100);
                try (Connection other = DriverManager.getConnection(mysql.url());
                        Statement statement = other.createStatement()) {
                    other.setAutoCommit(false);
                    statement.execute("SELECT * FROM relay_run FOR UPDATE");
                    traffic.goesOn(500);
                    other.rollback();
                }
                drained(relay, spool);
                traffic.close();
                assertThat(traffic.refused()).as(traffic.toString()).isZero();
                traffic.isAllIn(mysql.url());
            }
        }
    }

    @Test
    void a_connection_that_is_cut_in_the_commit_again_and_again() throws Exception {
        SqliteSpool spool = spool();
        try (CuttingProxy proxy = new CuttingProxy(mysql.url());
                Relay relay = relay(proxy.url(), spool)) {
            try (Traffic traffic = new Traffic(relay)) {
                for (int round = 0; round < 20; round++) {
                    traffic.goesOn(20);
                    proxy.cutNext(
                            round % 2 == 0
                                    ? CuttingProxy.Cut.BEFORE_ITS_ANSWER
                                    : CuttingProxy.Cut.BEFORE_COMMIT_ARRIVES);
                }
                traffic.goesOn(20);
                drained(relay, spool);
                traffic.close();
                assertThat(traffic.refused()).as(traffic.toString()).isZero();
                traffic.isAllIn(mysql.url());
                traffic.isAllDelivered();
            }
        }
    }

    @Test
    void a_spool_that_is_full_refuses_and_loses_nothing_it_took() throws Exception {
        SqliteSpool spool = SqliteSpool.at(directory.resolve("spool.db"), SqliteSpool.MIN_MAX_BYTES);
        try (CuttingProxy proxy = new CuttingProxy(mysql.url());
                Relay relay = relay(proxy.url(), spool)) {
            try (Traffic traffic = new Traffic(relay)) {
                traffic.goesOn(100);
                proxy.block();
                Waiting.until("the spool is full", () -> traffic.refused() > 0, traffic::toString);
                assertThat(relay.health().state()).isEqualTo(Health.State.NOT_READY);
                assertThat(relay.health().detail()).contains("the spool is full");
                proxy.unblock();
                drained(relay, spool);
                traffic.goesOn(100);
                traffic.close();
                traffic.isAllIn(mysql.url());
            }
        }
    }

    @Test
    void a_replica_that_took_over_without_the_last_commits() throws Exception {
        SqliteSpool spool = spool();
        try (CuttingProxy proxy = new CuttingProxy(mysql.url());
                Relay relay = relay(proxy.url(), spool)) {
            try (Traffic traffic = new Traffic(relay)) {
                traffic.goesOn(400);
                proxy.block();
                traffic.goesOn(200);
                long before = Long.parseLong(String.valueOf(mysql.query("SELECT COUNT(*) FROM relay_message")));
                mysql.execute("DELETE m FROM relay_message m JOIN (SELECT stream_id, MAX(seq) top FROM relay_message"
                        + " GROUP BY stream_id) t ON t.stream_id = m.stream_id WHERE m.seq > t.top - 20");
                assertThat(mysql.query("SELECT COUNT(*) FROM relay_message")).isEqualTo("" + (before - 4 * 20));
                proxy.unblock();
                drained(relay, spool);
                traffic.close();
                assertThat(traffic.refused()).as(traffic.toString()).isZero();
                traffic.isAllIn(mysql.url());
                traffic.isAllDelivered();
            }
        }
    }

    @Test
    void another_node_that_took_over_while_this_one_was_cut_off() throws Exception {
        String epoch;
        try (CuttingProxy proxy = new CuttingProxy(mysql.url());
                Relay relay = relay(proxy.url(), spool())) {
            assertThat(published(relay, "news", "1")).isEqualTo(1);
            proxy.block();
            assertThat(published(relay, "news", "ours-2")).isEqualTo(2);
            assertThat(published(relay, "news", "ours-3")).isEqualTo(3);
            mysql.execute("UPDATE relay_run SET alive_at = alive_at - 10000001"); // silent for too long
            try (JdbcJournal other =
                    JdbcJournal.builder().url(mysql.url()).nodeId("other").build()) {
                other.open();
                StreamState stream = Samples.load(other, "news");
                epoch = stream.epoch();
                other.append(Samples.appends(stream, 2, 2));
                proxy.unblock();
                Waiting.until("it is fenced", () -> relay.health().state() == Health.State.FAILED, () -> relay.health()
                        .toString());
            }
        }
        SqliteSpool spool = spool();
        try (Relay relay = relay(mysql.url(), spool)) {
            drained(relay, spool);
            assertThat(published(relay, "news", "ours-4")).isEqualTo(5);
        }
        assertThat(mysql.query(
                        "SELECT GROUP_CONCAT(CAST(payload AS CHAR) ORDER BY seq SEPARATOR ' ') FROM relay_message"))
                .isEqualTo("1 {\"n\":2} ours-2 ours-3 ours-4");
        assertThat(mysql.query("SELECT epoch FROM relay_stream")).isNotEqualTo(epoch);
    }

    @Test
    void an_async_channel_loses_nothing_either_while_its_engine_lives() throws Exception {
        SqliteSpool spool = spool();
        ChannelOptions async =
                ChannelOptions.builder().durability(Durability.ASYNC).build();
        try (Relay relay = relay(mysql.url(), spool, async)) {
            try (Traffic traffic = new Traffic(relay)) {
                traffic.goesOn(100);
                mysql.kill();
                traffic.goesOn(500);
                mysql.start();
                drained(relay, spool);
                traffic.goesOn(100);
                traffic.close();
                traffic.isAllDelivered();
                Waiting.until(
                        "all is in",
                        () -> (traffic.acknowledged() + "").equals(mysql.query("SELECT COUNT(*) FROM relay_message")),
                        traffic::toString);
                traffic.isAllIn(mysql.url());
            }
        }
    }

    @Test
    void an_outbox_is_published_once_and_in_order_across_outages() throws Exception {
        SqliteSpool spool = spool();
        int rows = 240; // what GROUP_CONCAT takes
        try (CuttingProxy proxy = new CuttingProxy(mysql.url())) {
            JdbcJournal journal =
                    JdbcJournal.builder().url(proxy.url()).nodeId("one").build();
            try (Relay relay = relay(journal, spool, ChannelOptions.journaled());
                    OutboxDrain drain = OutboxDrain.builder(relay, journal).start();
                    Connection application = DriverManager.getConnection(mysql.url())) {
                Outbox outbox = new Outbox();
                for (int row = 1; row <= rows; row++) {
                    outbox.publish(application, "orders", Payload.of(row + ""));
                    switch (row % 60) {
                        case 10 -> proxy.cutNext(CuttingProxy.Cut.BEFORE_ITS_ANSWER);
                        case 20 -> proxy.cutNext(CuttingProxy.Cut.BEFORE_COMMIT_ARRIVES);
                        case 30 -> proxy.block();
                        case 50 -> {
                            proxy.unblock();
                            drained(relay, spool);
                        }
                        default -> drain.wake();
                    }
                }
                Waiting.until(
                        "the outbox is empty",
                        () -> "0".equals(mysql.query("SELECT COUNT(*) FROM relay_outbox")),
                        () -> relay.health() + " published " + drain.published());
                drained(relay, spool);
            }
        }
        StringBuilder all = new StringBuilder();
        for (int row = 1; row <= rows; row++) {
            all.append(row).append(row < rows ? " " : "");
        }
        assertThat(mysql.query(
                        "SELECT GROUP_CONCAT(CAST(payload AS CHAR) ORDER BY seq SEPARATOR ' ') FROM relay_message"))
                .isEqualTo(all.toString());
    }

    private SqliteSpool spool() {
        return SqliteSpool.at(directory.resolve("spool.db"));
    }

    private static Relay relay(String url, SqliteSpool spool) {
        return relay(url, spool, ChannelOptions.journaled());
    }

    private static Relay relay(String url, SqliteSpool spool, ChannelOptions options) {
        return relay(JdbcJournal.builder().url(url).nodeId("one").build(), spool, options);
    }

    private static Relay relay(JdbcJournal journal, SqliteSpool spool, ChannelOptions options) {
        Relay relay = Relay.builder()
                .shards(2)
                .journal(journal)
                .spool(spool)
                .channelDefaults(options)
                .drainWindow(Duration.ZERO)
                .build();
        Waiting.until("ready", () -> relay.health().state() == Health.State.READY, () -> relay.health()
                .toString());
        return relay;
    }

    private static void drained(Relay relay, SqliteSpool spool) {
        Waiting.until(
                "the spool is drained",
                () -> spool.size().publications() == 0 && relay.health().equals(new Health(Health.State.READY, "")),
                () -> relay.health() + " " + spool.size());
    }

    private static long published(Relay relay, String channel, String data) throws Exception {
        PublishResult result =
                relay.publish(channel, Payload.of(data)).toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(result).isInstanceOf(PublishResult.Published.class);
        return ((PublishResult.Published) result).position().offset();
    }
}
