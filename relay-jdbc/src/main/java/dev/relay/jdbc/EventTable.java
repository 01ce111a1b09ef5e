package dev.relay.jdbc;

import static dev.relay.jdbc.Tables.EVENT_ADDRESS;
import static dev.relay.jdbc.Tables.EVENT_CHANNEL;
import static dev.relay.jdbc.Tables.EVENT_CLIENT_ID;
import static dev.relay.jdbc.Tables.EVENT_CODE;
import static dev.relay.jdbc.Tables.EVENT_CREATED_AT;
import static dev.relay.jdbc.Tables.EVENT_EVENTS;
import static dev.relay.jdbc.Tables.EVENT_ID;
import static dev.relay.jdbc.Tables.EVENT_KIND;
import static dev.relay.jdbc.Tables.EVENT_NODE_NAME;
import static dev.relay.jdbc.Tables.EVENT_REASON;
import static dev.relay.jdbc.Tables.EVENT_SDK;
import static dev.relay.jdbc.Tables.EVENT_SDK_VERSION;
import static dev.relay.jdbc.Tables.EVENT_USER_ID;
import static org.jooq.impl.DSL.noCondition;

import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventKind;
import dev.relay.journal.EventPosition;
import dev.relay.journal.EventQuery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.conf.ParamType;
import org.jspecify.annotations.Nullable;

/** Writes, reads and deletes rows of {@code relay_event}. {@link #read} from any thread, the rest by one at a time. */
final class EventTable {
    /** What an event is written into, in this order; the database gives the id. */
    static final List<Field<?>> COLUMNS = List.of(
            EVENT_CREATED_AT,
            EVENT_KIND,
            EVENT_NODE_NAME,
            EVENT_USER_ID,
            EVENT_CLIENT_ID,
            EVENT_CHANNEL,
            EVENT_ADDRESS,
            EVENT_SDK,
            EVENT_SDK_VERSION,
            EVENT_CODE,
            EVENT_REASON,
            EVENT_EVENTS);

    /** Events deleted in one transaction; what is appended meanwhile waits. */
    private static final int REMOVED_AT_ONCE = 512;

    private final SqlTexts sql;

    EventTable(SqlTexts sql) {
        this.sql = sql;
    }

    /** Within a transaction that has checked the ownership. */
    void write(Transactions transaction, List<ConnectionEvent> events) throws SQLException {
        for (int from = 0; from < events.size(); ) {
            int size = SqlTexts.sizeUpTo(events.size() - from);
            PreparedStatement insert = transaction.prepare(sql.insertEvents(size));
            for (int i = 0; i < size; i++) {
                bind(insert, 1 + i * COLUMNS.size(), events.get(from + i));
            }
            insert.executeUpdate();
            from += size;
        }
    }

    private static void bind(PreparedStatement insert, int first, ConnectionEvent event) throws SQLException {
        int at = first;
        insert.setLong(at++, event.timeMicros());
        insert.setString(at++, event.kind().text());
        insert.setString(at++, event.node());
        insert.setString(at++, event.user());
        insert.setString(at++, event.client());
        insert.setString(at++, event.channel());
        insert.setString(at++, event.address());
        insert.setString(at++, event.sdk());
        insert.setString(at++, event.sdkVersion());
        insert.setInt(at++, event.code());
        insert.setString(at++, event.reason());
        insert.setLong(at, event.count());
    }

    /** Deletes some of the oldest, within a transaction that has checked the ownership; returns how many. */
    int remove(Transactions transaction, long beforeMicros) throws SQLException {
        PreparedStatement select = transaction.prepare(sql.selectEventTime());
        select.setLong(1, beforeMicros);
        select.setInt(2, REMOVED_AT_ONCE - 1);
        long before = beforeMicros;
        try (ResultSet last = select.executeQuery()) {
            if (last.next()) {
                before = last.getLong(1) + 1; // those of the same microsecond go too
            }
        }
        PreparedStatement delete = transaction.prepare(sql.deleteEvents());
        delete.setLong(1, before);
        return delete.executeUpdate();
    }

    List<ConnectionEvent> read(Connection connection, EventQuery query) throws SQLException {
        Query select = sql.selectEvents(condition(query), query.newestFirst(), query.limit());
        List<ConnectionEvent> events = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(select.getSQL(ParamType.INDEXED))) {
            int at = 1;
            for (Object value : select.getBindValues()) {
                statement.setObject(at++, value);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    events.add(event(rows));
                }
            }
        }
        return events;
    }

    private static Condition condition(EventQuery query) {
        Condition condition = is(EVENT_USER_ID, query.user())
                .and(is(EVENT_CLIENT_ID, query.client()))
                .and(is(EVENT_CHANNEL, query.channel()));
        if (query.fromMicros() != Long.MIN_VALUE) {
            condition = condition.and(EVENT_CREATED_AT.ge(query.fromMicros()));
        }
        if (query.toMicros() != Long.MAX_VALUE) {
            condition = condition.and(EVENT_CREATED_AT.lt(query.toMicros()));
        }
        if (!query.kinds().isEmpty()) {
            condition = condition.and(EVENT_KIND.in(
                    query.kinds().stream().map(EventKind::text).sorted().toList()));
        }
        EventPosition after = query.after();
        if (after != null) {
            condition = condition.and(query.newestFirst() ? before(after) : behind(after));
        }
        return condition;
    }

    private static Condition is(Field<String> column, @Nullable String value) {
        return value == null ? noCondition() : column.eq(value);
    }

    /** The first half alone bounds the stretch of the index that is read. */
    private static Condition behind(EventPosition position) {
        return EVENT_CREATED_AT
                .ge(position.timeMicros())
                .and(EVENT_CREATED_AT.gt(position.timeMicros()).or(EVENT_ID.gt(position.id())));
    }

    private static Condition before(EventPosition position) {
        return EVENT_CREATED_AT
                .le(position.timeMicros())
                .and(EVENT_CREATED_AT.lt(position.timeMicros()).or(EVENT_ID.lt(position.id())));
    }

    private static ConnectionEvent event(ResultSet row) throws SQLException {
        return new ConnectionEvent(
                row.getLong(1),
                row.getLong(2),
                EventKind.of(row.getString(3)),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.getString(10),
                row.getInt(11),
                row.getString(12),
                row.getLong(13));
    }
}
