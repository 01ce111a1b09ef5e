package dev.relay.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The streams that the rows of one search stand in, each looked up once. One thread. */
final class FoundStreams {
    /** As {@code relay_stream} has it. */
    record Stream(long id, String channel, String epoch, long trimmedTo) {
        private static Stream read(ResultSet row) throws SQLException {
            return new Stream(row.getLong(1), row.getString(2), row.getString(3), row.getLong(4));
        }
    }

    private final Connection connection;
    private final SearchTexts sql;
    private final Map<Long, Stream> known = new HashMap<>();

    FoundStreams(Connection connection, SearchTexts sql) {
        this.connection = connection;
        this.sql = sql;
    }

    /** The stream of a channel, or {@code null} if there is none. */
    @Nullable
    Stream of(String channel) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql.streamOf())) {
            select.setString(1, channel);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                Stream stream = Stream.read(row);
                known.put(stream.id(), stream);
                return stream;
            }
        }
    }

    /** One that has been {@linkplain #resolve resolved}; {@code null} if it does not exist. */
    @Nullable
    Stream byId(long id) {
        return known.get(id);
    }

    void resolve(List<Long> ids) throws SQLException {
        Set<Long> distinct = new LinkedHashSet<>(ids);
        distinct.removeAll(known.keySet());
        List<Long> unknown = List.copyOf(distinct);
        for (int from = 0; from < unknown.size(); ) {
            int size = SqlTexts.sizeFor(unknown.size() - from);
            try (PreparedStatement select = connection.prepareStatement(sql.streamsById(size))) {
                for (int i = 0; i < size; i++) {
                    select.setLong(1 + i, unknown.get(Math.min(from + i, unknown.size() - 1))); // the last one fills up
                }
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        Stream stream = Stream.read(rows);
                        known.put(stream.id(), stream);
                    }
                }
            }
            from += size;
        }
    }
}
