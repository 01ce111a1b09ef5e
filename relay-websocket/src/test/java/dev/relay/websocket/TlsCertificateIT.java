package dev.relay.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.relay.InvalidConfigurationException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What is read from files, what is said of it, and what becomes of changes. */
class TlsCertificateIT {
    private static final TestCertificates EC = TestCertificates.EC;
    private static final TestCertificates RSA = TestCertificates.RSA;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Path directory;
    private final TestCertificates.Pem pem;

    TlsCertificateIT(@TempDir Path directory) {
        this.directory = directory;
        this.pem = EC.pem(directory, "server");
    }

    @BeforeEach
    void listenToTheLog() {
        log.start();
        ((Logger) LoggerFactory.getLogger(Tls.class)).addAppender(log);
    }

    @AfterEach
    void end() {
        ((Logger) LoggerFactory.getLogger(Tls.class)).detachAppender(log);
    }

    // ---- reading

    @Test
    void both_kinds_of_keys_are_read_from_pem_and_from_a_key_store() {
        for (TestCertificates each : List.of(EC, RSA)) {
            TlsFiles files = new TlsFiles.Pem(pem.certificate(), pem.key());
            pem.write("a comment before\n" + each.certificates(), each.privateKey());
            assertThat(files.identity(files.contents()).key()).isEqualTo(each.key);
            assertThat(files.identity(files.contents()).chain()).isEqualTo(each.chain.subList(0, 2));

            TlsFiles store = new TlsFiles.Store(each.keyStore(directory), TestCertificates.PASSWORD);
            assertThat(store.identity(store.contents())).isEqualTo(new TlsIdentity(each.key, each.chain));
        }
    }

    @Test
    void certificate_and_key_may_be_in_one_file() {
        pem.write(EC.privateKey() + EC.certificates(), "");

        assertThatCode(() ->
                        Tls.builder().pem(pem.certificate(), pem.certificate()).build())
                .doesNotThrowAnyException();
    }

    @Test
    void the_old_forms_of_rsa_and_ec_keys_are_read() {
        byte[] pkcs1 = content(parts(RSA.key.getEncoded()).get(2));
        assertThat(PrivateKeyPem.read(TestCertificates.block("RSA PRIVATE KEY", pkcs1)))
                .isEqualTo(RSA.key);

        // as openssl writes it: the curve is told within, and once more in a block before
        List<byte[]> pkcs8 = parts(EC.key.getEncoded());
        byte[] curve = parts(pkcs8.get(1)).get(1);
        List<byte[]> bare = parts(content(pkcs8.get(2)));
        byte[] point = parts(EC.chain.get(0).getPublicKey().getEncoded()).get(1);
        byte[] sec1 = der(0x30, bare.get(0), bare.get(1), der(0xa0, curve), der(0xa1, point));
        String pem = TestCertificates.block("EC PARAMETERS", curve) + TestCertificates.block("EC PRIVATE KEY", sec1);
        ECPrivateKey read = (ECPrivateKey) PrivateKeyPem.read(pem);
        assertThat(read.getS()).isEqualTo(((ECPrivateKey) EC.key).getS());
        assertThat(read.getParams()).isEqualTo(((ECPrivateKey) EC.key).getParams());
    }

    /** The values within a sequence. */
    private static List<byte[]> parts(byte[] sequence) {
        List<byte[]> parts = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(content(sequence));
        while (in.hasRemaining()) {
            byte[] rest = Arrays.copyOfRange(in.array(), in.position(), in.limit());
            byte[] part = Arrays.copyOf(rest, start(rest) + content(rest).length);
            parts.add(part);
            in.position(in.position() + part.length);
        }
        return parts;
    }

    private static byte[] content(byte[] value) {
        int length = value[1] & 0xff;
        if (length > 0x80) {
            length = new BigInteger(1, Arrays.copyOfRange(value, 2, start(value))).intValueExact();
        }
        return Arrays.copyOfRange(value, start(value), start(value) + length);
    }

    private static int start(byte[] value) {
        return 2 + Math.max(0, (value[1] & 0xff) - 0x80);
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteBuffer value = ByteBuffer.allocate(
                2 + Stream.of(parts).mapToInt(part -> part.length).sum());
        value.put((byte) tag).put((byte) (value.capacity() - 2));
        Stream.of(parts).forEach(value::put);
        return value.array();
    }

