package dev.relay.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.relay.ChannelOptions;
import dev.relay.Durability;
import dev.relay.InvalidConfigurationException;
import dev.relay.standalone.config.Configuration.Mode;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flags and environment; what files say is in {@link ConfigurationFilesIT}. */
class ConfigurationReaderTest {
    private static final Path NOWHERE = Path.of("no-such-directory");

    private static Configuration read(Map<String, String> environment, String... flags) {
        return ConfigurationReader.read(Arguments.parse(flags), environment, NOWHERE);
    }

    private static List<String> faults(Map<String, String> environment, String... flags) {
        InvalidConfigurationException e =
                catchThrowableOfType(InvalidConfigurationException.class, () -> read(environment, flags));
        assertThat(e).as("accepted").isNotNull();
        return e.faults();
    }

    @Test
    void nothing_given_is_development_mode_with_a_journal() {
        Configuration configuration = read(Map.of());

        assertThat(configuration.mode()).isEqualTo(Mode.DEVELOPMENT);
        assertThat(configuration.host()).isEqualTo("127.0.0.1");
        assertThat(configuration.get(Option.PORT)).isEqualTo(8000);
        assertThat(configuration.get(Option.HTTP_PORT)).isEqualTo(8001);
        assertThat(configuration.databaseUrl())
                .isEqualTo("jdbc:sqlite:" + NOWHERE.resolve("relay-data").resolve("relay.db"));
        assertThat(configuration.allowedOrigins()).isEmpty();
        assertThat(configuration.warnings()).isEmpty();
        assertThat(configuration.find(Option.SHARDS)).isNull();
        ChannelOptions channels = configuration.channelDefaults();
        assertThat(channels.durability()).isEqualTo(Durability.SYNC);
        assertThat(channels.historySize()).isEqualTo(10_000);
        assertThat(channels.historyTtl()).isEqualTo(Duration.ofHours(24));
        assertThat(channels.forceRecovery()).isTrue();
        assertThat(channels.presence()).isTrue();
        assertThat(channels.joinLeave()).isTrue();
    }

    @Test
    void every_default_is_legal() {
        Configuration configuration = read(Map.of());
        for (Option<?> option : Option.all()) {
            assertThat(configuration.find(option) != null).as(option.key()).isEqualTo(option.defaultText() != null);
        }
    }

    @Test
    void a_flag_wins_over_the_environment() {
        assertThat(read(Map.of("RELAY_PORT", "1"), "--port", "2").get(Option.PORT))
                .isEqualTo(2);
        assertThat(read(Map.of("RELAY_PORT", "1"), "--port=3").get(Option.PORT)).isEqualTo(3);
        assertThat(read(Map.of("RELAY_PORT", "1")).get(Option.PORT)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "RELAY_TOKEN_HMAC_SECRET, k",
        "RELAY_TOKEN_RSA_PUBLIC_KEY, RSA",
        "RELAY_TOKEN_ECDSA_PUBLIC_KEY, EC",
        "RELAY_TOKEN_JWKS_URL, https://issuer.example.org/keys",
        "RELAY_SUBSCRIPTION_TOKEN_HMAC_SECRET, k",
        "RELAY_SUBSCRIPTION_TOKEN_RSA_PUBLIC_KEY, RSA",
        "RELAY_SUBSCRIPTION_TOKEN_ECDSA_PUBLIC_KEY, EC",
        "RELAY_SUBSCRIPTION_TOKEN_JWKS_URL, http://issuer.example.org/keys",
        "RELAY_API_KEY, k",
        "RELAY_ADMIN_PASSWORD, k",
    })
    void a_key_ends_development_mode(String variable, String key) {
        Configuration configuration = read(Map.of(variable, key.equals("RSA") || key.equals("EC") ? pem(key) : key));

        assertThat(configuration.mode()).isEqualTo(Mode.CLOSED);
        assertThat(configuration.host()).isEqualTo("0.0.0.0");
        assertThat(configuration.allowedOrigins()).isEmpty();
        assertThat(configuration.channelDefaults().hasStream()).isFalse();
    }

