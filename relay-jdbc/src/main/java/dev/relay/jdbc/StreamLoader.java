package dev.relay.jdbc;

import static java.util.Objects.requireNonNull;

import dev.relay.Durability;
import dev.relay.RelayClock;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Finds and makes rows of {@code relay_stream}. One thread at a time. */
final class StreamLoader {
    /** What the column takes, and what every database can index. */
    private static final int MAX_CHANNEL_BYTES = 255;

    private static final int CHUNK = 512;

    /** A stream and the run that used it as an asynchronous one last. */
    private record Row(StreamState state, @Nullable Long run, boolean runClosed, boolean hasKeys) {}

    private final SqlTexts sql;
    private final RelayClock clock;
    private final KeyStore keys;
    private final RandomGenerator random = new SecureRandom();

    StreamLoader(SqlTexts sql, RelayClock clock, KeyStore keys) {
        this.sql = sql;
        this.clock = clock;
        this.keys = keys;
    }

    static void checkNames(List<StreamRequest> requests) {
        for (StreamRequest request : requests) {
            try {
                ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(request.channel()));
                if (bytes.remaining() > MAX_CHANNEL_BYTES) {
                    throw new JournalException(
                            Reason.REFUSED,
                            "the name of a channel takes at most " + MAX_CHANNEL_BYTES
                                    + " bytes in UTF-8, but this one " + bytes.remaining() + ": " + request.channel());
                }
            } catch (CharacterCodingException e) {
                // stored as '?', two different names would become one stream
                throw new JournalException(Reason.REFUSED, "the name of a channel has half a surrogate pair", e);
            }
        }
    }

    /** Loads the streams, within a transaction that has checked that {@code run} is the owner. */
    List<StreamState> load(Transactions transaction, List<StreamRequest> requests, long run) throws SQLException {
        List<StreamState> states = new ArrayList<>(requests.size());
        int keysLeft = Journal.MAX_KEYS_PER_LOAD;
        for (int from = 0; from < requests.size(); from += CHUNK) {
            List<StreamRequest> chunk = requests.subList(from, Math.min(from + CHUNK, requests.size()));
            keysLeft = loadChunk(transaction, chunk, run, keysLeft, states);
        }
        return states;
    }

    /** Returns how many keys may still be loaded. */
    private int loadChunk(
            Transactions transaction, List<StreamRequest> requests, long run, int maxKeys, List<StreamState> states)
            throws SQLException {
        int keysLeft = maxKeys;
        Map<String, Row> found = select(transaction, requests);
        List<StreamRequest> missing = requests.stream()
                .filter(request -> !found.containsKey(request.channel()))
                .toList();
        if (!missing.isEmpty()) {
            insert(transaction, missing, run);
            found.putAll(select(transaction, missing));
        }
        for (StreamRequest request : requests) {
            Row row = requireNonNull(found.get(request.channel()), "the row just inserted");
            StreamState state = prove(transaction, request, row, run);
            if (row.hasKeys()) {
                state = keys.load(transaction, state, keysLeft);
                keysLeft -= state.keys().size();
            }
            states.add(state);
        }
        return keysLeft;
    }

    /** Gives the stream a new epoch if nothing proves that it is whole, and notes who uses it now. */
    private StreamState prove(Transactions transaction, StreamRequest request, Row row, long run) throws SQLException {
        StreamState state = row.state();
        boolean ours = row.run() != null && row.run() == run;
        boolean inDoubt = row.run() != null && !ours && !row.runClosed();
        boolean async = request.durability() == Durability.ASYNC;
        if (!inDoubt && (ours || !async)) {
            return state;
        }
        String epoch = inDoubt ? StreamState.newEpoch(random) : state.epoch();
        PreparedStatement update = transaction.prepare(sql.updateStream());
        update.setString(1, epoch);
        bindRun(update, 2, async, run);
        update.setLong(3, state.streamId());
        update.executeUpdate();
        return new StreamState(state.channel(), state.streamId(), epoch, state.top(), state.trimmedTo());
    }

    /** Gives a stream a new epoch, within a transaction that has checked the ownership. */
    StreamState renew(Transactions transaction, long streamId) throws SQLException {
        String epoch = StreamState.newEpoch(random);
        PreparedStatement update = transaction.prepare(sql.renewStream());
        update.setString(1, epoch);
        update.setLong(2, streamId);
        update.executeUpdate();
        PreparedStatement select = transaction.prepare(sql.selectTops(1));
        select.setLong(1, streamId);
        try (ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                throw new JournalException(Reason.REFUSED, "no stream has the id " + streamId + "; load it first");
            }
            long trimmedTo = row.getLong(2);
            long top = Math.max(trimmedTo, row.getLong(3));
            return new StreamState(row.getString(5), streamId, epoch, top, trimmedTo);
        }
    }

    private static void bindRun(PreparedStatement statement, int at, boolean async, long run) throws SQLException {
        if (async) {
            statement.setLong(at, run);
        } else {
            statement.setNull(at, Types.BIGINT);
        }
    }

    private Map<String, Row> select(Transactions transaction, List<StreamRequest> requests) throws SQLException {
        Map<String, Row> found = new HashMap<>();
        int size = SqlTexts.sizeFor(requests.size());
        PreparedStatement select = transaction.prepare(sql.selectStreams(size));
        for (int i = 0; i < size; i++) { // the last one fills up
            select.setString(
                    1 + i, requests.get(Math.min(i, requests.size() - 1)).channel());
        }
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                long trimmedTo = rows.getLong(4);
                long top = Math.max(trimmedTo, rows.getLong(5));
                long lastRun = rows.getLong(6);
                Long run = rows.wasNull() ? null : lastRun;
                rows.getLong(7);
                boolean closed = !rows.wasNull();
                StreamState state =
                        new StreamState(rows.getString(2), rows.getLong(1), rows.getString(3), top, trimmedTo);
                boolean hasKeys = rows.getInt(8) == 1;
                found.put(state.channel(), new Row(state, run, closed, hasKeys));
            }
        }
        return found;
    }

    private void insert(Transactions transaction, List<StreamRequest> missing, long run) throws SQLException {
        long now = clock.epochMicros();
        for (int from = 0; from < missing.size(); ) {
            int size = SqlTexts.sizeUpTo(missing.size() - from);
            PreparedStatement insert = transaction.prepare(sql.insertStreams(size));
            int at = 1;
            for (StreamRequest request : missing.subList(from, from + size)) {
                insert.setString(at++, request.channel());
                insert.setString(at++, StreamState.newEpoch(random));
                insert.setLong(at++, 0);
                bindRun(insert, at++, request.durability() == Durability.ASYNC, run);
                insert.setLong(at++, now);
            }
            insert.executeUpdate();
            from += size;
        }
    }
}
