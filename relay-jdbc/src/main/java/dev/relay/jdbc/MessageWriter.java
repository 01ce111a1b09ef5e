package dev.relay.jdbc;

import dev.relay.jdbc.Tops.Top;
import dev.relay.journal.Append;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches into {@code relay_message}. Plain inserts: an upsert would swallow a foreign row. One thread at a time.
 */
final class MessageWriter {
    /** Sorted, batches of several writers take their locks in one order and do not deadlock. */
    private static final Comparator<Append> ORDER = Comparator.comparingLong(Append::streamId)
            .thenComparingLong(append -> append.publication().offset());

    /** A statement takes no more than this, or one row; far below any server's packet limit. */
    private static final long MAX_STATEMENT_BYTES = 1 << 20;

    private final SqlTexts sql;
    private final Tops tops;
    private final KeyStore keys;

    MessageWriter(SqlTexts sql, Tops tops, KeyStore keys) {
        this.sql = sql;
        this.tops = tops;
        this.keys = keys;
    }

    /** A copy of the batch in the order in which it is written. */
    static List<Append> sorted(List<Append> batch) {
        List<Append> sorted = new ArrayList<>(batch);
        sorted.sort(ORDER);
        return sorted;
    }

    /** Writes a sorted batch, within a transaction that has checked the ownership. */
    void write(Transactions transaction, List<Append> sorted) throws SQLException {
        Map<Long, Top> known = tops.of(transaction, sorted);
        List<Append> rows = new ArrayList<>(sorted.size());
        for (int from = 0, to; from < sorted.size(); from = to) {
            long streamId = sorted.get(from).streamId();
            to = endOfStream(sorted, from);
            List<Append> ofOneStream = sorted.subList(from, to);
            long top = checkKnown(ofOneStream, known.get(streamId));
            if (sorted.get(from).publication().offset() <= top) {
                readBack(transaction, ofOneStream, top);
            }
            checkDense(ofOneStream, top, rows);
        }
        insert(transaction, rows);
        keys.write(transaction, rows);
        OutboxRows.delete(transaction, rows);
    }

    private static int endOfStream(List<Append> sorted, int from) {
        int to = from;
        while (to < sorted.size()
                && sorted.get(to).streamId() == sorted.get(from).streamId()) {
            to++;
        }
        return to;
    }

    /**
     * That the stream is the one its appends are meant for: behind a failover to a late replica its id may be free, or
     * another's. Returns its top.
     */
    private static long checkKnown(List<Append> ofOneStream, @Nullable Top top) {
        long streamId = ofOneStream.get(0).streamId();
        if (top == null) {
            throw new JournalException(Reason.BEHIND, "no stream has the id " + streamId + "; load it first");
        }
        for (Append append : ofOneStream) {
            String epoch = append.publication().position().epoch();
            if (!epoch.equals(top.epoch())) {
                throw new JournalException(
                        Reason.BEHIND,
                        "stream=" + streamId + " has the epoch " + top.epoch() + ", not " + epoch + "; load it again");
            }
        }
        return top.offset();
    }

    /** Adds what comes after the top to {@code missing}. */
    private static void checkDense(List<Append> ofOneStream, long top, List<Append> missing) {
        long last = -1;
        for (Append append : ofOneStream) {
            long offset = append.publication().offset();
            if (offset == last || offset > Math.max(top, last) + 1) {
                boolean behind = last < 0 && offset > top;
                throw new JournalException(
                        behind ? Reason.BEHIND : Reason.REFUSED,
                        "offsets must be dense: stream=" + append.streamId() + " top=" + Math.max(top, last)
                                + " offset=" + offset);
            }
            if (offset > top) {
                missing.add(append);
            }
            last = offset;
        }
    }

    /** Makes sure that the rows which already stand are our own. */
    private void readBack(Transactions transaction, List<Append> ofOneStream, long top) throws SQLException {
        Append first = ofOneStream.get(0);
        Map<Long, Long> standing = new HashMap<>();
        PreparedStatement select = transaction.prepare(sql.selectAppendIds());
        select.setLong(1, first.streamId());
        select.setLong(2, first.publication().offset());
        select.setLong(3, ofOneStream.get(ofOneStream.size() - 1).publication().offset());
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                standing.put(rows.getLong(1), rows.getLong(2));
            }
        }
        for (Append append : ofOneStream) {
            long offset = append.publication().offset();
            Long appendId = standing.get(offset);
            if (appendId != null && appendId != append.appendId()) {
                throw new JournalException(
                        Reason.OCCUPIED,
                        "a foreign row stands at stream=" + append.streamId() + " offset=" + offset
                                + ": another engine has written into this journal");
            }
            if (appendId == null && offset <= top) {
                throw new JournalException(
                        Reason.REFUSED,
                        "stream=" + append.streamId() + " top=" + top + ": the row at offset " + offset
                                + " has been deleted and is not written again");
            }
        }
    }

    private void insert(Transactions transaction, List<Append> rows) throws SQLException {
        for (int from = 0; from < rows.size(); ) {
            int size = SqlTexts.sizeUpTo(fitting(rows, from));
            PreparedStatement insert = transaction.prepare(sql.insertMessages(size));
            for (int i = 0; i < size; i++) {
                Rows.bind(insert, 1 + i * Rows.COLUMNS, rows.get(from + i));
            }
            try {
                insert.executeUpdate();
            } finally {
                insert.clearParameters(); // the statement lives on, payloads should not
            }
            from += size;
        }
    }

    private static int fitting(List<Append> rows, int from) {
        long bytes = 0;
        int to = from;
        while (to < rows.size() && (to == from || bytes + Rows.size(rows.get(to)) <= MAX_STATEMENT_BYTES)) {
            bytes += Rows.size(rows.get(to));
            to++;
        }
        return to - from;
    }
}
