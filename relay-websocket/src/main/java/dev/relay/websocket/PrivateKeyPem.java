package dev.relay.websocket;

import dev.relay.InvalidConfigurationException;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a private key as tools write it: PKCS#8, or the older forms of RSA (PKCS#1) and EC (SEC 1), which are put into the
 * envelope of PKCS#8, the only one the platform reads. Messages never hold what was read.
 */
final class PrivateKeyPem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final String LEGAL =
            "legal is PEM with one \"PRIVATE KEY\", \"RSA PRIVATE KEY\" or \"EC PRIVATE KEY\"";

    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int PARAMETERS = 0xa0;

    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    /** 1.2.840.113549.1.1.1 with the NULL that belongs to it. */
    private static final byte[] RSA = {6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0};
    /** 1.2.840.10045.2.1. */
    private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private PrivateKeyPem() {}

    /** @throws InvalidConfigurationException with what is wrong with it */
    static PrivateKey read(String pem) {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw refused("there is no private key in it");
        }
        String label = block.group(1);
        if (label.equals("ENCRYPTED PRIVATE KEY") || block.group(2).contains("ENCRYPTED")) {
            throw refused(
                    "the private key is encrypted; decrypt it (openssl pkey -in key.pem -out plain.pem), or put it "
                            + "into a PKCS#12 key store, which takes a password");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(2));
            if (block.find()) {
                throw refused("there is more than one private key in it");
            }
            return switch (label) {
                case "PRIVATE KEY" -> ofPkcs8(der);
                case "RSA PRIVATE KEY" -> ofPkcs8(envelope(RSA, der));
                case "EC PRIVATE KEY" -> ofPkcs8(envelope(join(EC, curve(der)), der));
                default -> throw refused("it holds \"" + label + "\"");
            };
        } catch (GeneralSecurityException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw refused("the private key cannot be read");
        }
    }

    private static PrivateKey ofPkcs8(byte[] der) throws GeneralSecurityException {
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(der);
        InvalidKeySpecException failure = null;
        for (String algorithm : List.of("RSA", "EC", "EdDSA", "RSASSA-PSS")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                failure = e;
            }
        }
        throw failure == null ? new InvalidKeySpecException("no algorithm") : failure;
    }

    private static byte[] envelope(byte[] algorithm, byte[] key) {
        return der(SEQUENCE, VERSION_0, der(SEQUENCE, algorithm), der(OCTET_STRING, key));
    }

    /** The curve's name in the parameters of {@code ECPrivateKey ::= SEQUENCE { version, key, [0] parameters, … }}. */
    private static byte[] curve(byte[] sec1) throws InvalidKeySpecException {
        List<byte[]> found = new ArrayList<>();
        int at = contentStart(sec1, 0);
        while (at < sec1.length) {
            int start = contentStart(sec1, at);
            int end = start + contentLength(sec1, at);
            if ((sec1[at] & 0xff) == PARAMETERS) {
                found.add(Arrays.copyOfRange(sec1, start, end));
            }
            at = end;
        }
        if (found.size() != 1) {
            throw new InvalidKeySpecException("no curve");
        }
        return found.get(0);
    }

    private static int contentStart(byte[] der, int at) {
        int length = der[at + 1] & 0xff;
        return at + 2 + (length < 0x80 ? 0 : length - 0x80);
    }

    private static int contentLength(byte[] der, int at) {
        int length = der[at + 1] & 0xff;
        if (length < 0x80) {
            return length;
        }
        int value = 0;
        for (int i = at + 2; i < contentStart(der, at); i++) {
            value = value << 8 | der[i] & 0xff;
        }
        if (value < 0 || value > der.length) {
            throw new IndexOutOfBoundsException(value);
        }
        return value;
    }

    private static byte[] der(int tag, byte[]... parts) {
        byte[] content = join(parts);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else if (content.length < 0x100) {
            out.write(0x81);
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static InvalidConfigurationException refused(String fault) {
        return new InvalidConfigurationException(List.of(fault + "; " + LEGAL));
    }
}
