package dev.relay.standalone.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** A certificate for this machine that nobody but itself vouches for, made by the JDK's keytool, in all the forms there are. */
record TlsCertificate(Path store, Path certificate, Path key) {
    static final String PASSWORD = "store password";

    static TlsCertificate in(Path directory, String name) {
        Path store = directory.resolve(name + ".p12");
        try {
            ChildProcess.output(
                    directory,
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    name,
                    "-keystore",
                    store.toString(),
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    PASSWORD,
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=" + name,
                    "-ext",
                    "san=dns:localhost,ip:127.0.0.1",
                    "-validity",
                    "100");
            KeyStore entries = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                entries.load(in, PASSWORD.toCharArray());
            }
            return new TlsCertificate(
                    store,
                    Files.writeString(
                            directory.resolve(name + ".crt"),
                            pem("CERTIFICATE", entries.getCertificate(name).getEncoded())),
                    Files.writeString(
                            directory.resolve(name + ".key"),
                            pem(
                                    "PRIVATE KEY",
                                    entries.getKey(name, PASSWORD.toCharArray()).getEncoded())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }
}
