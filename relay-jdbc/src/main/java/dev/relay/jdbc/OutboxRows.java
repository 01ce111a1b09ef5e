package dev.relay.jdbc;

import dev.relay.journal.Append;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.OutboxRow;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Deletes rows of {@code relay_outbox}: above all those that publications are made from, in the transaction that writes the
 * publications. So there is always one of the two, and never both. One thread at a time for each connection.
 *
 * <p>Its statements are the same in every dialect, and therefore plain text.
 */
final class OutboxRows {
    private OutboxRows() {}

    /** Deletes the rows of appends that are new; no statement if none was made from one. */
    static void delete(Transactions transaction, List<Append> rows) throws SQLException {
        List<Long> required = List.of();
        List<Long> others = List.of();
        for (int i = 0; i < rows.size(); i++) {
            OutboxRow row = rows.get(i).outboxRow();
            if (row != null && row.mustStand()) {
                required = with(required, row.id());
            } else if (row != null) {
                others = with(others, row.id());
            }
        }
        int deleted = deleteIds(transaction, required);
        if (deleted < required.size()) {
            // which ones, the caller finds out by offering less
            throw new JournalException(
                    Reason.REFUSED,
                    required.size() - deleted + " of " + required.size()
                            + " rows are gone from relay_outbox, so they have"
                            + " been published already or withdrawn: "
                            + (required.size() == 1 ? "id " + required.get(0) : "from id " + required.get(0)));
        }
        deleteIds(transaction, others);
    }

    private static List<Long> with(List<Long> ids, long id) {
        List<Long> more = ids.isEmpty() ? new ArrayList<>() : ids;
        more.add(id);
        return more;
    }

    /** Deletes these rows; returns how many there were. */
    static int deleteIds(Transactions transaction, List<Long> ids) throws SQLException {
        if (ids.isEmpty()) {
            return 0;
        }
        List<Long> sorted = ids.stream().sorted().toList(); // one order of locks for everybody
        int deleted = 0;
        for (int from = 0; from < sorted.size(); ) {
            int size = SqlTexts.sizeUpTo(sorted.size() - from);
            PreparedStatement delete =
                    transaction.prepare("DELETE FROM relay_outbox WHERE id IN (" + questionMarks(size) + ")");
            for (int i = 0; i < size; i++) {
                delete.setLong(1 + i, sorted.get(from + i));
            }
            deleted += delete.executeUpdate();
            from += size;
        }
        return deleted;
    }

    static String questionMarks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }
}