    @Test
    void what_is_wrong_with_the_files_is_told() {
        assertThatThrownBy(() -> pem(EC.certificates(), RSA.privateKey()))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("server.crt")
                .hasMessageContaining("server.key")
                .hasMessageContaining("the private key does not belong to the certificate of CN=ec");
        assertThatThrownBy(() -> pem(
                        EC.certificates(), TestCertificates.another("stranger").privateKey()))
                .hasMessageContaining("does not belong");
        assertThatThrownBy(() -> pem("", ""))
                .hasMessageContaining("server.crt: there is no certificate in it")
                .hasMessageContaining("server.key: there is no private key in it");
        assertThatThrownBy(() ->
                        pem(EC.certificates() + TestCertificates.block("CERTIFICATE", new byte[9]), EC.privateKey()))
                .hasMessageContaining("server.crt: certificate number 3 cannot be read");
        assertThatThrownBy(() -> pem(EC.certificates(), TestCertificates.block("PRIVATE KEY", new byte[9])))
                .hasMessageContaining("server.key: the private key cannot be read");
        assertThatThrownBy(() -> pem(EC.certificates(), TestCertificates.block("EC PRIVATE KEY", new byte[] {0x30, 1})))
                .hasMessageContaining("server.key: the private key cannot be read");
        assertThatThrownBy(() -> pem(EC.certificates(), EC.privateKey() + RSA.privateKey()))
                .hasMessageContaining("more than one private key");
        assertThatThrownBy(() -> pem(EC.certificates(), TestCertificates.block("ENCRYPTED PRIVATE KEY", new byte[9])))
                .hasMessageContaining("is encrypted")
                .hasMessageContaining("openssl pkey");
        assertThatThrownBy(() -> Tls.builder()
                        .pem(directory.resolve("a.pem"), directory.resolve("b.pem"))
                        .build())
                .hasMessageContaining("a.pem does not exist")
                .hasMessageContaining("b.pem does not exist");
    }

    @Test
    void a_chain_that_does_not_begin_with_the_servers_own_certificate_is_refused() {
        String[] blocks = EC.certificates().split("(?<=-----END CERTIFICATE-----\n)");

        assertThatThrownBy(() -> pem(blocks[1] + blocks[0], EC.privateKey()))
                .hasMessageContaining("must be the first")
                .hasMessageContaining("number 2 (CN=ec)");
    }

