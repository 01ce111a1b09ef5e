package dev.relay.journal;

import static java.util.Objects.requireNonNull;

/**
 * The idempotency key that a publication was sent with; kept beside it, so that a repeat is recognised after a restart.
 *
 * @param key 1 to 255 characters of valid Unicode; compared byte by byte
 * @param expiresAtMicros until when a repeat is recognised, microseconds since 1970-01-01 UTC
 */
public record AppendKey(String key, long expiresAtMicros) {
    public AppendKey {
        requireNonNull(key, "key");
    }
}
