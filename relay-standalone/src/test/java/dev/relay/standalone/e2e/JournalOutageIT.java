package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal cannot be written: nothing is acknowledged, nobody is thrown out, and it goes on once it can. */
final class JournalOutageIT {
    private static final String NAMESPACES = "[{\"name\":\"plain\"}]";
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(30);
    private static final String MYSQL_SCRIPT =
            Path.of("../scripts/testmysql").toAbsolutePath().normalize().toString();

    private final Path directory;

    JournalOutageIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void a_full_disk_refuses_publications_until_there_is_room_again() throws IOException, SQLException {
        RelaySettings settings = RelaySettings.in(directory).with("RELAY_NAMESPACES", NAMESPACES);
        Path data = Files.createDirectories(settings.dataDirectory());
        String mounted = run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", data.toString());
        assumeTrue(mounted.isEmpty(), () -> "a small disk cannot be mounted: " + mounted);
        try (RelayProcess relay = RelayProcess.ready(settings);
                Bystander bystander = Bystander.on(relay, "plain:bystander");
                Dialogue publisher = Dialogue.connected(relay)) {
            Journalist journalist = new Journalist(publisher);
            journalist.publishes(20);
            journalist.isAcknowledged(20);

            Path filler = data.resolve("filler");
            fill(filler);
            journalist.publishesUntilRefused(Duration.ofSeconds(60));
            bystander.stillReceives();
            assertThat(relay.isAlive()).isTrue();
            assertThat(publisher.ask(9001, "\"unsubscribe\":{\"channel\":\"x\"}"))
                    .containsKey("unsubscribe");

            Files.delete(filler);
            journalist.publishesUntilAcknowledged(RECOVERY_LIMIT);
            int before = journalist.acknowledged.size();
            journalist.publishes(20);
            journalist.isAcknowledged(before + 20);
            bystander.stillReceives();
            relay.terminate();
            assertThat(relay.exitCode()).as(relay.toString()).isZero();
            journalist.findsItsWork(JournalDatabase.sqlite(settings));
        } finally {
            run("umount", "--lazy", data.toString());
        }
    }

    @Test
    void a_database_that_comes_up_late_is_waited_for() throws IOException, SQLException {
        assumeTrue(
                System.getenv("RELAY_TEST_MYSQL_URL") != null,
                "RELAY_TEST_MYSQL_URL is not set: scripts/testmysql start");
        String port = Integer.toString(FreePort.next());
        JournalDatabase database = JournalDatabase.at(mysql("url", port));
        RelaySettings settings = database.use(RelaySettings.in(directory).with("RELAY_NAMESPACES", NAMESPACES));
        try (RelayProcess relay = RelayProcess.started(settings)) {
            Await.until(
                    "says that it is not ready", Duration.ofSeconds(30), () -> relay.health() == 503, relay::toString);
            try (Bystander bystander = Bystander.on(relay, "plain:bystander");
                    Dialogue publisher = Dialogue.connected(relay)) {
                Journalist journalist = new Journalist(publisher);
                journalist.publishesUntilRefused(Duration.ofSeconds(20));
                assertThat(journalist.acknowledged).isEmpty();
                assertThat(publisher
                                .ask(9001, "\"subscribe\":{\"channel\":\"news\"}")
                                .get("error"))
                        .hasToString("{code=100, message=internal server error, temporary=true}");
                bystander.stillReceives();
                assertThat(relay.health()).isEqualTo(503);

                mysql("start", port);
                relay.awaitReady(RECOVERY_LIMIT);
                assertThat(relay.log()
                                .lines()
                                .filter(line -> line.contains("WARN") && line.contains("127.0.0.1:" + port)))
                        .as("says why, once")
                        .hasSize(1);
                bystander.stillReceives();
                journalist.publishesUntilAcknowledged(RECOVERY_LIMIT);
                journalist.publishes(20);
                journalist.findsItsWork(database);
            }
            relay.terminate();
            assertThat(relay.exitCode()).as(relay.toString()).isZero();
        } finally {
            mysql("stop", port);
        }
    }

