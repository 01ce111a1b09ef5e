package dev.relay.jdbc;

import dev.relay.journal.Append;
import dev.relay.journal.AppendKey;
import dev.relay.journal.KeptKey;
import dev.relay.journal.StreamState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The idempotency keys of publications, rows of {@code relay_idempotency}. Always within a transaction that has checked the
 * ownership. One thread at a time.
 *
 * <p>A key may stand there more than once, under different offsets: whether it is a repeat, the engine decides before it
 * appends. A unique constraint would only turn a key that memory had to forget into a publication that can never be made.
 */
final class KeyStore {
    /** Keys that may be deleted at once, or a few more: those of one microsecond go together. */
    static final int MAX_DELETED = 1_024;

    private final SqlTexts sql;

    KeyStore(SqlTexts sql) {
        this.sql = sql;
    }

    /** Writes the keys of rows that are new; nothing, and no statement, if none has one. */
    void write(Transactions transaction, List<Append> rows) throws SQLException {
        List<Append> keyed = keyed(rows);
        for (int from = 0; from < keyed.size(); ) {
            int size = SqlTexts.sizeUpTo(keyed.size() - from);
            PreparedStatement insert = transaction.prepare(sql.insertKeys(size));
            int at = 1;
            for (Append append : keyed.subList(from, from + size)) {
                AppendKey key = append.key();
                if (key != null) {
                    insert.setLong(at++, append.streamId());
                    insert.setLong(at++, append.publication().offset());
                    insert.setString(at++, key.key());
                    insert.setLong(at++, key.expiresAtMicros());
                }
            }
            insert.executeUpdate();
            from += size;
        }
    }

    private static List<Append> keyed(List<Append> rows) {
        List<Append> keyed = List.of();
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).key() != null) {
                if (keyed.isEmpty()) {
                    keyed = new ArrayList<>(rows.size() - i);
                }
                keyed.add(rows.get(i));
            }
        }
        return keyed;
    }

    /** The stream with its newest keys, no more than so many. */
    StreamState load(Transactions transaction, StreamState stream, int maxKeys) throws SQLException {
        int limit = Math.min(maxKeys, StreamState.MAX_KEYS);
        if (limit == 0) {
            return stream;
        }
        List<KeptKey> keys = new ArrayList<>();
        PreparedStatement select = transaction.prepare(sql.selectKeys());
        select.setLong(1, stream.streamId());
        select.setInt(2, limit);
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                keys.add(new KeptKey(rows.getString(2), rows.getLong(1), rows.getLong(3)));
            }
        }
        return new StreamState(
                stream.channel(), stream.streamId(), stream.epoch(), stream.top(), stream.trimmedTo(), keys);
    }

    /** Deletes some keys that have expired; returns whether there are more. */
    boolean deleteExpired(Transactions transaction, long nowMicros) throws SQLException {
        PreparedStatement select = transaction.prepare(sql.selectExpiry());
        select.setLong(1, nowMicros);
        select.setInt(2, MAX_DELETED - 1);
        boolean more;
        long through;
        try (ResultSet row = select.executeQuery()) {
            more = row.next();
            through = more ? row.getLong(1) : nowMicros;
        }
        PreparedStatement delete = transaction.prepare(sql.deleteKeys());
        delete.setLong(1, through);
        delete.executeUpdate();
        return more;
    }
}
