package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Relay that cannot start says why in words an operator can act on, ends, and leaves those that run alone. */
final class StartFailuresIT {
    private final Path directory;
    private final Path other;

    StartFailuresIT(@TempDir Path directory, @TempDir Path other) {
        this.directory = directory;
        this.other = other;
    }

    @Test
    void the_client_port_belongs_to_another_program() throws IOException {
        portBelongsToAnotherProgram("RELAY_PORT", RelaySettings::port);
    }

    @Test
    void the_http_port_belongs_to_another_program() throws IOException {
        portBelongsToAnotherProgram("RELAY_HTTP_PORT", RelaySettings::httpPort);
    }

    @Test
    void the_client_port_belongs_to_another_relay() {
        portBelongsToAnotherRelay("RELAY_PORT", RelaySettings::port);
    }

    @Test
    void the_http_port_belongs_to_another_relay() {
        portBelongsToAnotherRelay("RELAY_HTTP_PORT", RelaySettings::httpPort);
    }

    @Test
    void the_data_directory_is_held_by_another_relay() {
        RelaySettings settings = RelaySettings.in(directory);
        try (RelayProcess running = RelayProcess.ready(settings);
                Bystander bystander = Bystander.on(running, "bystander");
                RelayProcess second = RelayProcess.started(RelaySettings.in(other)
                        .with("RELAY_DATA_DIR", settings.dataDirectory().toString()))) {
            endsWith(second, 1, settings.dataDirectory().toString());
            bystander.stillReceives();
            assertThat(running.health()).isEqualTo(200);
        }
    }

    @Test
    void the_data_directory_cannot_be_written() throws IOException {
        Path file = Files.writeString(directory.resolve("a-file"), "not a directory");
        Path inside = file.resolve("data");
        try (RelayProcess relay =
                RelayProcess.started(RelaySettings.in(directory).with("RELAY_DATA_DIR", inside.toString()))) {
            endsWith(relay, 1, inside.toString());
            assertThat(file).hasContent("not a directory");
        }
    }

    @Test
    void every_fault_of_the_configuration_is_listed_at_once() throws IOException {
        Path file = Files.writeString(directory.resolve("relay.yaml"), """
                databse_url: jdbc:sqlite:x.db
                ping_interval: soon
                """);
        RelaySettings settings = RelaySettings.in(directory)
                .with("RELAY_MAX_MESSAGE_SIZE", "large")
                .argument("--config=" + file)
                .argument("--nonsense=1")
                .argument("--shards=-3");
        try (RelayProcess relay = RelayProcess.started(settings)) {
            endsWith(relay, 2, "databse_url");
            assertThat(relay.log())
                    .contains("database_url", "ping_interval", "soon", "RELAY_MAX_MESSAGE_SIZE", "large")
                    .contains("nonsense", "shards", "-3")
                    .doesNotContain("Exception", "\tat ");
            assertThat(settings.dataDirectory()).doesNotExist();
        }
    }

    @Test
    void contradicting_channel_options_are_refused() {
        RelaySettings settings = RelaySettings.in(directory)
                .with("RELAY_CHANNEL_DEFAULTS", "{\"durability\":\"none\",\"history_size\":10}")
                .with(
                        "RELAY_NAMESPACES",
                        "[{\"name\":\"x\"},{\"name\":\"twice\"},{\"name\":\"twice\"},{\"name\":\"odd\",\"colour\":1}]");
        try (RelayProcess relay = RelayProcess.started(settings)) {
            endsWith(relay, 2, "history_size");
            assertThat(relay.log()).contains("durability", "twice", "colour").doesNotContain("\tat ");
        }
    }

    @Test
    void an_unknown_variable_is_one_warning_with_the_nearest_name() {
        try (RelayProcess relay = RelayProcess.ready(RelaySettings.in(directory).with("RELAY_HTTP_PROT", "8001"));
                Bystander bystander = Bystander.on(relay, "bystander")) {
            assertThat(relay.log().lines().filter(line -> line.contains("RELAY_HTTP_PROT")))
                    .singleElement()
                    .asString()
                    .contains("RELAY_HTTP_PORT");
            bystander.stillReceives();
        }
    }

    private void portBelongsToAnotherProgram(String variable, Function<RelaySettings, Integer> port)
            throws IOException {
        RelaySettings settings = RelaySettings.in(directory);
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port.apply(settings));
        try (ServerSocket program = new ServerSocket()) {
            program.bind(address);
            try (RelayProcess relay = RelayProcess.started(settings)) {
                endsWith(relay, 1, Integer.toString(address.getPort()));
            }
            try (Socket client = new Socket(address.getAddress(), address.getPort());
                    Socket served = program.accept()) {
                assertThat(served.getRemoteSocketAddress()).as(variable).isEqualTo(client.getLocalSocketAddress());
            }
        }
    }

    private void portBelongsToAnotherRelay(String variable, Function<RelaySettings, Integer> port) {
        RelaySettings settings = RelaySettings.in(directory);
        try (RelayProcess running = RelayProcess.ready(settings);
                Bystander bystander = Bystander.on(running, "bystander");
                RelayProcess second =
                        RelayProcess.started(RelaySettings.in(other).with(variable, port.apply(settings)))) {
            endsWith(second, 1, Integer.toString(port.apply(settings)));
            for (int i = 0; i < 20; i++) { // had it shared the port, some would have reached the second
                try (Dialogue dialogue = Dialogue.connected(running)) {
                    dialogue.runs("""
                            > {"id":2,"publish":{"channel":"x","data":1}}
                            < {"id":2,"publish":{}}
                            """);
                }
            }
            bystander.stillReceives();
            assertThat(running.health()).isEqualTo(200);
        }
    }

    private static void endsWith(RelayProcess relay, int code, String named) {
        assertThat(relay.exitCode()).as(relay.toString()).isEqualTo(code);
        assertThat(relay.log()).as("says what it is about").contains(named);
    }
}
