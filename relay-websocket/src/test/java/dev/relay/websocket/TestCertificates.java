package dev.relay.websocket;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates made by the JDK's keytool: an authority, one below it, and servers whose certificates that one has issued. */
final class TestCertificates {
    static final String PASSWORD = "store password";
    private static final Path DIRECTORY = directory();
    private static final Path STORE = DIRECTORY.resolve("all.p12");

    static final TestCertificates EC = new TestCertificates("ec", "-keyalg", "EC", "-groupname", "secp256r1");
    static final TestCertificates RSA = new TestCertificates("rsa", "-keyalg", "RSA", "-keysize", "2048");

    final PrivateKey key;
    final List<X509Certificate> chain;

    private TestCertificates(String alias, String... options) {
        if (!Files.exists(STORE)) {
            keytool("ca", "-dname", "CN=Test Authority", "-ext", "bc:c", "-keyalg", "EC");
            keytool("mid", "-dname", "CN=Test Issuer", "-ext", "bc:c", "-keyalg", "EC", "-signer", "ca");
        }
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("-dname", "CN=" + alias, "-signer", "mid"));
        all.addAll(List.of("-ext", "san=dns:localhost,dns:*.relay.example,ip:127.0.0.1"));
        keytool(alias, all.toArray(String[]::new));
        try {
            KeyStore store = load(STORE);
            key = (PrivateKey) store.getKey(alias, PASSWORD.toCharArray());
            chain = Stream.of(store.getCertificateChain(alias))
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One more server, with a key of its own and further options of keytool. */
    static TestCertificates another(String alias, String... options) {
        List<String> all = new ArrayList<>(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        all.addAll(List.of(options));
        return new TestCertificates(alias, all.toArray(String[]::new));
    }

    /** PEM files of the chain, without the authority, and of the key. */
    Pem pem(Path directory, String name) {
        Pem pem = new Pem(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
        pem.write(certificates(), privateKey());
        return pem;
    }

    String certificates() {
        StringBuilder text = new StringBuilder();
        try {
            for (X509Certificate each : chain.subList(0, 2)) {
                text.append(block("CERTIFICATE", each.getEncoded()));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    String privateKey() {
        return block("PRIVATE KEY", key.getEncoded());
    }

    /** A PKCS#12 file with the key and its chain. */
    Path keyStore(Path directory) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", key, PASSWORD.toCharArray(), chain.toArray(new Certificate[0]));
            Path file = directory.resolve("server.p12");
            try (var out = Files.newOutputStream(file)) {
                store.store(out, PASSWORD.toCharArray());
            }
            return file;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static String block(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    /** What a client has that trusts the authority, and nobody else. */
    static SSLContext clients() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", EC.chain.get(2));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), new SecureRandom());
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore load(Path file) throws GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void keytool(String alias, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-alias", alias, "-keystore", STORE.toString(), "-storetype", "PKCS12"));
        command.addAll(List.of("-storepass", PASSWORD));
        command.addAll(List.of(options));
        if (!command.contains("-validity")) {
            command.addAll(List.of("-validity", "365"));
        }
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes());
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(command + ": " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Path directory() {
        try {
            Path directory = Files.createTempDirectory("relay-certificates");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try (Stream<Path> files = Files.walk(directory)) {
                    files.sorted(Comparator.reverseOrder())
                            .forEach(file -> file.toFile().delete());
                } catch (IOException e) {
                    // left to the system
                }
            }));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a chain and its key are. */
    record Pem(Path certificate, Path key) {
        void write(String certificates, String privateKey) {
            try {
                Files.writeString(certificate, certificates);
                Files.writeString(key, privateKey);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Tls tls() {
            return Tls.builder().pem(certificate, key).build();
        }
    }
}
