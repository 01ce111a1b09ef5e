package dev.relay.jdbc;

import dev.relay.journal.Append;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The highest committed offset of the streams used last, so that a batch need not ask. Forgotten after any failure and
 * with each new connection: behind it may be a server that lacks the last commits. One thread at a time.
 */
final class Tops {
    private static final int REMEMBERED = 100_000; // some 10 MB

    private final SqlTexts sql;
    private final Map<Long, Long> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > REMEMBERED;
        }
    };

    private long connection;

    Tops(SqlTexts sql) {
        this.sql = sql;
    }

    /** The tops of the batch's streams; a stream that does not exist is missing. */
    Map<Long, Long> of(Transactions transaction, List<Append> batch) throws SQLException {
        if (connection != transaction.connections()) {
            forget();
            connection = transaction.connections();
        }
        Map<Long, Long> tops = new HashMap<>();
        List<Long> unknown = new ArrayList<>();
        long last = Long.MIN_VALUE;
        for (Append append : batch) {
            if (append.streamId() != last) { // the batch is sorted
                last = append.streamId();
                Long top = remembered.get(last);
                if (top != null) {
                    tops.put(last, top);
                } else {
                    unknown.add(last);
                }
            }
        }
        for (int from = 0; from < unknown.size(); ) {
            int size = SqlTexts.sizeFor(unknown.size() - from);
            PreparedStatement select = transaction.prepare(sql.selectTops(size));
            for (int i = 0; i < size; i++) {
                select.setLong(1 + i, unknown.get(Math.min(from + i, unknown.size() - 1))); // the last one fills up
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    tops.put(rows.getLong(1), Math.max(rows.getLong(2), rows.getLong(3)));
                }
            }
            from += size;
        }
        return tops;
    }

    /** Remembers a batch that was committed. */
    void committed(List<Append> sorted) {
        for (int i = 0; i < sorted.size(); i++) {
            Append append = sorted.get(i);
            if (i + 1 == sorted.size() || sorted.get(i + 1).streamId() != append.streamId()) {
                remembered.merge(append.streamId(), append.publication().offset(), Math::max);
            }
        }
    }

    void forget() {
        remembered.clear();
    }
}
