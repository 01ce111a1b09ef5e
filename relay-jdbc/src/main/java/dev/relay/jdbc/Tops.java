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
 * The highest committed offset and the epoch of the streams used last, so that a batch need not ask. Forgotten after any failure and
 * with each new connection: behind it may be a server that lacks the last commits. One thread at a time.
 */
final class Tops {
    /** Where a stream stands. */
    record Top(long offset, String epoch) {}

    private static final int REMEMBERED = 100_000; // some 15 MB

    private final SqlTexts sql;
    private final Map<Long, Top> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Top> eldest) {
            return size() > REMEMBERED;
        }
    };

    private long connection;

    Tops(SqlTexts sql) {
        this.sql = sql;
    }

    /** The tops of the batch's streams; a stream that does not exist is missing. */
    Map<Long, Top> of(Transactions transaction, List<Append> batch) throws SQLException {
        if (connection != transaction.connections()) {
            forget();
            connection = transaction.connections();
        }
        Map<Long, Top> tops = new HashMap<>();
        List<Long> unknown = new ArrayList<>();
        long last = Long.MIN_VALUE;
        for (Append append : batch) {
            if (append.streamId() != last) { // the batch is sorted
                last = append.streamId();
                Top top = remembered.get(last);
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
                    tops.put(rows.getLong(1), new Top(Math.max(rows.getLong(2), rows.getLong(3)), rows.getString(4)));
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
                String epoch = append.publication().position().epoch();
                Top top = new Top(append.publication().offset(), epoch);
                remembered.merge(append.streamId(), top, (old, now) -> old.offset() > now.offset() ? old : now);
            }
        }
    }

    void forget() {
        remembered.clear();
    }

    /** The stream has another epoch now. */
    void forget(long streamId) {
        remembered.remove(streamId);
    }
}
