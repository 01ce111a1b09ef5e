package dev.relay.jdbc;

import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Deletes the oldest rows of a stream, a bounded part in one transaction. One thread at a time. */
final class StreamTrimmer {
    /** Rows that may be deleted at once; what is appended meanwhile waits. */
    static final int MAX_ROWS = 1_024;

    /** Their payloads: some servers write every deleted row to their log, and give up, as we do, when that takes too long. */
    private static final long MAX_BYTES = 4 << 20;

    /** Rows whose size is asked for together, so by how many the bytes may be exceeded. */
    private static final int PAGE = 64;

    private final SqlTexts sql;

    StreamTrimmer(SqlTexts sql) {
        this.sql = sql;
    }

    /** Deletes some rows up to {@code through}, within a transaction that has checked the ownership; returns how far. */
    long trim(Transactions transaction, long streamId, long through) throws SQLException {
        PreparedStatement select = transaction.prepare(sql.selectTops(1));
        select.setLong(1, streamId);
        long trimmedTo;
        long top;
        try (ResultSet stream = select.executeQuery()) {
            if (!stream.next()) {
                throw new JournalException(Reason.REFUSED, "no stream has the id " + streamId + "; load it first");
            }
            trimmedTo = stream.getLong(2);
            top = Math.max(trimmedTo, stream.getLong(3));
        }
        if (through > top) {
            throw new JournalException(
                    Reason.REFUSED,
                    "cannot trim beyond the top: stream=" + streamId + " top=" + top + " through=" + through);
        }
        if (through <= trimmedTo) {
            return trimmedTo;
        }
        long to = end(transaction, streamId, trimmedTo, through);
        raise(transaction, streamId, to);
        delete(transaction, streamId, trimmedTo, to);
        return to;
    }

    /** Where to stop, by rows or by bytes. */
    private long end(Transactions transaction, long streamId, long after, long through) throws SQLException {
        long last = Math.min(through, after + MAX_ROWS);
        long bytes = 0;
        long to = after;
        while (to < last && bytes < MAX_BYTES) {
            long pageEnd = Math.min(last, to + PAGE);
            PreparedStatement select = transaction.prepare(sql.selectPayloadBytes());
            select.setLong(1, streamId);
            select.setLong(2, to);
            select.setLong(3, pageEnd);
            try (ResultSet sum = select.executeQuery()) {
                bytes += sum.next() ? sum.getLong(1) : 0;
            }
            to = pageEnd;
        }
        return to;
    }

    private void raise(Transactions transaction, long streamId, long to) throws SQLException {
        PreparedStatement update = transaction.prepare(sql.raiseTrimmedTo());
        update.setLong(1, to);
        update.setLong(2, streamId);
        update.setLong(3, to);
        update.executeUpdate();
    }

    private void delete(Transactions transaction, long streamId, long after, long to) throws SQLException {
        PreparedStatement delete = transaction.prepare(sql.deleteMessages());
        delete.setLong(1, streamId);
        delete.setLong(2, after);
        delete.setLong(3, to);
        delete.executeUpdate();
    }
}
