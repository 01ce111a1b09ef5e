package dev.relay.jdbc;

import dev.relay.RelayClock;
import dev.relay.journal.StreamState;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** Makes streams as they are elsewhere. One thread at a time. */
final class StreamAdopter {
    private final SqlTexts sql;
    private final RelayClock clock;

    StreamAdopter(SqlTexts sql, RelayClock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    /** Within a transaction that has checked the ownership. */
    StreamState adopt(Transactions transaction, String channel, String epoch, long trimmedTo) throws SQLException {
        StreamState there = find(transaction, channel);
        if (there == null) {
            PreparedStatement insert = transaction.prepare(sql.insertStreams(1));
            insert.setString(1, channel);
            insert.setString(2, epoch);
            insert.setLong(3, trimmedTo);
            insert.setNull(4, Types.BIGINT);
            insert.setLong(5, clock.epochMicros());
            insert.executeUpdate();
            there = find(transaction, channel);
        } else if (there.top() == 0 && !there.epoch().equals(epoch)) {
            // nothing was ever published in that epoch
            PreparedStatement update = transaction.prepare(sql.updateStream());
            update.setString(1, epoch);
            update.setNull(2, Types.BIGINT);
            update.setLong(3, there.streamId());
            update.executeUpdate();
            if (trimmedTo > 0) {
                PreparedStatement raise = transaction.prepare(sql.raiseTrimmedTo());
                raise.setLong(1, trimmedTo);
                raise.setLong(2, there.streamId());
                raise.setLong(3, trimmedTo);
                raise.executeUpdate();
            }
            there = find(transaction, channel);
        }
        if (there == null) {
            throw new IllegalStateException("a stream that was just made is not there: " + channel);
        }
        return there;
    }

    private @Nullable StreamState find(Transactions transaction, String channel) throws SQLException {
        PreparedStatement select = transaction.prepare(sql.selectStreams(1));
        select.setString(1, channel);
        try (ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                return null;
            }
            long trimmedTo = row.getLong(4);
            long top = Math.max(trimmedTo, row.getLong(5));
            return new StreamState(row.getString(2), row.getLong(1), row.getString(3), top, trimmedTo);
        }
    }
}
