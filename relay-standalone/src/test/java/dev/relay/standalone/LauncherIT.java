package dev.relay.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.Health;
import dev.relay.InvalidConfigurationException;
import dev.relay.Relay;
import dev.relay.RelayException;
import dev.relay.standalone.config.JournalArguments;
import dev.relay.standalone.config.PasswordHash;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LauncherIT {
    private final Path directory;

    LauncherIT(@TempDir Path directory) {
        this.directory = directory;
    }

    /** A server is alone in its process, and says so to the SQLite driver for good; here others come after it. */
    @AfterEach
    void forgetWhereTheDriverUnpacks() {
        System.clearProperty("org.sqlite.tmpdir");
    }

    @AfterEach
    void closeTheEngine() {
        relay.close();
    }

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicReference<Health> health = new AtomicReference<>(new Health(Health.State.READY, ""));
    private final AtomicInteger stops = new AtomicInteger();
    private final CountDownLatch started = new CountDownLatch(1);
    private final Relay relay = Relay.builder().shards(1).build();

    private Launcher launcher(Engine.Starter starter) {
        return new Launcher(
                Map.of("RELAY_HTTP_PORT", "0"),
                directory,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                starter);
    }

    private Launcher launcher() {
        return launcher((configuration, data, metrics, console) -> {
            started.countDown();
            return new Engine(8000, relay, health::get, stops::incrementAndGet);
        });
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void help_and_version_start_nothing() {
        assertThat(launcher().run("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("Relay moves messages")
                .contains("--database-url");
        out.reset();
        assertThat(launcher().run("--version")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("relay ");
        assertThat(started.getCount()).isOne();
    }

    @Test
    void the_subcommand_token_prints_a_token_and_starts_nothing() {
        assertThat(launcher().run("token", "--user=42", "--token-hmac-secret=" + "s".repeat(32)))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).matches("eyJ\\S+\\R");
        assertThat(launcher().run("token", "--user=42")).isEqualTo(2);
        assertThat(errors()).contains("no token_hmac_secret is configured");
        assertThat(started.getCount()).isOne();
    }

    @Test
    void the_subcommand_password_prints_a_hash_of_one_line_of_standard_input_and_starts_nothing() {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream("s3cret\nmore\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(launcher().run("password")).isZero();
            String hash = out.toString(StandardCharsets.UTF_8).strip();
            assertThat(hash).startsWith("pbkdf2$600000$");
            assertThat(PasswordHash.ofConfigured(hash).matches("s3cret")).isTrue();
            System.setIn(new ByteArrayInputStream("\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(launcher().run("password")).isEqualTo(2);
        } finally {
            System.setIn(before);
        }
        assertThat(launcher().run("password", "s3cret")).isEqualTo(2);
        assertThat(errors()).contains("it takes no arguments").doesNotContain("s3cret");
        assertThat(started.getCount()).isOne();
    }

    @Test
    void the_subcommand_journal_looks_where_the_server_would_and_starts_nothing() {
        assertThat(launcher().run("journal", "--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("journal tail [--option value]...", "journal prune");
        out.reset();
        for (JournalArguments.Action action : JournalArguments.Action.values()) {
            assertThat(launcher().run("journal", action.word(), "--help")).isZero();
        }
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("--older-than AGE", "--file FILE", "--database-url  RELAY_DATABASE_URL");
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).allMatch(line -> line.length() <= 102);
        assertThat(launcher().run("journal", "stats")).isEqualTo(1);
        assertThat(errors()).contains("there is no SQLite file").contains("relay.db");
        assertThat(launcher().run("journal", "stats", "--prot=1")).isEqualTo(2);
        assertThat(errors()).contains("--prot (flag) is unknown; did you mean --port?");
        assertThat(started.getCount()).isOne();
    }

    @Test
    void bad_configuration_is_2_and_lists_every_fault() {
        assertThat(launcher().run("--port=x", "--shards=y")).isEqualTo(2);
        assertThat(errors()).startsWith("relay: not started, the configuration has 2 faults:\n  port = \"x\"");
        assertThat(started.getCount()).isOne();
    }

    @Test
    void what_the_engine_finds_wrong_is_bad_configuration_too() {
        Launcher launcher = launcher((configuration, data, metrics, console) -> {
            throw new InvalidConfigurationException(List.of("token_hmac_secret too short"));
        });

        assertThat(launcher.run()).isEqualTo(2);
        assertThat(errors()).contains("has a fault:\n  token_hmac_secret too short");
    }

    @Test
    void an_engine_that_cannot_start_is_1_with_one_line() {
        Launcher launcher = launcher((configuration, data, metrics, console) -> {
            throw new RelayException("port 8000 is in use");
        });

        assertThat(launcher.run()).isEqualTo(1);
        assertThat(errors()).isEqualTo("relay: port 8000 is in use\n");
        DataDirectory.open(directory.resolve("relay-data")).close();
    }

    @Test
    void an_http_port_in_use_is_1_and_stops_the_engine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(launcher().run("--http-port", "" + taken.getLocalPort())).isEqualTo(1);
        }
        assertThat(errors()).startsWith("relay: HTTP side cannot listen on");
        assertThat(stops).hasValue(1);
    }

    @Test
    void a_data_directory_in_use_is_1() {
        try (DataDirectory held = DataDirectory.open(directory.resolve("relay-data"))) {
            assertThat(launcher().run()).isEqualTo(1);
            assertThat(errors()).contains(held.path().toString()).contains("is in use by another process");
        }
        assertThat(started.getCount()).isOne();
    }

    @Test
    void told_to_stop_it_stops_the_engine_and_is_0() throws Exception {
        Launcher launcher = launcher();
        CompletableFuture<Integer> running = CompletableFuture.supplyAsync(launcher::run);
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(launcher.stop()).isZero();

        assertThat(running.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(stops).hasValue(1);
        DataDirectory.open(directory.resolve("relay-data")).close();
    }

    @Test
    void an_engine_that_somebody_drains_is_stopped_and_that_is_0() throws Exception {
        Launcher launcher = launcher();
        CompletableFuture<Integer> running = CompletableFuture.supplyAsync(launcher::run);
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

        health.set(new Health(Health.State.DRAINING, "connections left: 7"));

        assertThat(running.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(stops).hasValue(1);
    }

    @Test
    void told_to_stop_before_it_has_started_it_stops_too() {
        Launcher launcher = launcher();
        CompletableFuture<Integer> stopping = CompletableFuture.supplyAsync(launcher::stop);

        assertThat(launcher.run()).isZero();

        assertThat(stopping.join()).isZero();
        assertThat(stops).hasValue(1);
    }

    @Test
    void a_failed_engine_ends_the_process_with_1() {
        health.set(new Health(Health.State.FAILED, "foreign writer"));

        assertThat(launcher().run()).isEqualTo(1);
        assertThat(stops).hasValue(1);
    }
}
