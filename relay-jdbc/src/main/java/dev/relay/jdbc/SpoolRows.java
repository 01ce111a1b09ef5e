package dev.relay.jdbc;

import dev.relay.Durability;
import dev.relay.Publication;
import dev.relay.journal.Append;
import dev.relay.journal.AppendKey;
import dev.relay.journal.KeptKey;
import dev.relay.journal.OutboxRow;
import dev.relay.journal.ReadRange;
import dev.relay.journal.Spooled;
import dev.relay.journal.SpooledStream;
import dev.relay.journal.StreamState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statements of {@link SqliteSpool}, as SQLite takes them; no other database is meant. Stateless. */
final class SpoolRows {
    /** As {@link Rows#read} wants them. */
    private static final String PUBLICATION =
            "epoch, seq, created_at, client_id, user_id, conn_info, chan_info, kind, tags, payload";

    private static final String AS_APPENDED =
            "stream_id, seq, append_id, created_at, client_id, user_id, conn_info, chan_info,"
                    + " kind, tags, payload"; // as Rows.bind binds them

    private static final String KEY = "idempotency_key, key_expires_at, outbox_id, outbox_stands";

    private static final String INSERT = "INSERT INTO relay_spool (position, channel, durability, epoch, " + KEY + ", "
            + AS_APPENDED + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private static final String OLDEST = "SELECT " + PUBLICATION
            + ", position, channel, durability, stream_id, append_id, " + KEY + " FROM relay_spool WHERE position <= ?"
            + " ORDER BY position LIMIT ?";

    private static final String STREAMS = "SELECT stream_id, epoch, durability, MIN(seq), MAX(seq) FROM relay_spool"
            + " WHERE channel = ? AND position <= ? GROUP BY stream_id, epoch ORDER BY MIN(position)";

    private static final String KEYS = "SELECT idempotency_key, seq, key_expires_at FROM relay_spool"
            + " WHERE stream_id = ? AND epoch = ? AND position <= ? AND idempotency_key IS NOT NULL"
            + " ORDER BY seq DESC LIMIT ?";

    private static final String RANGE = "SELECT " + PUBLICATION
            + " FROM relay_spool WHERE stream_id = ? AND seq > ? AND seq <= ? AND created_at >= ? AND position <= ?"
            + " ORDER BY seq ";

    private static final String RENAME = "UPDATE relay_spool SET stream_id = ?, epoch = ?, seq = seq + ?"
            + " WHERE channel = ? AND stream_id = ? AND epoch = ? AND position <= ?";

    private static final String SET_ASIDE = "INSERT INTO relay_spool_aside (why, channel, epoch, " + KEY + ", "
            + AS_APPENDED + ") SELECT ?, channel, epoch, " + KEY + ", " + AS_APPENDED
            + " FROM relay_spool WHERE position = ?";

    private SpoolRows() {}

    static void insert(Transactions transaction, List<Spooled> batch, long first) throws SQLException {
        PreparedStatement insert = transaction.prepare(INSERT);
        long position = first;
        for (Spooled entry : batch) {
            insert.setLong(1, position++);
            insert.setString(2, entry.channel());
            insert.setString(3, entry.durability().name());
            insert.setString(4, entry.append().publication().position().epoch());
            bind(insert, entry.append().key());
            bind(insert, entry.append().outboxRow());
            Rows.bind(insert, 9, entry.append());
            insert.executeUpdate();
        }
        insert.clearParameters(); // the statement lives on, payloads should not; after a failure the driver forbids it
    }

    private static void bind(PreparedStatement insert, @Nullable AppendKey key) throws SQLException {
        if (key == null) {
            insert.setNull(5, Types.VARCHAR);
            insert.setNull(6, Types.BIGINT);
        } else {
            insert.setString(5, key.key());
            insert.setLong(6, key.expiresAtMicros());
        }
    }

    private static void bind(PreparedStatement insert, @Nullable OutboxRow row) throws SQLException {
        if (row == null) {
            insert.setNull(7, Types.BIGINT);
            insert.setNull(8, Types.INTEGER);
        } else {
            insert.setLong(7, row.id());
            insert.setInt(8, row.mustStand() ? 1 : 0);
        }
    }

    /** What an append that failed in its commit may have left. */
    static void forgetAfter(Transactions transaction, long last) throws SQLException {
        PreparedStatement delete = transaction.prepare("DELETE FROM relay_spool WHERE position > ?");
        delete.setLong(1, last);
        delete.executeUpdate();
    }

