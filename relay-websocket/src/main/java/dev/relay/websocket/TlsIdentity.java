package dev.relay.websocket;

import dev.relay.InvalidConfigurationException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a server proves itself with: its certificate, those of its issuers, and the key that belongs to it. Immutable.
 *
 * @param chain its own certificate first, at least one
 */
record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
    private static final Duration SOON = Duration.ofDays(14);
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    /**
     * Joins a key and the certificates it came with.
     *
     * @throws InvalidConfigurationException if the first certificate is not the key's
     */
    static TlsIdentity of(PrivateKey key, List<X509Certificate> chain) {
        for (int i = 0; i < chain.size(); i++) {
            if (belongsTo(key, chain.get(i).getPublicKey())) {
                if (i == 0) {
                    return new TlsIdentity(key, List.copyOf(chain));
                }
                throw new InvalidConfigurationException(
                        List.of("the server's own certificate must be the first, and the " + "key belongs to number "
                                + (i + 1) + " (" + subject(chain.get(i)) + ")"));
            }
        }
        throw new InvalidConfigurationException(List.of("the private key does not belong to the certificate of "
                + subject(chain.get(0)) + "; give the key that the certificate was requested with"));
    }

    private static boolean belongsTo(PrivateKey key, PublicKey certified) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm(); // of the Edwards curves: it is its own name
                };
        byte[] text = "does this key belong to this certificate?".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // of another kind
        }
    }

    /** Names and addresses that clients may find it under. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        for (List<?> name : subjectAlternativeNames()) {
            if (name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS)) {
                names.add((String) name.get(1));
            }
        }
        return names;
    }

    /** In one line: names, issuer, end. */
    String description() {
        X509Certificate own = chain.get(0);
        return subject(own) + ", names " + names() + ", issued by "
                + own.getIssuerX500Principal().getName() + ", "
                + own.getPublicKey().getAlgorithm() + ", valid until "
                + own.getNotAfter().toInstant();
    }

    /**
     * What is not wrong enough to do without TLS, but will keep clients away, one line each.
     *
     * @param publicName what clients connect to, if known
     */
    List<String> concerns(Instant now, @Nullable String publicName) {
        List<String> concerns = new ArrayList<>();
        for (X509Certificate each : chain) {
            Instant end = each.getNotAfter().toInstant();
            if (now.isAfter(end)) {
                concerns.add("expired at " + end + ": " + subject(each) + "; clients refuse it");
            } else if (now.isBefore(each.getNotBefore().toInstant())) {
                concerns.add("not valid before " + each.getNotBefore().toInstant() + ": " + subject(each)
                        + "; clients refuse it");
            } else if (now.plus(SOON).isAfter(end)) {
                concerns.add("expires at " + end + ", within " + SOON.toDays() + " days: " + subject(each));
            }
        }
        for (int i = 1; i < chain.size(); i++) {
            if (!chain.get(i - 1).getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal())) {
                concerns.add("number " + (i + 1) + " of the chain, " + subject(chain.get(i))
                        + ", has not issued the one " + "before it; some clients refuse that");
            }
        }
        if (publicName != null && !covers(publicName)) {
            concerns.add("not for " + publicName + ", only for " + names()
                    + "; clients that connect to that name refuse it");
        }
        return concerns;
    }

    private boolean covers(String wanted) {
        boolean address = wanted.indexOf(':') >= 0 || wanted.matches("[0-9.]+");
        for (List<?> name : subjectAlternativeNames()) {
            String text = String.valueOf(name.get(1));
            boolean same = name.get(0).equals(DNS_NAME) && !address && matches(text, wanted)
                    || name.get(0).equals(IP_ADDRESS) && address && isSameAddress(text, wanted);
            if (same) {
                return true;
            }
        }
        return false;
    }

    /** RFC 6125: an asterisk stands for one label, the first. */
    private static boolean matches(String certified, String wanted) {
        String pattern = certified.toLowerCase(Locale.ROOT);
        String name = wanted.toLowerCase(Locale.ROOT);
        if (pattern.startsWith("*.")) {
            int dot = name.indexOf('.');
            return dot > 0 && name.substring(dot).equals(pattern.substring(1));
        }
        return name.equals(pattern);
    }

    private static boolean isSameAddress(String certified, String wanted) {
        try {
            return InetAddress.getByName(certified)
                    .equals(InetAddress.getByName(wanted)); // literals: nothing is looked up
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private Collection<List<?>> subjectAlternativeNames() {
        try {
            Collection<List<?>> names = chain.get(0).getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static String subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    /** Without the key. */
    @Override
    public String toString() {
        return description();
    }
}
