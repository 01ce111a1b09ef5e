package dev.relay.websocket;

import dev.relay.InvalidConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files that hold a certificate and its key. Immutable; reading blocks. */
sealed interface TlsFiles {
    /** No certificate is that long; a path by mistake may lead to something endless. */
    int MAX_BYTES = 1 << 20;

    List<Path> paths();

    /**
     * Reads what {@link #contents} has found.
     *
     * @throws InvalidConfigurationException with what is wrong with it
     */
    TlsIdentity identity(List<byte[]> contents);

    /**
     * What the files hold now, each whole.
     *
     * @throws InvalidConfigurationException with all that cannot be read
     */
    default List<byte[]> contents() {
        List<byte[]> contents = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (Path path : paths()) {
            try (InputStream in = Files.newInputStream(path)) {
                byte[] bytes = in.readNBytes(MAX_BYTES + 1);
                if (bytes.length > MAX_BYTES) {
                    faults.add(path + " is longer than " + MAX_BYTES + " bytes, which no certificate or key is");
                }
                contents.add(bytes);
            } catch (NoSuchFileException e) {
                faults.add(path + " does not exist");
            } catch (AccessDeniedException e) {
                faults.add(path + " must not be read by the user that this process runs as");
            } catch (IOException e) {
                faults.add(path + " cannot be read: " + e.getMessage());
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidConfigurationException(faults);
        }
        return contents;
    }

    private static InvalidConfigurationException refused(String fault) {
        return new InvalidConfigurationException(List.of(fault));
    }

    /**
     * PEM.
     *
     * @param certificate the server's own certificate, then those of its issuers
     * @param key the private key; may be the same file
     */
    record Pem(Path certificate, Path key) implements TlsFiles {
        private static final Pattern BLOCK = Pattern.compile(
                "-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----(.*?)-----END (?:TRUSTED |X509 )?CERTIFICATE-----",
                Pattern.DOTALL);

        @Override
        public List<Path> paths() {
            return List.of(certificate, key);
        }

        @Override
        public TlsIdentity identity(List<byte[]> contents) {
            List<String> faults = new ArrayList<>();
            List<X509Certificate> chain = List.of();
            PrivateKey read = null;
            try {
                chain = chain(text(contents.get(0)));
            } catch (InvalidConfigurationException e) {
                e.faults().forEach(fault -> faults.add(certificate + ": " + fault));
            }
            try {
                read = PrivateKeyPem.read(text(contents.get(1)));
            } catch (InvalidConfigurationException e) {
                e.faults().forEach(fault -> faults.add(key + ": " + fault));
            }
            if (read == null || !faults.isEmpty()) {
                throw new InvalidConfigurationException(faults);
            }
            try {
                return TlsIdentity.of(read, chain);
            } catch (InvalidConfigurationException e) {
                throw refused(certificate + ", " + key + ": " + e.getMessage());
            }
        }

        private static List<X509Certificate> chain(String pem) {
            List<X509Certificate> chain = new ArrayList<>();
            Matcher block = BLOCK.matcher(pem);
            try {
                CertificateFactory factory = CertificateFactory.getInstance("X.509");
                while (block.find()) {
                    byte[] der = Base64.getMimeDecoder().decode(block.group(1));
                    chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
                }
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                throw refused("certificate number " + (chain.size() + 1) + " cannot be read");
            }
            if (chain.isEmpty()) {
                throw refused("there is no certificate in it; legal is PEM with one \"CERTIFICATE\" or more");
            }
            return chain;
        }

        private static String text(byte[] bytes) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** A key store in PKCS#12 (or what else the platform reads) with one private key. */
    final class Store implements TlsFiles {
        private final Path file;
        private final String password;

        Store(Path file, String password) {
            this.file = file;
            this.password = password;
        }

        @Override
        public List<Path> paths() {
            return List.of(file);
        }

        @Override
        public TlsIdentity identity(List<byte[]> contents) {
            char[] secret = password.toCharArray();
            try {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(new ByteArrayInputStream(contents.get(0)), secret);
                List<String> aliases = new ArrayList<>();
                for (String alias : Collections.list(store.aliases())) {
                    if (store.isKeyEntry(alias)) {
                        aliases.add(alias);
                    }
                }
                if (aliases.size() != 1) {
                    throw refused(file + " must hold one private key with its certificate, but holds " + aliases.size()
                            + (aliases.isEmpty() ? "" : ": " + aliases));
                }
                Key key = store.getKey(aliases.get(0), secret);
                Certificate @Nullable [] chain = store.getCertificateChain(aliases.get(0));
                if (!(key instanceof PrivateKey found) || chain == null || chain.length == 0) {
                    throw refused(file + ": entry " + aliases.get(0) + " is not a private key with its certificate");
                }
                return TlsIdentity.of(
                        found, Stream.of(chain).map(X509Certificate.class::cast).toList());
            } catch (IOException | GeneralSecurityException e) {
                throw refused(file + " cannot be read as a PKCS#12 key store with this password: " + e.getMessage());
            } finally {
                Arrays.fill(secret, '\0');
            }
        }
    }
}