    private static String pem(String algorithm) {
        try {
            KeyPairGenerator keys = KeyPairGenerator.getInstance(algorithm);
            keys.initialize(algorithm.equals("RSA") ? 2048 : 256);
            return "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder()
                            .encodeToString(keys.generateKeyPair().getPublic().getEncoded())
                    + "\n-----END PUBLIC KEY-----\n";
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_public_key_may_be_a_flag_too() {
        assertThat(read(Map.of(), "--token-ecdsa-public-key", pem("EC")).mode()).isEqualTo(Mode.CLOSED);
    }

    @Test
    void subscription_tokens_are_trusted_as_others_unless_they_have_a_key_of_their_own() {
        assertThat(read(Map.of()).connectionTrust()).isNull();
        Configuration same = read(Map.of("RELAY_TOKEN_HMAC_SECRET", "k", "RELAY_TOKEN_AUDIENCE", "relay"));
        assertThat(same.connectionTrust()).isNotNull();
        assertThat(same.subscriptionTrust()).isNull();
        Configuration other = read(Map.of(
                "RELAY_SUBSCRIPTION_TOKEN_HMAC_SECRET", "k",
                "RELAY_SUBSCRIPTION_TOKEN_HMAC_SECRET_PREVIOUS", "j",
                "RELAY_SUBSCRIPTION_TOKEN_HMAC_SECRET_PREVIOUS_UNTIL", "2030-01-01T00:00:00+01:00",
                "RELAY_SUBSCRIPTION_TOKEN_ISSUER", "backend",
                "RELAY_SUBSCRIPTION_TOKEN_USER_CLAIM", "user_id"));
        assertThat(other.connectionTrust()).isNull();
        assertThat(other.subscriptionTrust()).isNotNull();
        assertThat(other.find(Option.SUBSCRIPTION_TOKENS.hmacSecretPreviousUntil()))
                .isEqualTo(Instant.parse("2029-12-31T23:00:00Z"));
    }

    @Test
    void a_node_is_called_as_its_host_unless_it_has_a_name() {
        assertThat(read(Map.of("HOSTNAME", "pod-7")).nodeName()).isEqualTo("pod-7");
        assertThat(read(Map.of("HOSTNAME", "pod-7", "RELAY_NODE_NAME", "blue")).nodeName())
                .isEqualTo("blue");
        assertThat(read(Map.of()).nodeName()).isNotBlank();
    }

    @Test
    void personal_channels_may_be_in_a_namespace() {
        Configuration configuration = read(
                Map.of("RELAY_NAMESPACES", "[{\"name\":\"inbox\"}]"),
                "--personal-channel",
                "--personal-channel-namespace=inbox");

        assertThat(configuration.get(Option.PERSONAL_CHANNEL)).isTrue();
        assertThat(configuration.find(Option.PERSONAL_CHANNEL_NAMESPACE)).isEqualTo("inbox");
    }

    /** What the test suites of the SDKs set. */
    @Test
    void a_namespace_may_be_named_as_the_consoles_where_there_is_none() {
        assertThat(read(Map.of(), "--console=false", "--namespaces=[{\"name\":\"console\"}]")
                        .namespaces())
                .containsKey("console");
    }

    @Test
    void pages_of_the_console_may_connect_from_where_they_are() {
        assertThat(read(Map.of(), "--allowed-origins=https://*.a.org", "--console-origins=https://ops.b.org")
                        .allowedOrigins())
                .containsExactly("https://*.a.org", "https://ops.b.org");
    }

    @Test
    void the_consoles_endpoint_is_an_address_or_a_path() {
        for (String legal :
                List.of("auto", "/ws", "wss://a.org", "ws://a.org:81/connection/websocket", "ws://[::1]:8000/")) {
            assertThat(read(Map.of(), "--console-endpoint=" + legal).get(Option.CONSOLE_ENDPOINT))
                    .isEqualTo(legal);
        }
    }

    @Test
    void insecure_goes_with_keys() {
        Configuration configuration = read(
                Map.of(
                        "RELAY_INSECURE", "true",
                        "RELAY_TOKEN_HMAC_SECRET", "secret",
                        "RELAY_API_KEY", "test-api-key",
                        "RELAY_CHANNEL_DEFAULTS",
                                "{\"presence\":true,\"join_leave\":true,\"force_push_join_leave\":true,\"history_size\":100,"
                                        + "\"history_ttl\":\"300s\",\"force_recovery\":true}",
                        "RELAY_NAMESPACES",
                                "[{\"name\":\"smallhistory\",\"history_size\":2,\"history_ttl\":\"300s\",\"force_recovery\":true}]"));

        assertThat(configuration.mode()).isEqualTo(Mode.INSECURE);
        assertThat(configuration.host()).isEqualTo("0.0.0.0");
        assertThat(configuration.connectionTrust()).isNotNull();
        assertThat(configuration.channelDefaults().forcePushJoinLeave()).isTrue();
        assertThat(configuration.channelDefaults().historyTtl()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void host_is_what_is_given() {
        assertThat(read(Map.of("RELAY_API_KEY", "k", "RELAY_HOST", "10.0.0.1")).host())
                .isEqualTo("10.0.0.1");
        assertThat(read(Map.of("RELAY_HOST", "[::1]")).host()).isEqualTo("::1");
    }

    @Test
    void insecure_takes_every_origin_unless_a_list_is_given() {
        Configuration open = read(Map.of("RELAY_INSECURE", "true"));
        assertThat(open.mode()).isEqualTo(Mode.INSECURE);
        assertThat(open.allowedOrigins()).containsExactly("*");
        assertThat(open.host()).isEqualTo("127.0.0.1");

        Configuration listed = read(Map.of(), "--insecure", "--allowed-origins", "https://a.org, https://b.org");
        assertThat(listed.allowedOrigins()).containsExactly("https://a.org", "https://b.org");
    }

    @Test
    void the_proxy_protocol_needs_somebody_to_speak_it() {
        assertThat(faults(Map.of("RELAY_PROXY_PROTOCOL", "true")))
                .singleElement()
                .asString()
                .startsWith("proxy_protocol ")
                .contains("trusted_proxies");
        assertThat(read(Map.of("RELAY_PROXY_PROTOCOL", "true", "RELAY_TRUSTED_PROXIES", "10.0.0.0/8, ::1"))
                        .find(Option.TRUSTED_PROXIES))
                .containsExactly("10.0.0.0/8", "::1");
        assertThat(read(Map.of("RELAY_PROXY_PROTOCOL", "false")).get(Option.PROXY_PROTOCOL))
                .isFalse();
    }

    @Test
    void insecure_may_listen_everywhere_when_asked_to() {
        assertThat(read(Map.of("RELAY_INSECURE", "true", "RELAY_HOST", "0.0.0.0"))
                        .host())
                .isEqualTo("0.0.0.0");
    }

    @Test
    void a_truth_flag_may_stand_alone_or_have_a_value() {
        assertThat(read(Map.of(), "--insecure").get(Option.INSECURE)).isTrue();
        assertThat(read(Map.of("RELAY_INSECURE", "true"), "--insecure=false").get(Option.INSECURE))
                .isFalse();
    }

    @Test
    void channel_defaults_replace_the_development_defaults_whole() {
        ChannelOptions options = read(Map.of("RELAY_CHANNEL_DEFAULTS", "{\"durability\":\"none\"}"))
                .channelDefaults();

        assertThat(options.durability()).isEqualTo(Durability.NONE);
        assertThat(options.forceRecovery()).isFalse();
    }

    @Test
    void namespaces_come_as_a_list_of_objects() {
        Map<String, ChannelOptions> namespaces = read(Map.of(
                        "RELAY_NAMESPACES", "[{\"name\":\"chat\",\"history_size\":5},{\"name\":\"live.v2\"}]"))
                .namespaces();

        assertThat(namespaces.keySet()).containsExactlyInAnyOrder("chat", "live.v2");
        assertThat(namespaces.get("chat"))
                .extracting(ChannelOptions::historySize)
                .isEqualTo(5L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--prot=1 | --prot (flag) is unknown; did you mean --port?",
                "--port | --port (flag) needs a value: a port from 0 to 65535",
                "--config | --config (flag) needs a value: a file",
                "--port=1 --port=2 | --port (flag) is given twice",
                "start | unexpected argument: start",
                "--port=x | port = \"x\" (flag --port) is not a port; legal is a port from 0 to 65535, 0 takes a free one",
                "--port= | port = \"\" (flag --port) is empty; leave it out for the default",
                "--port=9 --http-port=9 | http_port = \"9\" (flag --http-port) is also the port",
                "--port=8001 | http_port = \"8001\" (default) is also the port",
                "--ping-interval=25500ms | ping_interval = \"25500ms\" (flag --ping-interval) must be whole seconds",
                "--ping-interval=5s | ping_interval = \"5s\" (flag --ping-interval) does not fit: pong_timeout must be shorter",
                "--pong-timeout=25s | pong_timeout = \"25s\" (flag --pong-timeout) does not fit",
                "--tls-certificate=c.pem | tls_certificate = \"c.pem\" (flag --tls-certificate) needs tls_key",
                "--tls-key=k.pem | tls_key = \"k.pem\" (flag --tls-key) needs tls_certificate",
                "--tls-keystore=s.p12 | tls_keystore = \"s.p12\" (flag --tls-keystore) needs tls_keystore_password",
                "--tls-keystore-password=x | tls_keystore_password = *** (flag --tls-keystore-password) needs tls_keystore",
                "--tls-certificate=c --tls-key=k --tls-keystore=s --tls-keystore-password=x | tls_keystore = \"s\" (flag --tls-keystore) does not go together with tls_certificate",
                "--tls-public-name=x | tls_public_name = \"x\" (flag --tls-public-name) has no use without TLS",
                "--database-user=u | database_user = \"u\" (flag --database-user) has no use with SQLite",
                "--database-url=jdbc:mysql://d/r --database-password=p | database_password = *** (flag --database-password) needs database_user",
                "--database-url=jdbc:oracle:x?password=p | database_url = \"jdbc:oracle:x?…\" (flag --database-url) is not a database",
                "--host=0.0.0.0 | host = \"0.0.0.0\" (flag --host) is open to others, but no key is configured",
                "--shards=0 | shards = \"0\" (flag --shards) is not in range; legal is a whole number from 1 to 1024",
                "--log-level=loud | log_level = \"loud\" (flag --log-level) is not known; legal is off, error, warn, info, debug, trace",
                "--log-levels=a | \"a\" is not understood; legal is logger=level",
                "--client-outbox-size=1KiB | is not in range; legal is a size from 64KiB to 1024MiB",
                "--client-outbox-budget=1MiB --client-outbox-size=2MiB | client_outbox_budget = \"1MiB\" (flag --client-outbox-budget) is less than client_outbox_size",
                "--client-outbox-budget=2048GiB | is not in range; legal is a size from 1MiB to 1048576MiB",
                "--namespaces={} | namespaces = \"{}\" (flag --namespaces) is not a list",
                "--namespaces=[1] | namespaces[0] = \"1\" (flag --namespaces) is not an object",
                "--namespaces=[{}] | namespaces[0].name = nothing (flag --namespaces) is not a namespace",
                "--namespaces=[{\"name\":\"a\"}] | namespaces[0].name = \"a\" (flag --namespaces) is not a namespace",
                "--namespaces=[{\"name\":\"ab\"},{\"name\":\"ab\"}] | namespaces[ab] (flag --namespaces) is given twice",
                "--namespaces=[{\"name\":\"ab\",\"history_size\":-1}] | namespaces[ab].history_size = \"-1\"",
                "--token-audience=a | token_audience = \"a\" (flag --token-audience) has no use without a key; set token_hmac_secret, token_rsa_public_key",
                "--subscription-token-user-claim=u | has no use without a key; set subscription_token_hmac_secret",
                "--token-jwks-url=https://i.org/k --token-hmac-secret-previous=s --token-hmac-secret-previous-until=2030-01-01T00:00:00Z | token_hmac_secret_previous = *** (flag --token-hmac-secret-previous) needs token_hmac_secret",
                "--token-hmac-secret=s --token-hmac-secret-previous=r | token_hmac_secret_previous = *** (flag --token-hmac-secret-previous) needs token_hmac_secret_previous_until",
                "--token-hmac-secret=s --token-hmac-secret-previous-until=2030-01-01T00:00:00Z | needs token_hmac_secret_previous",
                "--token-hmac-secret=s --token-hmac-secret-previous=r --token-hmac-secret-previous-until=tomorrow | \"tomorrow\" (flag --token-hmac-secret-previous-until) is not a point in time",
                "--token-hmac-secret=s --token-user-claim=exp | token_user_claim = \"exp\" (flag --token-user-claim) is of no use: the user claim must not be",
                "--token-jwks-url=ftp://u:hunter2@i.org/k?p=hunter2 | token_jwks_url = \"ftp://i.org/k?…\" (flag --token-jwks-url) is not an address Relay can ask",
                "--token-rsa-public-key=MII | token_rsa_public_key = *** (flag --token-rsa-public-key) is of no use: the text is not PEM",
                "--connections-per-user=0 | connections_per_user = \"0\" (flag --connections-per-user) is not in range",
                "--personal-channel-namespace=ab | personal_channel_namespace = \"ab\" (flag --personal-channel-namespace) has no use without personal_channel",
                "--personal-channel --personal-channel-namespace=ab | is not configured; add it to namespaces",
                "--api-key=k --viewer-password=v | viewer_password = *** (flag --viewer-password) needs admin_password",
                "--admin-password=v --viewer-password=v | viewer_password = *** (flag --viewer-password) is also the admin_password",
                "--admin-password=pbkdf2$1$x | admin_password = *** (flag --admin-password) begins as a hash and is none",
                "--console=false --console-origins=https://a.org | console_origins = \"https://a.org\" (flag --console-origins) has no use with console: false",
                "--console-origins=https://*.a.org | \"https://*.a.org\" is not an origin",
                "--console-origins=* | \"*\" is not an origin",
                "--console-endpoint=http://a.org | console_endpoint = \"http://a.org\" (flag --console-endpoint) is not an address of a WebSocket endpoint",
                "--namespaces=[{\"name\":\"console\"}] | namespaces[0].name = \"console\" (flag --namespaces) is reserved for the web console",
                "--idempotency-window=0 | idempotency_window = \"0\" (flag --idempotency-window) is not in range",
                "--channel-defaults=[] | channel_defaults = \"[]\" (flag --channel-defaults) is not an object",
                "--channel-defaults={durability:none} | names are written in double quotes",
            })
    void what_cannot_work_is_refused_with_the_reason(String flags, String fault) {
        assertThat(faults(Map.of(), flags.split(" ")))
                .singleElement()
                .asString()
                .contains(fault);
    }

    @Test
    void all_faults_come_at_once() {
        assertThat(faults(
                        Map.of(
                                "RELAY_SHARDS",
                                "many",
                                "RELAY_NAMESPACES",
                                "[{\"name\":\"x\"},{\"name\":\"yy\",\"delta_publish\":true}]"),
                        "--prot",
                        "--port",
                        "x",
                        "--pong-timeout=1h"))
                .hasSize(6);
    }

    @Test
    void secrets_are_never_shown() {
        assertThat(faults(Map.of(
                        "RELAY_TOKEN_HMAC_SECRET", "hunter2",
                        "RELAY_TOKEN_HMAC_SECRET_FILE", "hunter2-file",
                        "RELAY_API_KEY", "",
                        "RELAY_DATABASE_PASSWORD", "hunter2")))
                .hasSize(3)
                .noneMatch(fault -> fault.contains("hunter2"));
    }

    @Test
    void an_empty_key_is_a_fault_and_not_development_mode() {
        assertThat(faults(Map.of("RELAY_API_KEY", "", "RELAY_HOST", "0.0.0.0")))
                .singleElement()
                .asString()
                .startsWith("api_key = *** (environment RELAY_API_KEY) is empty");
    }

    @Test
    void the_shown_database_has_no_password() {
        Configuration configuration =
                read(Map.of("RELAY_DATABASE_URL", "jdbc:mysql://root:hunter2@db:3306/relay?password=hunter2"));

        assertThat(configuration.databaseShown()).isEqualTo("jdbc:mysql://db:3306/relay?…");
    }

    @Test
    void unknown_variables_are_one_warning_with_the_nearest_name() {
        assertThat(read(Map.of("RELAY_PROT", "1", "RELAY_NOTHING_LIKE_IT_AT_ALL", "2", "OTHER", "3"))
                        .warnings())
                .containsExactly("unknown environment variables are ignored: RELAY_NOTHING_LIKE_IT_AT_ALL, "
                        + "RELAY_PROT (did you mean RELAY_PORT?)");
    }

    @Test
    void a_kubernetes_service_named_relay_is_recognised() {
        assertThat(faults(Map.of("RELAY_PORT", "tcp://10.0.0.7:8000")))
                .singleElement()
                .asString()
                .contains("enableServiceLinks: false");
        assertThat(read(Map.of("RELAY_SERVICE_HOST", "10.0.0.7")).warnings())
                .singleElement()
                .asString()
                .contains("enableServiceLinks: false");
    }

    @Test
    void help_and_version_are_recognised_beside_anything() {
        assertThat(Arguments.parse("--nonsense", "--help").help()).isTrue();
        assertThat(Arguments.parse("-V").version()).isTrue();
    }

    @Test
    void a_missing_named_file_is_a_fault() {
        assertThatThrownBy(() -> read(Map.of(), "--config", "missing.yaml"))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("file missing.yaml cannot be read");
    }
}
