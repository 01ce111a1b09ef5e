package dev.relay.jdbc;

import static dev.relay.jdbc.Tables.EVENT;
import static dev.relay.jdbc.Tables.EVENT_CREATED_AT;
import static dev.relay.jdbc.Tables.EVENT_ID;
import static dev.relay.jdbc.Tables.KEY;
import static dev.relay.jdbc.Tables.KEY_EXPIRES_AT;
import static dev.relay.jdbc.Tables.KEY_SEQ;
import static dev.relay.jdbc.Tables.KEY_STREAM_ID;
import static dev.relay.jdbc.Tables.KEY_TEXT;
import static dev.relay.jdbc.Tables.MESSAGE;
import static dev.relay.jdbc.Tables.MESSAGE_APPEND_ID;
import static dev.relay.jdbc.Tables.MESSAGE_CHAN_INFO;
import static dev.relay.jdbc.Tables.MESSAGE_CLIENT_ID;
import static dev.relay.jdbc.Tables.MESSAGE_CONN_INFO;
import static dev.relay.jdbc.Tables.MESSAGE_CREATED_AT;
import static dev.relay.jdbc.Tables.MESSAGE_KIND;
import static dev.relay.jdbc.Tables.MESSAGE_PAYLOAD;
import static dev.relay.jdbc.Tables.MESSAGE_SEQ;
import static dev.relay.jdbc.Tables.MESSAGE_STREAM_ID;
import static dev.relay.jdbc.Tables.MESSAGE_TAGS;
import static dev.relay.jdbc.Tables.MESSAGE_USER_ID;
import static dev.relay.jdbc.Tables.RUN;
import static dev.relay.jdbc.Tables.RUN_ALIVE_AT;
import static dev.relay.jdbc.Tables.RUN_CLOSED_AT;
import static dev.relay.jdbc.Tables.RUN_ID;
import static dev.relay.jdbc.Tables.RUN_NODE_ID;
import static dev.relay.jdbc.Tables.RUN_STARTED_AT;
import static dev.relay.jdbc.Tables.STREAM;
import static dev.relay.jdbc.Tables.STREAM_CHANNEL;
import static dev.relay.jdbc.Tables.STREAM_CREATED_AT;
import static dev.relay.jdbc.Tables.STREAM_EPOCH;
import static dev.relay.jdbc.Tables.STREAM_ID;
import static dev.relay.jdbc.Tables.STREAM_RUN_ID;
import static dev.relay.jdbc.Tables.STREAM_TRIMMED_TO;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;
import static org.jooq.impl.SQLDataType.BIGINT;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Record1;
import org.jooq.RowN;
import org.jooq.SQLDialect;
import org.jooq.Select;
import org.jooq.conf.ParamType;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/**
 * Every statement of the journal, rendered by jOOQ on first use and kept: binding through jOOQ would cost three times
 * the CPU of a row. The order of the question marks is said at each method; they are bound by position.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class SqlTexts {
    /** Statements for several rows come in these sizes: few to prepare, and few that a batch takes. */
    private static final int[] SIZES = {512, 256, 128, 64, 32, 16, 8, 4, 2, 1};

    private static final List<Field<?>> MESSAGE_COLUMNS = List.of(
            MESSAGE_STREAM_ID,
            MESSAGE_SEQ,
            MESSAGE_APPEND_ID,
            MESSAGE_CREATED_AT,
            MESSAGE_CLIENT_ID,
            MESSAGE_USER_ID,
            MESSAGE_CONN_INFO,
            MESSAGE_CHAN_INFO,
            MESSAGE_KIND,
            MESSAGE_TAGS,
            MESSAGE_PAYLOAD);

    private final DSLContext dsl;
    private final boolean rowLocks;
    private final Map<String, String> rendered = new ConcurrentHashMap<>();

    SqlTexts(SQLDialect dialect) {
        this.rowLocks = dialect != SQLDialect.SQLITE;
        this.dsl = DSL.using(
                dialect,
                new Settings()
                        .withRenderQuotedNames(RenderQuotedNames.NEVER)
                        .withInlineThreshold(Integer.MAX_VALUE)); // values are bound, however many
    }

    /** The largest size that is at most {@code rows}. */
    static int sizeUpTo(int rows) {
        for (int size : SIZES) {
            if (size <= rows) {
                return size;
            }
        }
        throw new IllegalArgumentException("no rows: " + rows);
    }

    /** The smallest size that takes {@code rows}, or the largest there is. */
    static int sizeFor(int rows) {
        int found = SIZES[0];
        for (int size : SIZES) {
            found = size >= rows ? size : found;
        }
        return found;
    }

    /** Binds, per row: stream, seq, append id, created at, client, user, conn info, chan info, kind, tags, payload. */
    String insertMessages(int rows) {
        return text("insert messages", rows, context -> context.insertInto(MESSAGE, MESSAGE_COLUMNS)
                .valuesOfRows(rows(rows, MESSAGE_COLUMNS)));
    }

    /** Binds, per row: channel, epoch, trimmed to, run or null, created at. */
    String insertStreams(int rows) {
        List<Field<?>> columns =
                List.of(STREAM_CHANNEL, STREAM_EPOCH, STREAM_TRIMMED_TO, STREAM_RUN_ID, STREAM_CREATED_AT);
        return text("insert streams", rows, context -> context.insertInto(STREAM, columns)
                .valuesOfRows(rows(rows, columns)));
    }

    /** Binds, per row, what {@link EventTable} says. */
    String insertEvents(int rows) {
        return text("insert events", rows, context -> context.insertInto(EVENT, EventTable.COLUMNS)
                .valuesOfRows(rows(rows, EventTable.COLUMNS)));
    }

    /** Binds a time, how many to leave out; returns the time of the oldest event behind those, if it is earlier. */
    String selectEventTime() {
        return text("select event time", 1, context -> context.select(EVENT_CREATED_AT)
                .from(EVENT)
                .where(EVENT_CREATED_AT.lt(val(null, EVENT_CREATED_AT)))
                .orderBy(EVENT_CREATED_AT)
                .limit(inline(1))
                .offset(val(null, Integer.class)));
    }

    /** Binds a time. */
    String deleteEvents() {
        return text("delete events", 1, context -> context.deleteFrom(EVENT)
                .where(EVENT_CREATED_AT.lt(val(null, EVENT_CREATED_AT))));
    }

    /** Events of a query, with its values; returns the id and then what {@link #insertEvents} binds. Rendered each time. */
    Query selectEvents(Condition condition, boolean reverse, int limit) {
        return dsl.select(EVENT_ID)
                .select(EventTable.COLUMNS)
                .from(EVENT)
                .where(condition)
                .orderBy(
                        reverse ? EVENT_CREATED_AT.desc() : EVENT_CREATED_AT.asc(),
                        reverse ? EVENT_ID.desc() : EVENT_ID.asc())
                .limit(val(limit));
    }

    private static List<RowN> rows(int rows, List<Field<?>> columns) {
        RowN row = row(columns.stream().map(column -> val(null, column)).toList());
        return Collections.nCopies(rows, row);
    }

    /** Binds, per row: stream, seq, key, expires at. */
    String insertKeys(int rows) {
        List<Field<?>> columns = List.of(KEY_STREAM_ID, KEY_SEQ, KEY_TEXT, KEY_EXPIRES_AT);
        return text(
                "insert keys", rows, context -> context.insertInto(KEY, columns).valuesOfRows(rows(rows, columns)));
    }

    /** Binds stream, limit; returns seq, key, expires at, the highest seq first. */
    String selectKeys() {
        return text("select keys", 1, context -> context.select(KEY_SEQ, KEY_TEXT, KEY_EXPIRES_AT)
                .from(KEY)
                .where(KEY_STREAM_ID.eq(val(null, KEY_STREAM_ID)))
                .orderBy(KEY_SEQ.desc())
                .limit(val(null, Integer.class)));
    }

    /** Binds now, how many to skip; returns when the first after those expires, of those that have. */
    String selectExpiry() {
        return text("select expiry", 1, context -> context.select(KEY_EXPIRES_AT)
                .from(KEY)
                .where(KEY_EXPIRES_AT.le(val(null, KEY_EXPIRES_AT)))
                .orderBy(KEY_EXPIRES_AT)
                .limit(inline(1))
                .offset(val(null, Integer.class)));
    }

    /** Binds the last expiry to delete. */
    String deleteKeys() {
        return text("delete keys", 1, context -> context.deleteFrom(KEY)
                .where(KEY_EXPIRES_AT.le(val(null, KEY_EXPIRES_AT))));
    }

    /** Binds channels; returns id, channel, epoch, trimmed to, top of the rows, run, closed at of that run, if it has keys. */
    String selectStreams(int channels) {
        return text("select streams", channels, context -> context.select(
                        STREAM_ID,
                        STREAM_CHANNEL,
                        STREAM_EPOCH,
                        STREAM_TRIMMED_TO,
                        top(),
                        STREAM_RUN_ID,
                        RUN_CLOSED_AT,
                        hasKeys())
                .from(STREAM)
                .leftJoin(RUN)
                .on(RUN_ID.eq(STREAM_RUN_ID))
                .where(STREAM_CHANNEL.in(Collections.nCopies(channels, val(null, STREAM_CHANNEL)))));
    }

    /** Binds stream ids; returns id, trimmed to, top of the rows, epoch, channel. */
    String selectTops(int streams) {
        return text("select tops", streams, context -> context.select(
                        STREAM_ID, STREAM_TRIMMED_TO, top(), STREAM_EPOCH, STREAM_CHANNEL)
                .from(STREAM)
                .where(STREAM_ID.in(Collections.nCopies(streams, val(null, STREAM_ID)))));
    }

    /**
     * One look at the end of the stream's part of the index. Neither the maximum nor an order by offset alone would be: where the
     * stream comes from the outer query, MySQL reads all its rows for the first, and sorts them for the second.
     */
    private static Field<Long> top() {
        Select<Record1<Long>> highest = select(MESSAGE_SEQ)
                .from(MESSAGE)
                .where(MESSAGE_STREAM_ID.eq(STREAM_ID))
                .orderBy(MESSAGE_STREAM_ID.desc(), MESSAGE_SEQ.desc())
                .limit(inline(1));
        return coalesce(field(highest), inline(0L));
    }

    private static Field<Integer> hasKeys() {
        return when(exists(selectOne().from(KEY).where(KEY_STREAM_ID.eq(STREAM_ID))), inline(1))
                .otherwise(inline(0));
    }

    /** Binds epoch, stream. */
    String renewStream() {
        return text("renew stream", 1, context -> context.update(STREAM)
                .set(STREAM_EPOCH, val(null, STREAM_EPOCH))
                .where(STREAM_ID.eq(val(null, STREAM_ID))));
    }

    /**
     * Binds stream, limit; returns id, channel, epoch, trimmed to, top of the rows, and when the oldest of them was made, of the
     * streams with a higher id.
     */
    String selectStoredStreams() {
        Select<Record1<Long>> oldest = select(MESSAGE_CREATED_AT)
                .from(MESSAGE)
                .where(MESSAGE_STREAM_ID.eq(STREAM_ID))
                .and(MESSAGE_SEQ.gt(STREAM_TRIMMED_TO))
                .orderBy(MESSAGE_STREAM_ID, MESSAGE_SEQ) // as in top()
                .limit(inline(1));
        return text("select stored streams", 1, context -> context.select(
                        STREAM_ID, STREAM_CHANNEL, STREAM_EPOCH, STREAM_TRIMMED_TO, top(), field(oldest))
                .from(STREAM)
                .where(STREAM_ID.gt(val(null, STREAM_ID)))
                .orderBy(STREAM_ID)
                .limit(val(null, Integer.class)));
    }

    /** Binds stream, after, limit; returns seq, created at, bytes of the payload. */
    String selectStored() {
        return text("select stored", 1, context -> context.select(
                        MESSAGE_SEQ, MESSAGE_CREATED_AT, function("length", BIGINT, MESSAGE_PAYLOAD))
                .from(STREAM)
                .join(MESSAGE)
                .on(MESSAGE_STREAM_ID.eq(STREAM_ID))
                .where(STREAM_ID.eq(val(null, STREAM_ID)))
                .and(MESSAGE_SEQ.gt(val(null, MESSAGE_SEQ)))
                .and(MESSAGE_SEQ.gt(STREAM_TRIMMED_TO))
                .orderBy(MESSAGE_SEQ)
                .limit(val(null, Integer.class)));
    }

    /** Binds epoch, run or null, stream. */
    String updateStream() {
        return text("update stream", 1, context -> context.update(STREAM)
                .set(STREAM_EPOCH, val(null, STREAM_EPOCH))
                .set(STREAM_RUN_ID, val(null, STREAM_RUN_ID))
                .where(STREAM_ID.eq(val(null, STREAM_ID))));
    }

    /** Binds stream, first seq, last seq; returns seq, append id. */
    String selectAppendIds() {
        return text("select append ids", 1, context -> context.select(MESSAGE_SEQ, MESSAGE_APPEND_ID)
                .from(MESSAGE)
                .where(MESSAGE_STREAM_ID.eq(val(null, MESSAGE_STREAM_ID)))
                .and(MESSAGE_SEQ.between(val(null, MESSAGE_SEQ), val(null, MESSAGE_SEQ))));
    }

    /** Binds stream, after, through; returns the bytes of the payloads. */
    String selectPayloadBytes() {
        return text("select payload bytes", 1, context -> context.select(
                        coalesce(sum(function("length", BIGINT, MESSAGE_PAYLOAD)), inline(BigDecimal.ZERO)))
                .from(MESSAGE)
                .where(MESSAGE_STREAM_ID.eq(val(null, MESSAGE_STREAM_ID)))
                .and(MESSAGE_SEQ.gt(val(null, MESSAGE_SEQ)))
                .and(MESSAGE_SEQ.le(val(null, MESSAGE_SEQ))));
    }

    /** Binds stream, after, through. */
    String deleteMessages() {
        return text("delete messages", 1, context -> context.deleteFrom(MESSAGE)
                .where(MESSAGE_STREAM_ID.eq(val(null, MESSAGE_STREAM_ID)))
                .and(MESSAGE_SEQ.gt(val(null, MESSAGE_SEQ)))
                .and(MESSAGE_SEQ.le(val(null, MESSAGE_SEQ))));
    }

    /** Binds trimmed to, stream, trimmed to. An operator may have raised it further meanwhile. */
    String raiseTrimmedTo() {
        return text("raise trimmed to", 1, context -> context.update(STREAM)
                .set(STREAM_TRIMMED_TO, val(null, STREAM_TRIMMED_TO))
                .where(STREAM_ID.eq(val(null, STREAM_ID)))
                .and(STREAM_TRIMMED_TO.lt(val(null, STREAM_TRIMMED_TO))));
    }

    /**
     * Binds stream, after, through, not before, limit; returns epoch and then what {@link #insertMessages} binds from
     * seq on, without the append id.
     */
    String selectMessages(boolean reverse) {
        Stream<Field<?>> columns =
                MESSAGE_COLUMNS.stream().filter(column -> column != MESSAGE_STREAM_ID && column != MESSAGE_APPEND_ID);
        List<Field<?>> selected =
                Stream.concat(Stream.of(STREAM_EPOCH), columns).toList();
        return text(reverse ? "select messages down" : "select messages up", 1, context -> context.select(selected)
                .from(STREAM)
                .join(MESSAGE)
                .on(MESSAGE_STREAM_ID.eq(STREAM_ID))
                .where(STREAM_ID.eq(val(null, STREAM_ID)))
                .and(MESSAGE_SEQ.gt(val(null, MESSAGE_SEQ)))
                .and(MESSAGE_SEQ.le(val(null, MESSAGE_SEQ)))
                .and(MESSAGE_SEQ.gt(STREAM_TRIMMED_TO)) // rows of a deletion that is not yet through
                .and(MESSAGE_CREATED_AT.ge(val(null, MESSAGE_CREATED_AT)))
                .orderBy(reverse ? MESSAGE_SEQ.desc() : MESSAGE_SEQ.asc())
                .limit(val(null, Integer.class)));
    }

    /** Binds nothing; returns the newest run's id, and holds off new runs until the transaction ends. */
    String newestRunShared() {
        return text("newest run shared", 1, context -> {
            var newest = context.select(RUN_ID).from(RUN).orderBy(RUN_ID.desc()).limit(inline(1));
            return rowLocks ? newest.forShare() : newest;
        });
    }

    /** Binds nothing; returns the newest run's id, node, alive at, closed at, and waits for its transactions to end. */
    String newestRunExclusive() {
        return text("newest run exclusive", 1, context -> {
            var newest = context.select(RUN_ID, RUN_NODE_ID, RUN_ALIVE_AT, RUN_CLOSED_AT)
                    .from(RUN)
                    .orderBy(RUN_ID.desc())
                    .limit(inline(1));
            return rowLocks ? newest.forUpdate() : newest;
        });
    }

    /** Binds node, started at, alive at. */
    String insertRun() {
        return text("insert run", 1, context -> context.insertInto(RUN, RUN_NODE_ID, RUN_STARTED_AT, RUN_ALIVE_AT)
                .values(val(null, RUN_NODE_ID), val(null, RUN_STARTED_AT), val(null, RUN_ALIVE_AT)));
    }

    /** Binds alive at, closed at or null, run. */
    String updateRun() {
        return text("update run", 1, context -> context.update(RUN)
                .set(RUN_ALIVE_AT, val(null, RUN_ALIVE_AT))
                .set(RUN_CLOSED_AT, val(null, RUN_CLOSED_AT))
                .where(RUN_ID.eq(val(null, RUN_ID))));
    }

    private String text(String what, int size, Function<DSLContext, Query> query) {
        return rendered.computeIfAbsent(what + size, key -> query.apply(dsl).getSQL(ParamType.INDEXED));
    }
}
