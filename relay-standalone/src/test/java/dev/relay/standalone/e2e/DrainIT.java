package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An orderly end: clients are sent away one after the other, and nothing that was promised is lost. */
final class DrainIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CLIENTS = 200;
    private static final int PUBLISHERS = 5;
    private static final Duration WINDOW = Duration.ofSeconds(8);

    @Test
    void two_hundred_clients_leave_over_the_window_and_lose_nothing(@TempDir Path directory) throws SQLException {
        RelaySettings settings = RelaySettings.in(directory)
                .with("RELAY_DRAIN_WINDOW", WINDOW.toMillis() + "ms")
                .with("RELAY_SHARDS", 2);
        List<Leaver> clients = new ArrayList<>();
        try (RelayProcess relay = RelayProcess.ready(settings)) {
            for (int i = 0; i < CLIENTS; i++) {
                boolean publishes = i % (CLIENTS / PUBLISHERS) == 0;
                clients.add(
                        publishes ? Leaver.publishing(relay, "news", 1_000_000 * (i + 1)) : Leaver.on(relay, "news"));
            }

            relay.terminate();
            saysThatItDrains(relay);
            portIsFree(settings.port());
            assertThat(relay.get("/health/ready").body()).as(relay.toString()).contains("\"draining\"");
            relay.terminate(); // a second signal neither hastens nor breaks anything

            clients.forEach(Leaver::hasLeft);
            assertThat(relay.exitCode()).as(relay.toString()).isZero();
        } finally {
            clients.forEach(Leaver::close);
        }
        leftOverTheWindow(clients);
        keptAllThatWasAcknowledged(clients, JournalDatabase.sqlite(settings).rows("news"));
    }

    private static void saysThatItDrains(RelayProcess relay) {
        RelayProcess.Answer[] last = new RelayProcess.Answer[1];
        Await.until(
                "fewer connections are left",
                LIMIT,
                () -> {
                    last[0] = relay.get("/health");
                    return last[0].body()
                            .matches("\\{\"status\":\"draining\",\"reason\":\"connections left: 1?[0-9]{1,2}\".*}");
                },
                () -> last[0] + "\n" + relay);
        assertThat(last[0].status()).isEqualTo(503);
        assertThat(relay.get("/health/ready").status()).isEqualTo(503);
        assertThat(relay.get("/health/live")).isEqualTo(new RelayProcess.Answer(200, "{}"));
    }

    private static void portIsFree(int port) {
        try (ServerSocket next = new ServerSocket()) {
            next.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new AssertionError("port " + port + " is still taken", e);
        }
    }

    /** Not all at once: what a loaded machine does to the times of both sides is far less than the window. */
    private static void leftOverTheWindow(List<Leaver> clients) {
        long[] left = clients.stream().mapToLong(Leaver::leftNanos).sorted().toArray();
        assertThat(Duration.ofNanos(left[CLIENTS - 1] - left[0])).isGreaterThan(WINDOW.dividedBy(4));
        assertThat(Duration.ofNanos(left[CLIENTS / 2] - left[0])).isGreaterThan(WINDOW.dividedBy(8));
    }

    private static void keptAllThatWasAcknowledged(List<Leaver> clients, List<JournalDatabase.Row> rows) {
        Set<Integer> kept = new HashSet<>();
        rows.forEach(row -> kept.add(row.id()));
        assertThat(rows).extracting(JournalDatabase.Row::seq).containsExactlyElementsOf(range(1, rows.size()));
        for (Leaver client : clients) {
            assertThat(kept).containsAll(client.acknowledged());
            List<Long> offsets = client.offsets();
            assertThat(offsets)
                    .isNotEmpty()
                    .containsExactlyElementsOf(range(offsets.get(0), offsets.get(offsets.size() - 1)));
        }
        assertThat(clients.stream().filter(client -> !client.acknowledged().isEmpty()))
                .hasSize(PUBLISHERS);
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @ParameterizedTest
    @EnumSource
    void a_client_goes_over_to_the_next_instance_while_others_still_leave(
            Sdk sdk, @TempDir Path directory, @TempDir Path otherDirectory) {
        RelaySettings settings =
                RelaySettings.in(directory).with("RELAY_DRAIN_WINDOW", "10m").with("RELAY_SHARDS", 1);
        RelaySettings otherSettings = RelaySettings.in(otherDirectory).with("RELAY_PORT", settings.port());
        try (RelayProcess relay = RelayProcess.ready(settings);
                SdkClient client = sdk.open(relay).connected();
                Bystander staying = Bystander.on(relay, "bystander")) {
            client.subscribed(SdkAct.subscribe("news"));
            relay.terminate();
            client.await("connecting", event -> event.name().equals("connecting") && event.code() == 3001);

            try (RelayProcess other = RelayProcess.ready(otherSettings);
                    SdkClient publisher = Sdk.JAVA.open(other).connected()) {
                client.await("subscribed", "news");
                publisher.ask(SdkAct.publish("news", "1"));
                assertThat(client.await("publication", "news").text()).isEqualTo("1");
                staying.stillReceives();
                assertThat(relay.post("/api/drain", "{\"window\":0}"))
                        .isEqualTo(new RelayProcess.Answer(200, "{\"result\":{}}"));
                assertThat(relay.exitCode()).as(relay.toString()).isZero();
                assertThat(other.health()).isEqualTo(200);
            }
        }
    }

    @Test
    void a_drain_that_the_server_api_asked_for_ends_the_process_with_exit_code_0(@TempDir Path directory) {
        RelaySettings settings = RelaySettings.in(directory).with("RELAY_DRAIN_WINDOW", "1s");
        try (RelayProcess relay = RelayProcess.ready(settings);
                Leaver first = Leaver.publishing(relay, "news", 1);
                Leaver second = Leaver.on(relay, "news")) {
            assertThat(relay.post("/api/drain", "{}")).isEqualTo(new RelayProcess.Answer(200, "{\"result\":{}}"));
            first.hasLeft();
            second.hasLeft();
            assertThat(relay.exitCode()).as(relay.toString()).isZero();
        }
    }

    @Test
    void a_client_that_never_reads_does_not_hold_up_the_end(@TempDir Path directory) {
        RelaySettings settings = RelaySettings.in(directory)
                .with("RELAY_DRAIN_WINDOW", "1s")
                .with("RELAY_SHUTDOWN_TIMEOUT", "2s")
                .with("RELAY_CLIENT_WRITE_TIMEOUT", "1h")
                .with("RELAY_CLIENT_OUTBOX_SIZE", "64MiB")
                .with("RELAY_NAMESPACES", "[{\"name\":\"live\"}]");
        String large = "{\"channel\":\"live:news\",\"data\":\"" + "x".repeat(900_000) + "\"}";
        try (RelayProcess relay = RelayProcess.ready(settings);
                RawWebSocket silent = RawWebSocket.open(relay.port());
                Leaver other = Leaver.on(relay, "news")) {
            silent.send("{\"id\":1,\"connect\":{}}", "{\"id\":2,\"subscribe\":{\"channel\":\"live:news\"}}");
            silent.line();
            silent.line();
            for (int i = 0; i < 40; i++) { // far more than the kernel takes for it
                assertThat(relay.post("/api/publish", large).status()).isEqualTo(200);
            }

            relay.terminate();

            other.hasLeft();
            assertThat(relay.exitCode()).as(relay.toString()).isZero();
            assertThat(relay.log()).contains("connections were still open after PT2S");
        }
    }
}