    @Test
    void publishers_do_not_notice_a_database_that_is_gone_nor_a_kill_while_it_is() throws IOException, SQLException {
        assumeTrue(
                System.getenv("RELAY_TEST_MYSQL_URL") != null,
                "RELAY_TEST_MYSQL_URL is not set: scripts/testmysql start");
        String port = Integer.toString(FreePort.next());
        JournalDatabase database = JournalDatabase.at(mysql("start", port));
        RelaySettings settings = database.use(RelaySettings.in(directory).with("RELAY_NAMESPACES", NAMESPACES));
        Journalist journalist = new Journalist();
        try {
            try (RelayProcess relay = RelayProcess.ready(settings);
                    Dialogue publisher = Dialogue.connected(relay)) {
                journalist.sits(publisher);
                journalist.publishes(20);
                mysql("stop", port);
                journalist.publishes(50);
                journalist.isAcknowledged(70);
                RelayProcess.Answer health = relay.get("/health/ready");
                assertThat(health.status()).isEqualTo(200);
                assertThat(health.body()).contains("\"status\":\"ready\"", "spooling: 50 publications");
                relay.kill();
            }
            try (RelayProcess relay = RelayProcess.ready(settings);
                    Dialogue publisher = Dialogue.connected(relay)) {
                journalist.sits(publisher); // the database is still away: the spool knows where the channel stands
                journalist.publishes(30);
                journalist.isAcknowledged(100);
                assertThat(publisher
                                .ask(9001, "\"history\":{\"channel\":\"news\",\"limit\":3,\"reverse\":true}")
                                .toString())
                        .contains("offset=100", "offset=99", "offset=98");
                mysql("start", port);
                Await.until(
                        "the spool is drained",
                        RECOVERY_LIMIT,
                        () -> relay.get("/health/ready").body().equals("{}"),
                        relay::toString);
                journalist.publishes(20);
                journalist.isAcknowledged(120);
                relay.terminate();
                assertThat(relay.exitCode()).as(relay.toString()).isZero();
            }
            journalist.findsItsWork(database);
        } finally {
            mysql("stop", port);
        }
    }

    @Test
    void a_stop_while_the_database_is_gone_leaves_the_rest_to_the_next_start() throws IOException, SQLException {
        assumeTrue(
                System.getenv("RELAY_TEST_MYSQL_URL") != null,
                "RELAY_TEST_MYSQL_URL is not set: scripts/testmysql start");
        String port = Integer.toString(FreePort.next());
        JournalDatabase database = JournalDatabase.at(mysql("start", port));
        RelaySettings settings = database.use(RelaySettings.in(directory).with("RELAY_NAMESPACES", NAMESPACES));
        Journalist journalist = new Journalist();
        try {
            try (RelayProcess relay = RelayProcess.ready(settings);
                    Dialogue publisher = Dialogue.connected(relay)) {
                journalist.sits(publisher);
                journalist.publishes(5);
                mysql("stop", port);
                journalist.publishes(10);
                journalist.isAcknowledged(15);
                relay.terminate();
                assertThat(relay.exitCode()).as(relay.toString()).isZero();
                assertThat(relay.log()).contains("10 publications stay in the spool");
            }
            mysql("start", port);
            try (RelayProcess relay = RelayProcess.ready(settings)) {
                Await.until(
                        "the spool is drained",
                        RECOVERY_LIMIT,
                        () -> relay.get("/health/ready").body().equals("{}"),
                        relay::toString);
            }
            journalist.findsItsWork(database);
        } finally {
            mysql("stop", port);
        }
    }

