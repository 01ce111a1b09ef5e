package dev.relay.standalone.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * A key that callers have to know. Digests are compared, which are of one length, so that how long it takes tells neither a
 * byte nor the length of the key.
 *
 * <p><b>Threading.</b> Immutable; any thread.
 */
public final class SharedKey {
    private final byte[] digest;

    public SharedKey(String key) {
        this.digest = digest(key);
    }

    /** Whether this is the key; {@code null} is not. */
    public boolean is(@Nullable String candidate) {
        return candidate != null && MessageDigest.isEqual(digest(candidate), digest);
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
