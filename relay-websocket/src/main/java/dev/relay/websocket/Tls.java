package dev.relay.websocket;

import static java.util.Objects.requireNonNull;

import dev.relay.InvalidConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of a {@link WebSocketEdge} and its key: TLS 1.2 and 1.3, forward secret and authenticated cipher suites
 * only. The files are looked at every few seconds; what has changed in them counts for connections made from then on, those
 * that are there live on. Files that cannot be used change nothing and are reported once.
 *
 * <p><b>Threading.</b> Any thread; {@link #reload} and {@link Builder#build} read files.
 */
public final class Tls {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
    private static final int CACHED_SESSIONS = 4096;
    private static final Duration REPEAT = Duration.ofDays(1);

    private final TlsFiles files;
    private final @Nullable String publicName;
    private final Duration interval;
    private final InstantSource clock;

    // Written under the lock, read by every shard for each new connection: publishes a context that is complete.
    private volatile Current current;

    // The rest is guarded by the lock.
    private List<byte[]> known;
    private @Nullable List<byte[]> unsettled;
    private boolean unreadable;
    private Instant reportedAt = Instant.MIN;

    /** What new connections are given. */
    private record Current(TlsIdentity identity, SSLContext context, SSLParameters parameters) {}

    private Tls(TlsFiles files, @Nullable String publicName, Duration interval, InstantSource clock) {
        this.files = files;
        this.publicName = publicName;
        this.interval = interval;
        this.clock = clock;
        this.known = files.contents();
        this.current = serving(files.identity(known));
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads the files at once, whether or not they have changed.
     *
     * @throws InvalidConfigurationException with what is wrong with them; the certificate stays as it was
     */
    public synchronized void reload() {
        List<byte[]> contents = files.contents();
        adopt(contents);
    }

    /** How often {@link #check} is to be called. */
    Duration interval() {
        return interval;
    }

    /** For one new connection. */
    SSLEngine engine() {
        Current now = current;
        SSLEngine engine = now.context().createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(now.parameters());
        return engine;
    }

    /** Says what is served and what may keep clients away. */
    synchronized void report() {
        LOG.info("TLS certificate: {}", current.identity().description());
        concerns();
    }

    /** Looks whether the files have changed. Reads them whole: their time and size may stay the same. */
    synchronized void check() {
        if (Duration.between(reportedAt, clock.instant()).compareTo(REPEAT) >= 0) {
            concerns();
        }
        List<byte[]> contents;
        try {
            contents = files.contents();
            unreadable = false;
        } catch (InvalidConfigurationException e) {
            if (!unreadable) {
                unreadable = true;
                LOG.warn("TLS certificate kept as it was: {}", e.getMessage());
            }
            return;
        }
        if (isSame(contents, known)) {
            unsettled = null;
        } else if (!isSame(contents, unsettled)) {
            unsettled = contents; // who writes it may not be done with it
        } else {
            try {
                adopt(contents);
            } catch (InvalidConfigurationException e) {
                LOG.warn("new TLS certificate refused, the old one is kept: {}", e.getMessage());
            }
        }
    }

    private void adopt(List<byte[]> contents) {
        known = contents;
        unsettled = null;
        current = serving(files.identity(contents));
        report();
    }

    private void concerns() {
        reportedAt = clock.instant();
        current.identity().concerns(reportedAt, publicName).forEach(concern -> LOG.warn("TLS certificate {}", concern));
    }

    private static boolean isSame(List<byte[]> contents, @Nullable List<byte[]> others) {
        if (others == null) {
            return false;
        }
        for (int i = 0; i < contents.size(); i++) {
            if (!Arrays.equals(contents.get(i), others.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static Current serving(TlsIdentity identity) {
        try {
            char[] unused = new char[0]; // the store never leaves memory
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, unused);
            store.setKeyEntry("relay", identity.key(), unused, identity.chain().toArray(new Certificate[0]));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, unused);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            context.getServerSessionContext().setSessionCacheSize(CACHED_SESSIONS);
            return new Current(identity, context, parameters(context));
        } catch (GeneralSecurityException | IOException e) {
            throw new InvalidConfigurationException(
                    List.of("this certificate and key are of no use for TLS here: " + e.getMessage()));
        }
    }

    private static SSLParameters parameters(SSLContext context) {
        SSLParameters parameters = context.getDefaultSSLParameters();
        String[] suites = Stream.of(parameters.getCipherSuites())
                .filter(suite -> !suite.contains("_WITH_") // of TLS 1.3
                        || suite.startsWith("TLS_ECDHE_") && (suite.contains("_GCM_") || suite.contains("_CHACHA20_")))
                .filter(suite -> !suite.endsWith("_SCSV"))
                .toArray(String[]::new);
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setCipherSuites(suites);
        parameters.setUseCipherSuitesOrder(true);
        return parameters;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private static final Duration MAX_INTERVAL = Duration.ofDays(1);

        private final List<TlsFiles> files = new ArrayList<>();
        private @Nullable String publicName;
        private Duration interval = Duration.ofSeconds(5);
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /**
         * Files in PEM.
         *
         * @param certificate the server's own certificate, then those of its issuers up to, without, the one clients trust
         * @param key its private key, not encrypted: PKCS#8, PKCS#1 (RSA) or SEC 1 (EC); may be in the same file
         */
        public Builder pem(Path certificate, Path key) {
            files.add(new TlsFiles.Pem(requireNonNull(certificate, "certificate"), requireNonNull(key, "key")));
            return this;
        }

        /** A PKCS#12 key store that holds one private key with its certificates. */
        public Builder keyStore(Path file, String password) {
            files.add(new TlsFiles.Store(requireNonNull(file, "file"), requireNonNull(password, "password")));
            return this;
        }

        /** The name or address clients connect to, to be warned of a certificate that is not for it; default: unknown. */
        public Builder publicName(String name) {
            this.publicName = requireNonNull(name, "name");
            return this;
        }

        /** How often the files are looked at; a change is taken once it has stayed for that time; default 5 s. */
        public Builder checkEvery(Duration interval) {
            this.interval = requireNonNull(interval, "interval");
            return this;
        }

        Builder clock(InstantSource clock) {
            this.clock = clock;
            return this;
        }

        /**
         * Reads the files.
         *
         * @throws InvalidConfigurationException with what is wrong with them: missing, not readable, no certificate, a key
         *     that does not belong to it
         */
        public Tls build() {
            List<String> faults = new ArrayList<>();
            if (files.size() != 1) {
                faults.add(
                        "TLS needs one source of its certificate, pem(...) or keyStore(...), and has " + files.size());
            }
            if (publicName != null && publicName.isBlank()) {
                faults.add("publicName must not be blank");
            }
            if (interval.isZero() || interval.isNegative() || interval.compareTo(MAX_INTERVAL) > 0) {
                faults.add("checkEvery must be above 0 and at most " + MAX_INTERVAL + ": " + interval);
            }
            if (!faults.isEmpty()) {
                throw new InvalidConfigurationException(faults);
            }
            return new Tls(files.get(0), publicName, interval, clock);
        }
    }
}
