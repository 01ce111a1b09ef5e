package dev.relay.jdbc;

import dev.relay.OutboxEntry;
import dev.relay.Payload;
import dev.relay.PublishOptions;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code relay_outbox}, as whoever has written it.
 *
 * @param bytes of the payload
 * @param payload {@code null} if it has more bytes than can be published: those are not read
 */
record OutboxMessage(
        long id,
        String channel,
        long bytes,
        byte @Nullable [] payload,
        @Nullable String tags,
        @Nullable String key,
        long version,
        String versionEpoch,
        boolean skipHistory) {

    /** The columns in the order in which {@link #read} wants them. */
    static final String COLUMNS = "id, channel, payload, tags, idempotency_key, version, version_epoch, skip_history";

    static OutboxMessage read(ResultSet row) throws SQLException {
        byte[] payload = row.getBytes(3);
        byte[] bytes = payload == null ? new byte[0] : payload; // how one driver reads a blob without bytes
        return new OutboxMessage(
                row.getLong(1),
                row.getString(2),
                bytes.length,
                bytes,
                row.getString(4),
                row.getString(5),
                row.getLong(6),
                row.getString(7),
                row.getInt(8) != 0);
    }

    /** One that nothing but its size is known of. */
    static OutboxMessage tooLong(long id, String channel, long bytes) {
        return new OutboxMessage(id, channel, bytes, null, null, null, 0, "", false);
    }

    /** @throws IllegalArgumentException if it cannot be published, with the reason */
    Payload data() {
        if (payload == null) {
            throw new IllegalArgumentException(
                    "payload of " + bytes + " bytes; the limit is " + PublishOptions.MAX_PAYLOAD_BYTES);
        }
        return Payload.of(payload);
    }

    /** @throws IllegalArgumentException if it cannot be published, with the reason */
    PublishOptions options(OutboxEntry.Sequence sequence) {
        return PublishOptions.builder()
                .tags(TagsJson.read(tags))
                .idempotencyKey(key == null ? "" : key)
                .version(version)
                .versionEpoch(versionEpoch)
                .skipHistory(skipHistory)
                .outboxEntry(new OutboxEntry(id, sequence))
                .build();
    }

    /** Whether it may count as published without an append, which would have deleted the row. */
    boolean maybeRepeat() {
        return key != null || version > 0;
    }
}