    static List<Spooled> oldest(Transactions transaction, long last, int maxPublications, long maxBytes)
            throws SQLException {
        List<Spooled> found = new ArrayList<>();
        PreparedStatement select = transaction.prepare(OLDEST);
        select.setLong(1, last);
        select.setInt(2, maxPublications);
        long bytes = 0;
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Publication publication = Rows.read(row);
                bytes += publication.data().size();
                if (!found.isEmpty() && bytes > maxBytes) {
                    break;
                }
                String key = row.getString(16);
                AppendKey kept = key == null ? null : new AppendKey(key, row.getLong(17));
                long outboxId = row.getLong(18);
                OutboxRow outbox = row.wasNull() ? null : new OutboxRow(outboxId, row.getInt(19) != 0);
                Append append = new Append(row.getLong(14), row.getLong(15), publication, kept, outbox);
                found.add(
                        new Spooled(row.getLong(11), row.getString(12), Durability.valueOf(row.getString(13)), append));
            }
        }
        return found;
    }

    static long count(Transactions transaction, long last) throws SQLException {
        PreparedStatement select = transaction.prepare("SELECT COUNT(*) FROM relay_spool WHERE position <= ?");
        select.setLong(1, last);
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    static long remove(Transactions transaction, long through) throws SQLException {
        PreparedStatement delete = transaction.prepare("DELETE FROM relay_spool WHERE position <= ?");
        delete.setLong(1, through);
        return delete.executeUpdate();
    }

    static List<SpooledStream> streams(Transactions transaction, String channel, long last) throws SQLException {
        List<SpooledStream> found = new ArrayList<>();
        PreparedStatement select = transaction.prepare(STREAMS);
        select.setString(1, channel);
        select.setLong(2, last);
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                found.add(new SpooledStream(
                        channel,
                        row.getLong(1),
                        row.getString(2),
                        Durability.valueOf(row.getString(3)),
                        row.getLong(4),
                        row.getLong(5)));
            }
        }
        return found;
    }

    static List<KeptKey> keys(Transactions transaction, SpooledStream stream, long last) throws SQLException {
        List<KeptKey> found = new ArrayList<>();
        PreparedStatement select = transaction.prepare(KEYS);
        select.setLong(1, stream.streamId());
        select.setString(2, stream.epoch());
        select.setLong(3, last);
        select.setInt(4, StreamState.MAX_KEYS);
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                found.add(new KeptKey(row.getString(1), row.getLong(2), row.getLong(3)));
            }
        }
        return found;
    }

    static List<Publication> read(Transactions transaction, ReadRange range, long last) throws SQLException {
        List<Publication> found = new ArrayList<>();
        PreparedStatement select = transaction.prepare(RANGE + (range.reverse() ? "DESC" : "ASC") + " LIMIT ?");
        select.setLong(1, range.streamId());
        select.setLong(2, range.after());
        select.setLong(3, range.through());
        select.setLong(4, range.notBeforeMicros());
        select.setLong(5, last);
        select.setInt(6, range.maxPublications());
        long bytes = 0;
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Publication publication = Rows.read(row);
                bytes += publication.data().size();
                if (!found.isEmpty() && bytes > range.maxBytes()) {
                    break;
                }
                found.add(publication);
            }
        }
        return found;
    }

    static void rename(Transactions transaction, SpooledStream from, StreamState to, long first, long last)
            throws SQLException {
        PreparedStatement update = transaction.prepare(RENAME);
        update.setLong(1, to.streamId());
        update.setString(2, to.epoch());
        update.setLong(3, first - from.first());
        update.setString(4, from.channel());
        update.setLong(5, from.streamId());
        update.setString(6, from.epoch());
        update.setLong(7, last);
        update.executeUpdate();
    }

    static long setAside(Transactions transaction, long position, String why) throws SQLException {
        PreparedStatement copy = transaction.prepare(SET_ASIDE);
        copy.setString(1, why);
        copy.setLong(2, position);
        copy.executeUpdate();
        PreparedStatement delete = transaction.prepare("DELETE FROM relay_spool WHERE position = ?");
        delete.setLong(1, position);
        return delete.executeUpdate();
    }

    /** Writes so many bytes in place of what was written last; none if 0. */
    static void ballast(Transactions transaction, int bytes) throws SQLException {
        transaction.prepare("DELETE FROM relay_spool_ballast").executeUpdate();
        if (bytes > 0) {
            PreparedStatement insert = transaction.prepare("INSERT INTO relay_spool_ballast (bytes) VALUES (?)");
            insert.setBytes(1, new byte[bytes]);
            insert.executeUpdate();
        }
    }
}
