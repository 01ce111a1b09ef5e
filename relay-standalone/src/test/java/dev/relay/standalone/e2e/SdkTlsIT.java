package dev.relay.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official SDKs over wss://, trusting a certificate of our own. */
final class SdkTlsIT {
    private final Path directory;
    private final TlsCertificate certificate;

    SdkTlsIT(@TempDir Path directory) {
        this.directory = directory;
        this.certificate = TlsCertificate.in(directory, "relay");
    }

    @Test
    void the_sdk_in_javascript_connects_with_a_certificate_in_pem() {
        RelaySettings settings =
                development().with("RELAY_TLS_CERTIFICATE", "relay.crt").with("RELAY_TLS_KEY", "relay.key");
        String webSocket = NodeScript.installed("websocket.mjs").toUri().toString();
        String script = NodeScript.installed("example.mjs").toString();
        try (RelayProcess relay = RelayProcess.ready(settings)) {
            assertThat(relay.log()).contains("clients   wss://", "CN=relay", "localhost, 127.0.0.1");
            runs(List.of(
                    "env",
                    "NODE_EXTRA_CA_CERTS=" + certificate.certificate(),
                    "node",
                    "--import",
                    webSocket,
                    script,
                    url(relay)));
        }
    }

    @Test
    void the_sdk_in_java_connects_with_a_key_store() {
        RelaySettings settings = development()
                .with("RELAY_TLS_KEYSTORE", "relay.p12")
                .with("RELAY_TLS_KEYSTORE_PASSWORD", TlsCertificate.PASSWORD)
                .with("RELAY_TLS_PUBLIC_NAME", "relay.example");
        try (RelayProcess relay = RelayProcess.ready(settings)) {
            assertThat(relay.log()).contains("not for relay.example, only for [localhost, 127.0.0.1]");
            runs(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Djavax.net.ssl.trustStore=" + certificate.store(),
                    "-Djavax.net.ssl.trustStorePassword=" + TlsCertificate.PASSWORD,
                    "-cp",
                    System.getProperty("java.class.path"),
                    JavaExample.class.getName(),
                    url(relay)));
        }
    }

    @Test
    void a_key_that_does_not_belong_to_the_certificate_is_a_fault_of_the_configuration() {
        TlsCertificate other = TlsCertificate.in(directory, "other");
        RelaySettings settings = development()
                .with("RELAY_TLS_CERTIFICATE", "relay.crt")
                .with("RELAY_TLS_KEY", other.key().toString());
        try (RelayProcess relay = RelayProcess.started(settings)) {
            assertThat(relay.exitCode()).isEqualTo(2);
            assertThat(relay.log())
                    .contains("tls_certificate, tls_key: ", "relay.crt", "other.key", "does not belong")
                    .doesNotContain("\tat ");
        }
    }

    private RelaySettings development() {
        return RelaySettings.in(directory).without("RELAY_INSECURE").without("RELAY_CHANNEL_DEFAULTS");
    }

    private static String url(RelayProcess relay) {
        return relay.url().replace("ws://", "wss://");
    }

    private void runs(List<String> command) {
        try (ChildProcess example = ChildProcess.start(directory.resolve("output"), command)) {
            example.awaitPrinted(command.contains("node") ? "kept 1 present 1" : "kept 1");
        }
    }
}