    @Test
    void what_is_wrong_with_a_key_store_is_told() throws Exception {
        Path store = EC.keyStore(directory);
        assertThatThrownBy(() -> Tls.builder().keyStore(store, "guessed").build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("server.p12")
                .hasMessageNotContaining("guessed");
        Path text = Files.writeString(directory.resolve("text.p12"), "no key store");
        assertThatThrownBy(() -> Tls.builder().keyStore(text, "x").build()).hasMessageContaining("text.p12");

        KeyStore two = KeyStore.getInstance("PKCS12");
        two.load(null, null);
        for (TestCertificates each : List.of(EC, RSA)) {
            two.setKeyEntry(
                    each.key.getAlgorithm(), each.key, "x".toCharArray(), each.chain.toArray(new Certificate[0]));
        }
        try (var out = Files.newOutputStream(text)) {
            two.store(out, "x".toCharArray());
        }
        assertThatThrownBy(() -> Tls.builder().keyStore(text, "x").build())
                .hasMessageContaining("must hold one private key with its certificate, but holds 2");
    }

    @Test
    void options_that_do_not_go_together_are_refused() {
        assertThatThrownBy(() -> Tls.builder().build()).hasMessageContaining("has 0");
        assertThatThrownBy(() -> Tls.builder()
                        .pem(pem.certificate(), pem.key())
                        .keyStore(EC.keyStore(directory), TestCertificates.PASSWORD)
                        .checkEvery(Duration.ZERO)
                        .publicName(" ")
                        .build())
                .hasMessageContaining("has 2")
                .hasMessageContaining("checkEvery")
                .hasMessageContaining("publicName");
    }

    // ---- what is said at the start

    @Test
    void names_and_end_are_logged() {
        pem.tls().report();

        assertThat(messages(Level.INFO))
                .singleElement()
                .asString()
                .contains("localhost", "*.relay.example", "127.0.0.1", "CN=Test Issuer", "valid until");
        assertThat(messages(Level.WARN)).isEmpty();
    }

    @Test
    void what_will_keep_clients_away_is_a_warning() {
        Instant end = EC.chain.get(0).getNotAfter().toInstant();
        TlsIdentity identity = new TlsIdentity(EC.key, EC.chain.subList(0, 1));

        assertThat(identity.concerns(end.minus(Duration.ofDays(15)), null)).isEmpty();
        assertThat(identity.concerns(end.minus(Duration.ofDays(13)), null))
                .singleElement()
                .asString()
                .contains("expires at " + end, "within 14 days", "CN=ec");
        assertThat(identity.concerns(end.plusSeconds(1), null))
                .singleElement()
                .asString()
                .contains("expired at " + end);
        assertThat(identity.concerns(Instant.EPOCH, null))
                .singleElement()
                .asString()
                .contains("not valid before");
        TlsIdentity foreign = new TlsIdentity(EC.key, List.of(EC.chain.get(0), EC.chain.get(2)));
        assertThat(foreign.concerns(end.minus(Duration.ofDays(100)), null))
                .singleElement()
                .asString()
                .contains("has not issued");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost", "a.relay.example", "127.0.0.1"})
    void names_that_the_certificate_covers_are_no_concern(String name) {
        assertThat(new TlsIdentity(EC.key, EC.chain).concerns(Instant.now(), name))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"relay.example", "a.b.relay.example", "elsewhere", "127.0.0.2", "::1", "ec"})
    void a_name_that_the_certificate_does_not_cover_is_a_concern(String name) {
        assertThat(new TlsIdentity(EC.key, EC.chain).concerns(Instant.now(), name))
                .singleElement()
                .asString()
                .contains("not for " + name, "localhost");
    }

    // ---- changes

    @Test
    void a_change_counts_once_it_has_settled() {
        Tls tls = pem.tls();
        pem.write(RSA.certificates(), EC.privateKey()); // half written
        tls.check();
        pem.write(RSA.certificates(), RSA.privateKey());
        tls.check();
        assertThat(messages(Level.INFO)).isEmpty();
        tls.check();
        tls.check();

        assertThat(messages(Level.INFO)).singleElement().asString().contains("CN=rsa");
        assertThat(messages(Level.WARN)).isEmpty();
    }

    @Test
    void files_that_cannot_be_used_change_nothing_and_are_reported_once() throws Exception {
        Tls tls = pem.tls();
        pem.write(EC.certificates(), RSA.privateKey());
        for (int i = 0; i < 5; i++) {
            tls.check();
        }
        assertThat(messages(Level.WARN)).singleElement().asString().contains("old one is kept", "does not belong");

        Files.delete(pem.key());
        for (int i = 0; i < 5; i++) {
            tls.check();
        }
        assertThat(messages(Level.WARN)).hasSize(2).last().asString().contains("server.key does not exist");
        assertThat(messages(Level.INFO)).isEmpty();

        pem.write(RSA.certificates(), RSA.privateKey());
        tls.check();
        tls.check();
        assertThat(messages(Level.INFO)).singleElement().asString().contains("CN=rsa");
        assertThat(log.list)
                .noneSatisfy(event -> assertThat(event.getFormattedMessage()).contains("PRIVATE KEY"));
    }

    @Test
    void reload_takes_a_change_at_once_and_says_what_is_wrong() {
        Tls tls = pem.tls();
        pem.write(RSA.certificates(), EC.privateKey());
        assertThatThrownBy(tls::reload)
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("does not belong");
        pem.write(RSA.certificates(), RSA.privateKey());
        tls.reload();

        assertThat(messages(Level.INFO)).singleElement().asString().contains("CN=rsa");
    }

    @Test
    void the_end_of_the_certificate_is_reported_once_a_day() {
        Instant end = EC.chain.get(0).getNotAfter().toInstant();
        Instant[] now = {end.minus(Duration.ofDays(16))};
        Tls tls = Tls.builder()
                .pem(pem.certificate(), pem.key())
                .clock(() -> now[0])
                .build();
        tls.report();
        for (int hours = 0; hours < 96; hours++) {
            now[0] = now[0].plus(Duration.ofHours(1));
            tls.check();
        }

        assertThat(messages(Level.WARN).stream().filter(message -> message.contains("CN=ec")))
                .hasSize(2)
                .allSatisfy(message -> assertThat(message).contains("within 14 days"));
    }

    private void pem(String certificates, String key) {
        pem.write(certificates, key);
        pem.tls();
    }

    private List<String> messages(Level level) {
        return log.list.stream()
                .filter(event -> event.getLevel() == level)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}
