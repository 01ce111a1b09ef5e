package dev.relay;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an application publishes. Immutable.
 *
 * <p><b>Threading.</b> Any thread.
 */
public final class PublishOptions {
    /** Longest {@link Builder#idempotencyKey} and {@link Builder#versionEpoch}, characters. */
    public static final int MAX_KEY = 255;

    /** Largest payload of a publication, bytes. */
    public static final int MAX_PAYLOAD_BYTES = 1 << 20;

    /** Most {@link Builder#tags} of a publication. */
    public static final int MAX_TAGS = 64;

    /** Names and values of all tags of a publication together, bytes in UTF-8. */
    public static final int MAX_TAG_BYTES = 4 << 10;

    private static final PublishOptions NONE = new Builder().build();

    private final Map<String, String> tags;
    private final String idempotencyKey;
    private final boolean skipHistory;
    private final long version;
    private final String versionEpoch;

    private final @Nullable OutboxEntry outboxEntry;

    private PublishOptions(Builder builder) {
        tags = builder.tags;
        idempotencyKey = builder.idempotencyKey;
        skipHistory = builder.skipHistory;
        version = builder.version;
        versionEpoch = builder.versionEpoch;
        outboxEntry = builder.outboxEntry;
    }

    /** Nothing special. */
    public static PublishOptions none() {
        return NONE;
    }

    /** Starts from nothing special. */
    public static Builder builder() {
        return new Builder();
    }

    /** What is attached to the publication. */
    public Map<String, String> tags() {
        return tags;
    }

    /** Names the request; {@code ""} for none. */
    public String idempotencyKey() {
        return idempotencyKey;
    }

    /** Whether the publication is delivered live only. */
    public boolean skipHistory() {
        return skipHistory;
    }

    /** Version of the state that the publication carries; 0 for none. */
    public long version() {
        return version;
    }

    /** Names the incarnation that versions belong to; {@code ""} for the same as before. */
    public String versionEpoch() {
        return versionEpoch;
    }

    /** Which row of an outbox the publication is made from; {@code null} for none. */
    public @Nullable OutboxEntry outboxEntry() {
        return outboxEntry;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private Map<String, String> tags = Map.of();
        private String idempotencyKey = "";
        private boolean skipHistory;
        private long version;
        private String versionEpoch = "";

        private @Nullable OutboxEntry outboxEntry;

        private Builder() {}

        /** Attached to the publication, for filters and receivers; at most {@value #MAX_TAGS}, default none. */
        public Builder tags(Map<String, String> tags) {
            this.tags = Map.copyOf(tags);
            return this;
        }

        /**
         * A repeat with the same key in the same channel, within {@link RelayBuilder#idempotencyWindow}, does nothing and
         * gets the first result, also after a restart if the publication is in the journal; at most {@value #MAX_KEY}
         * characters.
         */
        public Builder idempotencyKey(String key) {
            this.idempotencyKey = requireNonNull(key, "key");
            return this;
        }

        /** Delivers live only: no offset, not in the journal. Default {@code false}. */
        public Builder skipHistory(boolean skip) {
            this.skipHistory = skip;
            return this;
        }

        /**
         * In a channel with history, drops the publication when the channel has seen this version or a later one; 0 does
         * not compare. Versions are kept in memory: after a restart any is new.
         */
        public Builder version(long version) {
            this.version = version;
            return this;
        }

        /** Another epoch than the last one seen makes any version new; {@code ""} is the last one seen; at most {@value #MAX_KEY} characters. */
        public Builder versionEpoch(String epoch) {
            this.versionEpoch = requireNonNull(epoch, "epoch");
            return this;
        }

        /** For who drains an outbox: the row that is done with when this is published. Default none. */
        public Builder outboxEntry(OutboxEntry entry) {
            this.outboxEntry = requireNonNull(entry, "entry");
            return this;
        }

        /** @throws IllegalArgumentException if the version is negative, or the key or the version's epoch too long, or the key not
         *     valid Unicode */
        public PublishOptions build() {
            if (version < 0) {
                throw new IllegalArgumentException("version must not be negative: " + version);
            }
            if (idempotencyKey.length() > MAX_KEY) {
                throw new IllegalArgumentException(
                        "idempotency key has " + idempotencyKey.length() + " characters, the limit is " + MAX_KEY);
            }
            if (!isUnicode(idempotencyKey)) {
                throw new IllegalArgumentException("idempotency key has half a surrogate pair");
            }
            if (versionEpoch.length() > MAX_KEY) {
                throw new IllegalArgumentException(
                        "version epoch has " + versionEpoch.length() + " characters, the limit is " + MAX_KEY);
            }
            return new PublishOptions(this);
        }

        /** Whether a journal can keep it: stored as '?', two different keys would become one. */
        private static boolean isUnicode(String key) {
            return key.isEmpty() || StandardCharsets.UTF_8.newEncoder().canEncode(key);
        }
    }
}
