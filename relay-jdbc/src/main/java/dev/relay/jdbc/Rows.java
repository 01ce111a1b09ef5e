package dev.relay.jdbc;

import dev.relay.ClientInfo;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.StreamPosition;
import dev.relay.journal.Append;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** A publication as a row of {@code relay_message}, in the order of columns that {@link SqlTexts} says. */
final class Rows {
    static final int COLUMNS = 11;

    private static final int JSON_PAYLOAD = 1;
    private static final int JSON_CONN_INFO = 2;
    private static final int JSON_CHAN_INFO = 4;
    private static final int WITHHELD_PAYLOAD = 8;

    /** What a row takes beside its payloads, about; for keeping statements below the server's limit. */
    private static final int FIXED_BYTES = 128;

    private Rows() {}

    /** Binds a row, its first value at {@code first}. */
    static void bind(PreparedStatement statement, int first, Append append) throws SQLException {
        Publication publication = append.publication();
        ClientInfo info = publication.info();
        Payload connInfo = info == null ? null : info.connInfo();
        Payload chanInfo = info == null ? null : info.chanInfo();
        int kind = json(publication.data(), JSON_PAYLOAD)
                | json(connInfo, JSON_CONN_INFO)
                | json(chanInfo, JSON_CHAN_INFO)
                | (publication.data().isWithheld() ? WITHHELD_PAYLOAD : 0);
        int at = first;
        statement.setLong(at++, append.streamId());
        statement.setLong(at++, publication.offset());
        statement.setLong(at++, append.appendId());
        statement.setLong(at++, publication.timeMicros());
        bind(statement, at++, info == null ? null : info.client());
        bind(statement, at++, info == null ? null : info.user());
        bind(statement, at++, connInfo);
        bind(statement, at++, chanInfo);
        statement.setInt(at++, kind);
        bind(statement, at++, TagsJson.write(publication.tags()));
        statement.setBytes(at, publication.data().toByteArray());
    }

    private static int json(@Nullable Payload payload, int bit) {
        return payload != null && payload.isJson() ? bit : 0;
    }

    private static void bind(PreparedStatement statement, int at, @Nullable String value) throws SQLException {
        if (value == null) {
            statement.setNull(at, Types.VARCHAR);
        } else {
            statement.setString(at, value);
        }
    }

    private static void bind(PreparedStatement statement, int at, @Nullable Payload value) throws SQLException {
        if (value == null) {
            statement.setNull(at, Types.VARBINARY);
        } else {
            statement.setBytes(at, value.toByteArray());
        }
    }

    /** Reads a row that begins with the stream's epoch. */
    static Publication read(ResultSet row) throws SQLException {
        return read(row, row.getString(1), 2);
    }

    /** Reads a row whose offset stands at {@code first}; the rest follows, without the append id. */
    static Publication read(ResultSet row, String epoch, int first) throws SQLException {
        int at = first;
        StreamPosition position = new StreamPosition(row.getLong(at++), epoch);
        long timeMicros = row.getLong(at++);
        String client = row.getString(at++);
        String user = row.getString(at++);
        byte[] connInfo = row.getBytes(at++);
        byte[] chanInfo = row.getBytes(at++);
        int kind = row.getInt(at++);
        String tags = row.getString(at++);
        ClientInfo info = null;
        if (client != null) {
            info = new ClientInfo(
                    user, client, optional(connInfo, kind & JSON_CONN_INFO), optional(chanInfo, kind & JSON_CHAN_INFO));
        }
        Payload data =
                (kind & WITHHELD_PAYLOAD) != 0 ? Payload.withheld() : payload(row.getBytes(at), kind & JSON_PAYLOAD);
        return new Publication(data, info, TagsJson.read(tags), position, timeMicros);
    }

    private static @Nullable Payload optional(byte @Nullable [] bytes, int json) {
        return bytes == null ? null : payload(bytes, json);
    }

    private static Payload payload(byte @Nullable [] bytes, int json) {
        if (bytes == null) {
            return Payload.empty(); // how one driver reads a blob without bytes
        }
        return json != 0 ? Payload.verifiedJson(bytes, 0, bytes.length) : Payload.of(bytes);
    }

    /** About how many bytes a row takes in a statement. */
    static long size(Append append) {
        Publication publication = append.publication();
        ClientInfo info = publication.info();
        long bytes = FIXED_BYTES + publication.data().size();
        if (info != null) {
            bytes += size(info.connInfo())
                    + size(info.chanInfo())
                    + 3L * info.user().length();
        }
        return bytes;
    }

    private static int size(@Nullable Payload payload) {
        return payload == null ? 0 : payload.size();
    }
}
