package dev.relay.standalone.config;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What is kept of a password: PBKDF2 with HMAC-SHA-256 over its UTF-8 in Unicode's form NFC.
 *
 * <p><b>Threading.</b> Immutable; any thread. Making one and comparing with one takes a processor for as long as its
 * iterations say, some tenths of a second.
 */
public final class PasswordHash {
    /** Of hashes that are written down. */
    public static final int ITERATIONS = 600_000;

    /**
     * Of passwords that are configured as they are: whoever can read our memory can read them there, so that more would cost
     * time at each login and protect nothing.
     */
    public static final int ITERATIONS_IN_MEMORY = 60_000;

    /** Longest password, characters: longer ones are wrong. */
    public static final int MAX_LENGTH = 1024;

    static final String PREFIX = "pbkdf2$";
    static final String LEGAL = "a password, or what the subcommand password prints: pbkdf2$<iterations>$<salt>$<hash>";

    private static final int MIN_ITERATIONS = 10_000;
    private static final int MAX_ITERATIONS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Pattern TEXT =
            Pattern.compile("pbkdf2\\$([0-9]{1,8})\\$([A-Za-z0-9_-]{11,86})\\$([A-Za-z0-9_-]{43})");

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    /** Whether a configured text is a hash, not a password. */
    static boolean isHash(String configured) {
        return configured.startsWith(PREFIX);
    }

    /** Of a new salt. */
    public static PasswordHash of(String password, int iterations) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new PasswordHash(iterations, salt, derived(password, salt, iterations));
    }

    /**
     * Of what is configured: a hash, or a password.
     *
     * @throws IllegalArgumentException if it begins as a hash and is none
     */
    public static PasswordHash ofConfigured(String configured) {
        return isHash(configured) ? parse(configured) : of(configured, ITERATIONS_IN_MEMORY);
    }

    /** @throws IllegalArgumentException if it is none */
    static PasswordHash parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not of the form pbkdf2$<iterations>$<salt>$<hash>");
        }
        int iterations = Integer.parseInt(matcher.group(1));
        if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
            throw new IllegalArgumentException("iterations must be " + MIN_ITERATIONS + " to " + MAX_ITERATIONS);
        }
        return new PasswordHash(
                iterations,
                Base64.getUrlDecoder().decode(matcher.group(2)),
                Base64.getUrlDecoder().decode(matcher.group(3)));
    }

    /** Whether this was made of the password. Takes the same time whatever the answer. */
    public boolean matches(String password) {
        return MessageDigest.isEqual(hash, derived(password, salt, iterations));
    }

    /** To be configured. */
    public String text() {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return PREFIX + iterations + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    /** It is nobody's business. */
    @Override
    public String toString() {
        return "***";
    }

    private static byte[] derived(String password, byte[] salt, int iterations) {
        char[] normal = Normalizer.normalize(
                        password.length() > MAX_LENGTH ? password.substring(0, MAX_LENGTH) : password,
                        Normalizer.Form.NFC)
                .toCharArray();
        PBEKeySpec spec = new PBEKeySpec(normal, salt, iterations, HASH_BYTES * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        } finally {
            spec.clearPassword();
        }
    }
}
