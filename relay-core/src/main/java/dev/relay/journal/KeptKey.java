package dev.relay.journal;

import static java.util.Objects.requireNonNull;

/**
 * An idempotency key that a journal has kept.
 *
 * @param key as in {@link AppendKey}
 * @param offset of the publication that was sent with it, in the stream it belongs to
 * @param expiresAtMicros as in {@link AppendKey}
 */
public record KeptKey(String key, long offset, long expiresAtMicros) {
    public KeptKey {
        requireNonNull(key, "key");
    }
}
