package dev.relay.benchmarks.load.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.ChannelOptions;
import dev.relay.Relay;
import dev.relay.websocket.Tls;
import dev.relay.websocket.WebSocketEdge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Relay in its defaults, embedded; channels keep nothing ({@code durability none}), as the others' do. With TLS it has a
 * certificate of its own making, ECDSA P-256.
 */
final class RelayServer implements BenchServer {
    private static final String PASSWORD = "loopback";

    private final boolean encrypted;

    RelayServer(boolean encrypted) {
        this.encrypted = encrypted;
    }

    @Override
    public int listen() throws IOException, InterruptedException {
        WebSocketEdge.Builder builder = WebSocketEdge.builder().port(0);
        WebSocketEdge edge = (encrypted ? builder.tls(certificate()) : builder).build();
        Relay relay = Relay.builder()
                .edge(edge)
                .channelDefaults(ChannelOptions.transientChannel())
                .insecure(true)
                .build();
        Runtime.getRuntime().addShutdownHook(new Thread(relay::close));
        return edge.port();
    }

    private static Tls certificate() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("relay-bench-tls");
        Path store = directory.resolve("store.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command =
                new ArrayList<>(List.of(keytool, "-genkeypair", "-alias", "relay", "-dname", "CN=localhost"));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool cannot make a certificate: " + said);
        }
        try {
            return Tls.builder().keyStore(store, PASSWORD).build();
        } finally {
            store.toFile().deleteOnExit();
            directory.toFile().deleteOnExit();
        }
    }
}