    @Test
    void without_a_spool_a_database_that_is_gone_for_a_while_costs_no_acknowledged_publication()
            throws IOException, SQLException {
        assumeTrue(
                System.getenv("RELAY_TEST_MYSQL_URL") != null,
                "RELAY_TEST_MYSQL_URL is not set: scripts/testmysql start");
        String port = Integer.toString(FreePort.next());
        JournalDatabase database = JournalDatabase.at(mysql("start", port));
        RelaySettings settings = database.use(
                RelaySettings.in(directory).with("RELAY_NAMESPACES", NAMESPACES).with("RELAY_SPOOL", "false"));
        try (RelayProcess relay = RelayProcess.ready(settings);
                Bystander bystander = Bystander.on(relay, "plain:bystander");
                Dialogue publisher = Dialogue.connected(relay)) {
            Journalist journalist = new Journalist(publisher);
            journalist.publishes(20);
            journalist.isAcknowledged(20);

            mysql("stop", port);
            journalist.publishesUntilRefused(Duration.ofSeconds(40));
            bystander.stillReceives();
            assertThat(relay.isAlive()).isTrue();

            mysql("start", port);
            journalist.publishesUntilAcknowledged(RECOVERY_LIMIT);
            int before = journalist.acknowledged.size();
            journalist.publishes(20);
            journalist.isAcknowledged(before + 20);
            bystander.stillReceives();
            relay.terminate();
            assertThat(relay.exitCode()).as(relay.toString()).isZero();
            journalist.findsItsWork(database);
        } finally {
            mysql("stop", port);
        }
    }

    /** Publishes to one journaled channel and keeps account of what was acknowledged. */
    private static final class Journalist {
        private Dialogue dialogue;
        private final List<Integer> acknowledged = new ArrayList<>();
        private final List<Integer> refused = new ArrayList<>();
        private int last;

        @SuppressWarnings("NullAway.Init") // sits comes first
        Journalist() {}

        Journalist(Dialogue dialogue) {
            this.dialogue = dialogue;
        }

        /** Publishes through this one from now on. */
        void sits(Dialogue next) {
            dialogue = next;
        }

        void publishes(int count) {
            for (int i = 0; i < count; i++) {
                publish();
            }
        }

        void isAcknowledged(int count) {
            assertThat(acknowledged).as("refused: %s", refused).hasSize(count);
        }

        void publishesUntilRefused(Duration limit) {
            Await.until("a publication is refused", limit, () -> !publish(), this::toString);
        }

        void publishesUntilAcknowledged(Duration limit) {
            Await.until("a publication is acknowledged", limit, this::publish, this::toString);
        }

        void findsItsWork(JournalDatabase database) throws SQLException {
            List<JournalDatabase.Row> rows = database.rows("news");
            List<Integer> stored = rows.stream().map(JournalDatabase.Row::id).toList();
            assertThat(stored).doesNotHaveDuplicates().containsAll(acknowledged);
            for (int i = 0; i < rows.size(); i++) {
                assertThat(rows.get(i).seq()).as("offsets without a hole").isEqualTo(i + 1);
            }
        }

        private boolean publish() {
            int id = ++last;
            Map<String, Object> reply = dialogue.ask(
                    100 + id,
                    "\"publish\":{\"channel\":\"news\",\"data\":{\"id\":%d,\"text\":\"%s\"}}"
                            .formatted(id, "x".repeat(2000)));
            if (reply.containsKey("publish")) {
                acknowledged.add(id);
                return true;
            }
            assertThat(reply.get("error")).hasToString("{code=100, message=internal server error, temporary=true}");
            refused.add(id);
            return false;
        }

        @Override
        public String toString() {
            return "acknowledged %s, refused %s".formatted(acknowledged, refused);
        }
    }

    /** Writes until the disk is full, to the last byte. */
    private static void fill(Path file) throws IOException {
        for (int size = 65_536; size > 0; size /= 2) {
            try (OutputStream output = Files.newOutputStream(
                    file, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND)) {
                while (true) {
                    output.write(new byte[size]);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left");
            }
        }
    }

    private String mysql(String action, String port) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(MYSQL_SCRIPT, action, port);
        builder.environment().put("RELAY_MYSQL_DATA", directory.resolve("mysql").toString());
        return output(builder).strip();
    }

    /** Runs a command; what it complains about, empty on success. */
    private static String run(String... command) {
        try {
            output(new ProcessBuilder(command));
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String output(ProcessBuilder builder) throws IOException {
        Path output = Files.createTempFile("command-", ".log");
        try {
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException(builder.command() + " takes longer than 3 minutes");
            }
            String printed = Files.readString(output);
            if (process.exitValue() != 0) {
                throw new IOException(builder.command() + " failed: " + printed);
            }
            return printed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
