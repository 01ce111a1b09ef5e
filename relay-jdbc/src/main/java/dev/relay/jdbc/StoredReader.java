package dev.relay.jdbc;

import dev.relay.journal.StoredPublication;
import dev.relay.journal.StoredStream;
import dev.relay.journal.StreamState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Says what is stored, without reading it. Any thread. */
final class StoredReader {
    private final SqlTexts sql;

    StoredReader(SqlTexts sql) {
        this.sql = sql;
    }

    List<StoredStream> streams(Connection connection, long after, int limit) throws SQLException {
        List<StoredStream> streams = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql.selectStoredStreams())) {
            select.setLong(1, after);
            select.setInt(2, limit);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    long trimmedTo = rows.getLong(4);
                    long top = Math.max(trimmedTo, rows.getLong(5));
                    long oldest = rows.getLong(6);
                    boolean none = rows.wasNull();
                    StreamState stream =
                            new StreamState(rows.getString(2), rows.getLong(1), rows.getString(3), top, trimmedTo);
                    streams.add(new StoredStream(stream, none ? Long.MAX_VALUE : oldest));
                }
            }
        }
        return streams;
    }

    List<StoredPublication> of(Connection connection, long streamId, long after, int limit) throws SQLException {
        List<StoredPublication> stored = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql.selectStored())) {
            select.setLong(1, streamId);
            select.setLong(2, after);
            select.setInt(3, limit);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    stored.add(new StoredPublication(rows.getLong(1), rows.getLong(2), rows.getInt(3)));
                }
            }
        }
        return stored;
    }
}
