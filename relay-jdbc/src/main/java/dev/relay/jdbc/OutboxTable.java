package dev.relay.jdbc;

import dev.relay.PublishOptions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a drain does with {@code relay_outbox}, over a connection of its own. One thread.
 *
 * <p>Its statements are the same in every dialect, and therefore plain text.
 */
final class OutboxTable implements AutoCloseable {
    /** Rows read together. */
    static final int MAX_ROWS = 512;

    /** Channels that can be left out. */
    static final int MAX_CHANNELS = 64;

    private static final long MAX_BYTES = 8 << 20; // of their payloads, beyond the first
    private static final int MAX_REASON = 1_000;

    private record Head(long id, String channel, long bytes) {
        boolean isTooLong() {
            return bytes > PublishOptions.MAX_PAYLOAD_BYTES;
        }
    }

    private final Database database;
    private final Transactions transactions;

    OutboxTable(Database database) {
        this.database = database;
        this.transactions = new Transactions(database, Database.Use.WRITE);
    }

    /** Where it is, for people. */
    String target() {
        return database.target();
    }

    /**
     * What a look at the table has found.
     *
     * @param rows in the order of their ids
     * @param isAll whether there are no more
     */
    record Look(List<OutboxMessage> rows, boolean isAll) {}

    /**
     * The waiting rows that were inserted first, of those that are visible now.
     *
     * @param without channels to leave out, at most {@link #MAX_CHANNELS}
     */
    Look read(List<String> without) {
        return transactions.callPlain("read the outbox", transaction -> {
            database.beginRead(transaction.connection());
            List<Head> heads = new ArrayList<>();
            boolean isAll = heads(transaction, without, heads);
            List<OutboxMessage> rows = rows(transaction, heads);
            database.commit(transaction.connection());
            return new Look(rows, isAll);
        });
    }

    /**
     * Always from the beginning: ids become visible in the order of commits, not of inserts. What must come before a row was
     * visible when that was inserted, and so is among what one look sees before it.
     *
     * @return whether there are no more
     */
    private static boolean heads(Transactions transaction, List<String> without, List<Head> heads) throws SQLException {
        int size = without.isEmpty() ? 0 : SqlTexts.sizeFor(without.size());
        PreparedStatement select =
                transaction.prepare("SELECT id, channel, LENGTH(payload) FROM relay_outbox WHERE parked_at IS NULL"
                        + (size == 0 ? "" : " AND channel NOT IN (" + OutboxRows.questionMarks(size) + ")")
                        + " ORDER BY id LIMIT " + MAX_ROWS);
        for (int i = 0; i < size; i++) { // the last one fills up
            select.setString(1 + i, without.get(Math.min(i, without.size() - 1)));
        }
        long bytes = 0;
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                Head head = new Head(rows.getLong(1), rows.getString(2), rows.getLong(3));
                bytes += head.isTooLong() ? 0 : head.bytes;
                if (bytes > MAX_BYTES && !heads.isEmpty()) {
                    return false;
                }
                heads.add(head);
            }
        }
        return heads.size() < MAX_ROWS;
    }

    /** The rest of the rows; one that is gone meanwhile is left out. */
    private static List<OutboxMessage> rows(Transactions transaction, List<Head> heads) throws SQLException {
        List<Long> ids =
                heads.stream().filter(head -> !head.isTooLong()).map(Head::id).toList();
        Map<Long, OutboxMessage> rows = new HashMap<>();
        if (!ids.isEmpty()) {
            int size = SqlTexts.sizeFor(ids.size());
            PreparedStatement select = transaction.prepare("SELECT " + OutboxMessage.COLUMNS
                    + " FROM relay_outbox WHERE id IN (" + OutboxRows.questionMarks(size) + ")");
            for (int i = 0; i < size; i++) {
                select.setLong(1 + i, ids.get(Math.min(i, ids.size() - 1)));
            }
            try (ResultSet result = select.executeQuery()) {
                while (result.next()) {
                    OutboxMessage message = OutboxMessage.read(result);
                    rows.put(message.id(), message);
                }
            }
        }
        List<OutboxMessage> found = new ArrayList<>(heads.size());
        for (Head head : heads) {
            OutboxMessage message =
                    head.isTooLong() ? OutboxMessage.tooLong(head.id, head.channel, head.bytes) : rows.get(head.id);
            if (message != null) {
                found.add(message);
            }
        }
        return found;
    }

    /** Deletes rows that were published without the journal. */
    void delete(List<Long> ids) {
        transactions.run("delete from the outbox", transaction -> OutboxRows.deleteIds(transaction, ids));
    }

    /** Sets rows aside that cannot be published, with the reason of each. */
    void park(Map<Long, String> reasons) {
        transactions.run("park rows of the outbox", transaction -> {
            long now = database.nowMicros(transaction.connection());
            PreparedStatement update =
                    transaction.prepare("UPDATE relay_outbox SET parked_at = ?, parked_reason = ? WHERE id = ?");
            for (Map.Entry<Long, String> parked : reasons.entrySet()) {
                String reason = parked.getValue();
                update.setLong(1, now);
                update.setString(2, reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
                update.setLong(3, parked.getKey());
                update.executeUpdate();
            }
        });
    }

    @Override
    public void close() {
        transactions.disconnect();
    }
}
