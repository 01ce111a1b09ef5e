package dev.relay.jdbc;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.SQLDataType.BIGINT;
import static org.jooq.impl.SQLDataType.BLOB;
import static org.jooq.impl.SQLDataType.CLOB;
import static org.jooq.impl.SQLDataType.INTEGER;
import static org.jooq.impl.SQLDataType.VARCHAR;

import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;

/** The schema as jOOQ sees it. */
final class Tables {
    static final Table<Record> RUN = table(name("relay_run"));
    static final Field<Long> RUN_ID = column(RUN, "id", BIGINT);
    static final Field<String> RUN_NODE_ID = column(RUN, "node_id", VARCHAR);
    static final Field<Long> RUN_STARTED_AT = column(RUN, "started_at", BIGINT);
    static final Field<Long> RUN_ALIVE_AT = column(RUN, "alive_at", BIGINT);
    static final Field<Long> RUN_CLOSED_AT = column(RUN, "closed_at", BIGINT);

    static final Table<Record> STREAM = table(name("relay_stream"));
    static final Field<Long> STREAM_ID = column(STREAM, "id", BIGINT);
    static final Field<String> STREAM_CHANNEL = column(STREAM, "channel", VARCHAR);
    static final Field<String> STREAM_EPOCH = column(STREAM, "epoch", VARCHAR);
    static final Field<Long> STREAM_TRIMMED_TO = column(STREAM, "trimmed_to", BIGINT);
    static final Field<Long> STREAM_RUN_ID = column(STREAM, "run_id", BIGINT);
    static final Field<Long> STREAM_CREATED_AT = column(STREAM, "created_at", BIGINT);

    static final Table<Record> MESSAGE = table(name("relay_message"));
    static final Field<Long> MESSAGE_STREAM_ID = column(MESSAGE, "stream_id", BIGINT);
    static final Field<Long> MESSAGE_SEQ = column(MESSAGE, "seq", BIGINT);
    static final Field<Long> MESSAGE_APPEND_ID = column(MESSAGE, "append_id", BIGINT);
    static final Field<Long> MESSAGE_CREATED_AT = column(MESSAGE, "created_at", BIGINT);
    static final Field<String> MESSAGE_CLIENT_ID = column(MESSAGE, "client_id", CLOB);
    static final Field<String> MESSAGE_USER_ID = column(MESSAGE, "user_id", CLOB);
    static final Field<byte[]> MESSAGE_CONN_INFO = column(MESSAGE, "conn_info", BLOB);
    static final Field<byte[]> MESSAGE_CHAN_INFO = column(MESSAGE, "chan_info", BLOB);
    static final Field<Integer> MESSAGE_KIND = column(MESSAGE, "kind", INTEGER);
    static final Field<String> MESSAGE_TAGS = column(MESSAGE, "tags", CLOB);
    static final Field<byte[]> MESSAGE_PAYLOAD = column(MESSAGE, "payload", BLOB);

    static final Table<Record> EVENT = table(name("relay_event"));
    static final Field<Long> EVENT_ID = column(EVENT, "id", BIGINT);
    static final Field<Long> EVENT_CREATED_AT = column(EVENT, "created_at", BIGINT);
    static final Field<String> EVENT_KIND = column(EVENT, "kind", VARCHAR);
    static final Field<String> EVENT_NODE_NAME = column(EVENT, "node_name", VARCHAR);
    static final Field<String> EVENT_USER_ID = column(EVENT, "user_id", VARCHAR);
    static final Field<String> EVENT_CLIENT_ID = column(EVENT, "client_id", VARCHAR);
    static final Field<String> EVENT_CHANNEL = column(EVENT, "channel", VARCHAR);
    static final Field<String> EVENT_ADDRESS = column(EVENT, "address", VARCHAR);
    static final Field<String> EVENT_SDK = column(EVENT, "sdk", VARCHAR);
    static final Field<String> EVENT_SDK_VERSION = column(EVENT, "sdk_version", VARCHAR);
    static final Field<Integer> EVENT_CODE = column(EVENT, "code", INTEGER);
    static final Field<String> EVENT_REASON = column(EVENT, "reason", VARCHAR);
    static final Field<Long> EVENT_EVENTS = column(EVENT, "events", BIGINT);

    static final Table<Record> KEY = table(name("relay_idempotency"));
    static final Field<Long> KEY_STREAM_ID = column(KEY, "stream_id", BIGINT);
    static final Field<Long> KEY_SEQ = column(KEY, "seq", BIGINT);
    static final Field<String> KEY_TEXT = column(KEY, "idempotency_key", VARCHAR);
    static final Field<Long> KEY_EXPIRES_AT = column(KEY, "expires_at", BIGINT);

    /** What {@code relay_message_user} is about on MySQL, where it cannot be the whole user: as much as is compared. */
    static final Field<String> MESSAGE_USER_KEY = column(MESSAGE, "user_key", VARCHAR);

    private Tables() {}

    private static <T> Field<T> column(Table<?> table, String column, DataType<T> type) {
        return field(table.getQualifiedName().append(column), type);
    }
}
