package dev.relay.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.relay.Payload;
import dev.relay.PublishOptions;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Publishes within the application's own transaction: what is published when that commits is published exactly once, and what
 * is rolled back never is. It inserts a row into {@code relay_outbox}, a table in the journal's database; an {@link OutboxDrain},
 * here or in another process, publishes it.
 *
 * <p>The table is made when a Relay first opens its journal there. The application may use any connection, pool or framework.
 *
 * <p><b>Threading.</b> Immutable; any thread, each with its own connection.
 */
public final class Outbox {
    private static final int MAX_CHANNEL_BYTES = 255;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_$]{1,64}");

    private final String insert;

    /** The outbox in the database that connections are in. */
    public Outbox() {
        this("relay_outbox");
    }

    private Outbox(String table) {
        insert = "INSERT INTO " + table
                + " (channel, payload, tags, idempotency_key, version, version_epoch, skip_history)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?)";
    }

    /**
     * The outbox in another database of the same MySQL server: a transaction there may span both.
     *
     * @param database letters, digits, {@code _} and {@code $}
     */
    public static Outbox in(String database) {
        if (!NAME.matcher(database).matches()) {
            throw new IllegalArgumentException("not the name of a database: " + database);
        }
        return new Outbox(database + ".relay_outbox");
    }

    /** As the other, with nothing special. */
    public void publish(Connection connection, String channel, Payload data) throws SQLException {
        publish(connection, channel, data, PublishOptions.none());
    }

    /**
     * Publishes to a channel when the connection's transaction commits. Blocks for one insert; nothing else is done with the
     * connection, and without a transaction (in auto-commit mode) the insert is one of its own.
     *
     * <p>Whether the channel is configured and takes such data is found out when the row is published; if not, it is parked.
     *
     * @param options what {@link dev.relay.Relay#publish} does with them; a version or an idempotency key is compared then
     * @throws IllegalArgumentException for what no Relay could publish; nothing is inserted
     * @throws SQLException if the insert fails; on most databases the transaction can then only be rolled back
     */
    public void publish(Connection connection, String channel, Payload data, PublishOptions options)
            throws SQLException {
        requireNonNull(connection, "connection");
        checkChannel(channel);
        checkSizes(data, options.tags());
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            statement.setString(1, channel);
            statement.setBytes(2, data.toByteArray());
            setText(statement, 3, TagsJson.write(options.tags()));
            setText(statement, 4, options.idempotencyKey().isEmpty() ? null : options.idempotencyKey());
            statement.setLong(5, options.version());
            statement.setString(6, options.versionEpoch());
            statement.setInt(7, options.skipHistory() ? 1 : 0);
            statement.executeUpdate();
        }
    }

    private static void setText(PreparedStatement statement, int at, @Nullable String text) throws SQLException {
        if (text == null) {
            statement.setNull(at, Types.VARCHAR);
        } else {
            statement.setString(at, text);
        }
    }

    private static void checkChannel(String channel) {
        int bytes;
        try {
            bytes = UTF_8.newEncoder().encode(CharBuffer.wrap(channel)).remaining();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the name of the channel has half a surrogate pair", e);
        }
        if (bytes == 0 || bytes > MAX_CHANNEL_BYTES) {
            throw new IllegalArgumentException("the name of a channel has 1 to " + MAX_CHANNEL_BYTES
                    + " bytes, this one has " + bytes + ": " + channel);
        }
    }

    private static void checkSizes(Payload data, Map<String, String> tags) {
        if (data.size() > PublishOptions.MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException(
                    "payload of " + data.size() + " bytes; the limit is " + PublishOptions.MAX_PAYLOAD_BYTES);
        }
        if (tags.size() > PublishOptions.MAX_TAGS) {
            throw new IllegalArgumentException(tags.size() + " tags; the limit is " + PublishOptions.MAX_TAGS);
        }
        long bytes = 0;
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            bytes += tag.getKey().getBytes(UTF_8).length + tag.getValue().getBytes(UTF_8).length;
        }
        if (bytes > PublishOptions.MAX_TAG_BYTES) {
            throw new IllegalArgumentException(
                    "tags of " + bytes + " bytes; the limit is " + PublishOptions.MAX_TAG_BYTES);
        }
    }
}
