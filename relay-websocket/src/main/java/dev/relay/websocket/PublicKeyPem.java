package dev.relay.websocket;

import dev.relay.InvalidConfigurationException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a public key, alone or in a certificate, as tools write it. Messages never hold what was read: it may be a private key. */
final class PublicKeyPem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final String LEGAL =
            "legal is PEM with one \"PUBLIC KEY\" or \"CERTIFICATE\", as written by openssl pkey -in key.pem -pubout";

    private PublicKeyPem() {}

    /** @throws InvalidConfigurationException with what is wrong with it */
    static PublicKey read(String pem) {
        // environment files hold one line per variable, so line breaks come as the two characters \n
        Matcher block = BLOCK.matcher(pem.replace("\\n", "\n"));
        if (!block.find()) {
            throw refused("the text is not PEM");
        }
        String label = block.group(1);
        if (label.endsWith("PRIVATE KEY")) {
            throw refused("the text is a private key, which Relay must not have");
        }
        boolean certificate = label.equals("CERTIFICATE");
        if (!certificate && !label.equals("PUBLIC KEY")) {
            throw refused("the text is PEM of \"" + label + "\"");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(2));
            if (block.find()) {
                throw refused("the text holds more than one key");
            }
            return certificate ? ofCertificate(der) : ofKey(der);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw refused("what the PEM holds cannot be read");
        }
    }

    private static PublicKey ofCertificate(byte[] der) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der))
                .getPublicKey();
    }

    private static PublicKey ofKey(byte[] der) throws GeneralSecurityException {
        X509EncodedKeySpec encoded = new X509EncodedKeySpec(der);
        try {
            return KeyFactory.getInstance("RSA").generatePublic(encoded);
        } catch (InvalidKeySpecException e) {
            return KeyFactory.getInstance("EC").generatePublic(encoded);
        }
    }

    private static InvalidConfigurationException refused(String fault) {
        return new InvalidConfigurationException(List.of(fault + "; " + LEGAL));
    }
}
