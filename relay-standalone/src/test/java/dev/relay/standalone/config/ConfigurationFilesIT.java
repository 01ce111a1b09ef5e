package dev.relay.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relay.ChannelOptions;
import dev.relay.InvalidConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFilesIT {
    private final Path directory;

    ConfigurationFilesIT(@TempDir Path directory) {
        this.directory = directory;
    }

    private Configuration read(Map<String, String> environment, String... flags) {
        return ConfigurationReader.read(Arguments.parse(flags), environment, directory);
    }

    @Test
    void the_file_gives_way_to_the_environment_and_that_to_flags() throws IOException {
        Files.writeString(directory.resolve("relay.yaml"), "port: 1\nhttp_port: 11\nshards: 21\n");

        Configuration configuration = read(Map.of("RELAY_PORT", "2", "RELAY_HTTP_PORT", "12"), "--port=3");

        assertThat(configuration.get(Option.PORT)).isEqualTo(3);
        assertThat(configuration.get(Option.HTTP_PORT)).isEqualTo(12);
        assertThat(configuration.find(Option.SHARDS)).isEqualTo(21);
    }

    @Test
    void a_named_file_is_read_instead_of_the_default_one() throws IOException {
        Files.writeString(directory.resolve("relay.yaml"), "port: 1\n");
        Files.writeString(directory.resolve("other.yaml"), "port: 2\n");

        assertThat(read(Map.of(), "--config", "other.yaml").get(Option.PORT)).isEqualTo(2);
    }

    @Test
    void everything_can_be_said_in_the_file() throws IOException {
        Files.writeString(directory.resolve("relay.yaml"), """
                host: 0.0.0.0
                http_port: off
                token_hmac_secret: 0123
                allowed_origins:
                  - https://a.org
                  - https://b.org
                ping_interval: 10s
                channel_defaults:
                  history_size: 5
                namespaces:
                  - name: chat
                    durability: async
                    force_recovery: true
                """);

        Configuration configuration = read(Map.of());

        assertThat(configuration.get(Option.HTTP_PORT)).isEqualTo(Option.OFF);
        assertThat(configuration.find(Option.CONNECTION_TOKENS.hmacSecret())).isEqualTo("0123");
        assertThat(configuration.allowedOrigins()).containsExactly("https://a.org", "https://b.org");
        assertThat(configuration.channelDefaults().historySize()).isEqualTo(5);
        assertThat(configuration.namespaces().get("chat"))
                .extracting(ChannelOptions::forceRecovery)
                .isEqualTo(true);
    }

    @Test
    void faults_of_the_file_come_with_all_others() throws IOException {
        Files.writeString(
                directory.resolve("relay.yaml"), "prot: 1\nport:\nhttp_port: [1]\ntoken_hmac_secert: hunter2\n");

        InvalidConfigurationException e =
                catchThrowableOfType(InvalidConfigurationException.class, () -> read(Map.of(), "--shards=x"));

        assertThat(e.faults())
                .containsExactly(
                        "prot (file relay.yaml) is unknown; did you mean port?",
                        "token_hmac_secert (file relay.yaml) is unknown; did you mean token_hmac_secret?",
                        "port = nothing (file relay.yaml) is empty; leave it out for the default, legal is a port from 0 to "
                                + "65535, 0 takes a free one",
                        "http_port = a list of 1 (file relay.yaml) must be a single value; legal is a port from 0 to 65535, 0 "
                                + "takes a free one, or off",
                        "shards = \"x\" (flag --shards) is not a whole number; legal is a whole number from 1 to 1024");
    }

    @Test
    void a_file_that_is_no_yaml_or_no_mapping_is_refused() throws IOException {
        Files.writeString(directory.resolve("relay.yaml"), "port: [1\n");
        assertThatThrownBy(() -> read(Map.of())).hasMessageContaining("file relay.yaml: not well-formed YAML");

        Files.writeString(directory.resolve("relay.yaml"), "- port\n");
        assertThatThrownBy(() -> read(Map.of())).hasMessageContaining("must hold option names with their values");
    }

    @Test
    void an_empty_file_is_no_configuration() throws IOException {
        Files.writeString(directory.resolve("relay.yaml"), "\uFEFF# nothing yet\n");

        assertThat(read(Map.of()).get(Option.PORT)).isEqualTo(8000);
    }

    @Test
    void a_secret_may_be_in_a_file_of_its_own() throws IOException {
        Files.writeString(directory.resolve("secret"), "s3cret with space \n");

        assertThat(read(Map.of("RELAY_TOKEN_HMAC_SECRET_FILE", "secret")).find(Option.CONNECTION_TOKENS.hmacSecret()))
                .isEqualTo("s3cret with space ");
    }

    @Test
    void an_empty_or_missing_secret_file_is_refused() throws IOException {
        Files.writeString(directory.resolve("empty"), "\n");

        assertThatThrownBy(() -> read(Map.of("RELAY_API_KEY_FILE", "empty")))
                .hasMessageContaining("api_key = *** ")
                .hasMessageContaining("is empty");
        assertThatThrownBy(() -> read(Map.of("RELAY_API_KEY_FILE", "missing"))).hasMessageContaining("cannot be read");
    }

    @Test
    void a_public_key_may_be_in_a_file_of_its_own_and_is_checked_there() throws IOException {
        Files.writeString(
                directory.resolve("key.pem"), "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n");

        assertThatThrownBy(() -> read(Map.of("RELAY_TOKEN_ECDSA_PUBLIC_KEY_FILE", "key.pem")))
                .hasMessageContaining(
                        "token_ecdsa_public_key = *** (environment RELAY_TOKEN_ECDSA_PUBLIC_KEY_FILE, file key.pem) "
                                + "is of no use: the text is a private key, which Relay must not have");
    }

    @Test
    void a_public_key_may_be_in_the_file_too() throws IOException {
        Files.writeString(directory.resolve("relay.yaml"), """
                token_ecdsa_public_key: |
                  -----BEGIN PUBLIC KEY-----
                  MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEi1DB9sRdcTLytM1oDl6UNKPzibUZ
                  i6uJ5YNoPFXu3fPJeoqf3Z5lZbri+EzVNZl2CdJydmTlVZ8XMFZfQk/wRA==
                  -----END PUBLIC KEY-----
                """);

        assertThat(read(Map.of()).connectionTrust()).isNotNull();
    }
}
