package dev.relay.jdbc;

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
import static dev.relay.jdbc.Tables.MESSAGE_USER_KEY;
import static dev.relay.jdbc.Tables.STREAM;
import static dev.relay.jdbc.Tables.STREAM_CHANNEL;
import static dev.relay.jdbc.Tables.STREAM_EPOCH;
import static dev.relay.jdbc.Tables.STREAM_ID;
import static dev.relay.jdbc.Tables.STREAM_TRIMMED_TO;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.or;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.SQLDataType.BIGINT;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.conf.ParamType;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/**
 * The statements that find things. Each names the index it goes along: without one a statement that is fast today scans the
 * table when the optimizer changes its mind.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class SearchTexts {
    /** Along which index a search goes. */
    enum Path {
        /** One stream by offset: the primary key. */
        OFFSETS("primary", "sqlite_autoindex_relay_message_1"),
        /** One stream by time. */
        CHANNEL_TIME("relay_message_time", "relay_message_time"),
        /** One user by time. */
        USER_TIME("relay_message_user", "relay_message_user"),
        /** Everything by time. */
        TIME("relay_message_clock", "relay_message_clock");

        private final String onMysql;
        private final String onSqlite;

        Path(String onMysql, String onSqlite) {
            this.onMysql = onMysql;
            this.onSqlite = onSqlite;
        }
    }

    /** Characters of a user that MySQL's index holds. */
    static final int USER_KEY = 64;

    private static final List<Field<?>> FILTERED = List.of(
            MESSAGE_STREAM_ID, MESSAGE_SEQ, MESSAGE_CREATED_AT, MESSAGE_CLIENT_ID, MESSAGE_USER_ID, MESSAGE_TAGS);

    private static final List<Field<?>> WHOLE = List.of(
            MESSAGE_STREAM_ID,
            MESSAGE_APPEND_ID,
            MESSAGE_SEQ,
            MESSAGE_CREATED_AT,
            MESSAGE_CLIENT_ID,
            MESSAGE_USER_ID,
            MESSAGE_CONN_INFO,
            MESSAGE_CHAN_INFO,
            MESSAGE_KIND,
            MESSAGE_TAGS,
            MESSAGE_PAYLOAD);

    private final DSLContext dsl;
    private final boolean sqlite;
    private final Map<String, String> rendered = new ConcurrentHashMap<>();

    SearchTexts(SQLDialect dialect) {
        this.sqlite = dialect == SQLDialect.SQLITE;
        this.dsl = DSL.using(
                dialect,
                new Settings().withRenderQuotedNames(RenderQuotedNames.NEVER).withInlineThreshold(Integer.MAX_VALUE));
    }

    /**
     * Rows along a path, behind a place and up to a bound, in order. Binds: the stream or the user, if the path is about one;
     * for {@code OFFSETS} after, through; for the others the bound (newest first: not earlier than; else: earlier than) and {@link
     * #bindPlace}; limit. Returns stream, seq, created at, client, user, tags; or, {@code whole}, what {@link #rows} returns.
     */
    String along(Path path, boolean newestFirst, boolean whole) {
        return text("along " + path + newestFirst + whole, context -> context.select(whole ? WHOLE : FILTERED)
                .from(indexed(path))
                .where(conditions(path, newestFirst))
                .orderBy(order(path).stream()
                        .map(field -> newestFirst ? field.desc() : field.asc())
                        .toList())
                .limit(val(null, Integer.class)));
    }

    private Table<Record> indexed(Path path) {
        return sqlite
                ? table("relay_message indexed by " + path.onSqlite) // jOOQ has no such hint for this dialect
                : MESSAGE.forceIndex(path.onMysql);
    }

    private static List<Field<Long>> order(Path path) {
        return switch (path) {
            case OFFSETS -> List.of(MESSAGE_SEQ);
            case CHANNEL_TIME -> List.of(MESSAGE_CREATED_AT, MESSAGE_SEQ);
            case USER_TIME, TIME -> List.of(MESSAGE_CREATED_AT, MESSAGE_STREAM_ID, MESSAGE_SEQ);
        };
    }

    private Condition conditions(Path path, boolean newestFirst) {
        Field<Long> time = MESSAGE_CREATED_AT;
        Condition bound = newestFirst ? time.ge(val(null, time)) : time.lt(val(null, time));
        Condition behind = bound.and(behind(order(path), newestFirst));
        return switch (path) {
            case OFFSETS ->
                MESSAGE_STREAM_ID
                        .eq(val(null, MESSAGE_STREAM_ID))
                        .and(MESSAGE_SEQ.gt(val(null, MESSAGE_SEQ)))
                        .and(MESSAGE_SEQ.le(val(null, MESSAGE_SEQ)));
            case CHANNEL_TIME ->
                MESSAGE_STREAM_ID.eq(val(null, MESSAGE_STREAM_ID)).and(behind);
            case USER_TIME -> {
                Field<String> user = sqlite ? MESSAGE_USER_ID : MESSAGE_USER_KEY;
                yield user.eq(val(null, user)).and(behind);
            }
            case TIME -> behind;
        };
    }

    /**
     * What stands behind a place. As a comparison of rows where the database goes along an index with it; MySQL does only with
     * the same written as alternatives.
     */
    private Condition behind(List<Field<Long>> order, boolean newestFirst) {
        if (sqlite) {
            var place = row(order.stream().map(field -> val(null, field)).toList());
            return newestFirst ? row(order).lt(place) : row(order).gt(place);
        }
        Condition[] alternatives = new Condition[order.size()];
        for (int i = 0; i < alternatives.length; i++) {
            Field<Long> last = order.get(i);
            Condition alternative = newestFirst ? last.lt(val(null, last)) : last.gt(val(null, last));
            for (int before = i - 1; before >= 0; before--) {
                alternative = order.get(before).eq(val(null, order.get(before))).and(alternative);
            }
            alternatives[i] = alternative;
        }
        return or(alternatives);
    }

    /** Whether the index over users holds them whole. */
    boolean hasWholeUser() {
        return sqlite;
    }

    /** The values of a place in the order in which {@link #along} binds them. */
    List<Long> bindPlace(List<Long> place) {
        if (sqlite) {
            return place;
        }
        return IntStream.rangeClosed(1, place.size())
                .boxed()
                .flatMap(length -> place.subList(0, length).stream())
                .toList();
    }

    /**
     * Rows by their keys. Binds stream and seq of each; returns stream, append id, seq and what follows it in {@link
     * SqlTexts#insertMessages}.
     */
    String rows(int rows) {
        Condition one = MESSAGE_STREAM_ID.eq(val(null, MESSAGE_STREAM_ID)).and(MESSAGE_SEQ.eq(val(null, MESSAGE_SEQ)));
        return text(
                "rows " + rows,
                context -> context.select(WHOLE).from(MESSAGE).where(or(Collections.nCopies(rows, one))));
    }

    /** Binds ids; returns id, channel, epoch, trimmed to. */
    String streamsById(int streams) {
        return text("streams by id " + streams, context -> context.select(
                        STREAM_ID, STREAM_CHANNEL, STREAM_EPOCH, STREAM_TRIMMED_TO)
                .from(STREAM)
                .where(STREAM_ID.in(Collections.nCopies(streams, val(null, STREAM_ID)))));
    }

    /** Binds a channel; returns id, channel, epoch, trimmed to. */
    String streamOf() {
        return text("stream of", context -> context.select(STREAM_ID, STREAM_CHANNEL, STREAM_EPOCH, STREAM_TRIMMED_TO)
                .from(STREAM)
                .where(STREAM_CHANNEL.eq(val(null, STREAM_CHANNEL))));
    }

    /** Binds the channel before, the first channel, limit; returns id, channel, in the order of channels. */
    String channelsAfter() {
        return text("channels after", context -> context.select(STREAM_ID, STREAM_CHANNEL)
                .from(STREAM)
                .where(STREAM_CHANNEL.gt(val(null, STREAM_CHANNEL)))
                .and(STREAM_CHANNEL.ge(val(null, STREAM_CHANNEL)))
                .orderBy(STREAM_CHANNEL)
                .limit(val(null, Integer.class)));
    }

    /** Binds ids; returns id, channel, epoch, trimmed to, top of the rows, created at of the first row, of the last one. */
    String summaries(int streams) {
        return text("summaries " + streams, context -> context.select(
                        STREAM_ID,
                        STREAM_CHANNEL,
                        STREAM_EPOCH,
                        STREAM_TRIMMED_TO,
                        coalesce(edge(MESSAGE_SEQ, true), inline(0L)),
                        edge(MESSAGE_CREATED_AT, false),
                        edge(MESSAGE_CREATED_AT, true))
                .from(STREAM)
                .where(STREAM_ID.in(Collections.nCopies(streams, val(null, STREAM_ID)))));
    }

    /** Binds stream, after, limit; returns seq, append id, created at, bytes of the payload. */
    String storedRows() {
        return text("stored rows", context -> context.select(
                        MESSAGE_SEQ, MESSAGE_APPEND_ID, MESSAGE_CREATED_AT, function("length", BIGINT, MESSAGE_PAYLOAD))
                .from(MESSAGE)
                .where(MESSAGE_STREAM_ID.eq(val(null, MESSAGE_STREAM_ID)))
                .and(MESSAGE_SEQ.gt(val(null, MESSAGE_SEQ)))
                .orderBy(MESSAGE_SEQ)
                .limit(val(null, Integer.class)));
    }

    /** Of the first or last row that is not deleted; a maximum would be looked for in all of them by some servers. */
    private Field<Long> edge(Field<Long> what, boolean last) {
        return field(select(what)
                .from(indexed(Path.OFFSETS))
                .where(MESSAGE_STREAM_ID.eq(STREAM_ID))
                .and(MESSAGE_SEQ.gt(STREAM_TRIMMED_TO))
                .orderBy( // both, or MySQL sorts the whole stream
                        last ? MESSAGE_STREAM_ID.desc() : MESSAGE_STREAM_ID.asc(),
                        last ? MESSAGE_SEQ.desc() : MESSAGE_SEQ.asc())
                .limit(inline(1)));
    }

    private String text(String what, Function<DSLContext, Query> query) {
        return rendered.computeIfAbsent(what, key -> query.apply(dsl).getSQL(ParamType.INDEXED));
    }
}
