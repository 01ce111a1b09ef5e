package dev.relay.jdbc;

import static java.util.Objects.requireNonNull;

import dev.relay.jdbc.SearchTexts.Path;
import dev.relay.journal.JournalCursor;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.JournalPage;
import dev.relay.journal.JournalQuery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jooq.SQLDialect;
import org.jspecify.annotations.Nullable;

/**
 * Finds publications along an index, a few hundred rows at a time, each time from the row where the last ones ended. What no
 * index knows – a connection, tags, a pattern of channels – is compared here, on rows without their payloads; only what is asked
 * for is then read whole. So a search that finds little looks at much, but never longer than it may.
 *
 * <p>Threads as in {@link ReaderPool}.
 */
final class JournalSearch {
    private static final int FIRST_ROWS = 128;
    private static final int FIRST_WHOLE_ROWS = 64; // they come with their payloads

    private final ReaderPool pool;
    private final SearchTexts sql;

    JournalSearch(ReaderPool pool, SQLDialect dialect) {
        this.pool = pool;
        this.sql = new SearchTexts(dialect);
    }

    JournalPage find(JournalQuery query) {
        return pool.read("find publications", connection -> {
            FoundStreams streams = new FoundStreams(connection, sql);
            String channel = query.channel();
            FoundStreams.Stream stream = channel == null ? null : streams.of(channel);
            JournalCursor position = query.position();
            boolean foreign = stream == null || (position != null && position.streamId() != stream.id());
            if (channel != null && position != null && !query.byTime() && foreign) {
                throw new JournalException(Reason.REFUSED, "the cursor is one of another channel than " + channel);
            }
            if (channel != null && stream == null) {
                return new JournalPage(List.of(), query.cursor(), false);
            }
            return new Search(connection, query, stream, streams).page();
        });
    }

    /** One page in the making. */
    private final class Search {
        private final Connection connection;
        private final JournalQuery query;
        private final FoundStreams.@Nullable Stream stream;
        private final FoundStreams streams;
        private final FoundEntries found;
        private final Path path;
        private final boolean whole;
        private final long deadlineNanos;
        private JournalCursor place;

        Search(Connection connection, JournalQuery query, FoundStreams.@Nullable Stream stream, FoundStreams streams) {
            this.connection = connection;
            this.query = query;
            this.stream = stream;
            this.streams = streams;
            this.path = path(query);
            this.whole = isCovered(query, path);
            this.found = new FoundEntries(connection, query, sql, streams);
            this.deadlineNanos = System.nanoTime() + query.timeLimit().toNanos();
            this.place = start();
        }

        JournalPage page() throws SQLException {
            PageSize size = new PageSize(whole ? FIRST_WHOLE_ROWS : FIRST_ROWS);
            boolean more = true;
            try (PreparedStatement select = connection.prepareStatement(sql.along(path, query.newestFirst(), whole))) {
                while (more) {
                    int asked = Math.min(size.rows(), whole ? found.room() : Integer.MAX_VALUE);
                    long began = System.nanoTime();
                    bind(select, asked);
                    int rows = whole ? takeWhole(select) : takeMatching(select);
                    more = rows == asked;
                    if (found.isFull() || System.nanoTime() - deadlineNanos >= 0) {
                        break;
                    }
                    size.adapt(System.nanoTime() - began, whole ? bytesPerRow() : 0);
                }
            }
            String cursor = place.equals(start()) ? query.cursor() : place.text();
            return new JournalPage(found.entries(), cursor, more || found.isFull());
        }

        private long bytesPerRow() {
            return found.bytes() / Math.max(1, found.entries().size());
        }

        private void bind(PreparedStatement select, int limit) throws SQLException {
            int at = 1;
            switch (path) {
                case OFFSETS, CHANNEL_TIME ->
                    select.setLong(at++, requireNonNull(stream).id());
                case USER_TIME -> select.setString(at++, userKey());
                case TIME -> {}
            }
            List<Long> values;
            if (path == Path.OFFSETS) {
                long trimmedTo = requireNonNull(stream).trimmedTo();
                long after = Math.max(trimmedTo, query.newestFirst() ? query.afterOffset() : place.offset());
                values = List.of(after, query.newestFirst() ? place.offset() - 1 : query.throughOffset());
            } else {
                select.setLong(at++, query.newestFirst() ? query.fromMicros() : query.toMicros());
                values = sql.bindPlace(
                        path == Path.CHANNEL_TIME
                                ? List.of(place.timeMicros(), place.offset())
                                : List.of(place.timeMicros(), place.streamId(), place.offset()));
            }
            for (long value : values) {
                select.setLong(at++, value);
            }
            select.setInt(at, limit);
        }

        /** As much of the user as the index holds; what it cannot tell apart, the filter does. */
        private String userKey() {
            String user = requireNonNull(query.user());
            int end = user.codePointCount(0, user.length()) <= SearchTexts.USER_KEY
                    ? user.length()
                    : user.offsetByCodePoints(0, SearchTexts.USER_KEY);
            return sql.hasWholeUser() ? user : user.substring(0, end);
        }

        /** Where to begin: the cursor, or the edge of what is asked for. */
        private JournalCursor start() {
            JournalCursor position = query.position();
            boolean down = query.newestFirst();
            long edge =
                    down ? Long.MIN_VALUE : Long.MAX_VALUE; // of what has the same microsecond, nothing stands before
            JournalCursor first;
            if (!query.byTime()) {
                long end = query.throughOffset() == Long.MAX_VALUE ? Long.MAX_VALUE : query.throughOffset() + 1;
                long id = requireNonNull(stream).id();
                first = new JournalCursor(false, down, 0, id, down ? end : query.afterOffset());
            } else if (down) {
                first = new JournalCursor(true, true, query.toMicros(), edge, edge);
            } else {
                boolean all = query.fromMicros() == Long.MIN_VALUE;
                first = new JournalCursor(true, false, all ? Long.MIN_VALUE : query.fromMicros() - 1, edge, edge);
            }
            if (position == null) {
                return first;
            }
            boolean behind = down ? position.compareTo(first) < 0 : position.compareTo(first) > 0;
            return behind ? position : first; // a cursor is no way around the bounds
        }

        private int takeWhole(PreparedStatement select) throws SQLException {
            List<FoundEntries.Row> rows = FoundEntries.wholeRows(select);
            streams.resolve(rows.stream().map(FoundEntries.Row::streamId).toList());
            for (FoundEntries.Row row : rows) {
                if (!found.add(row)) {
                    break;
                }
                place = row.at(query);
            }
            return rows.size();
        }

        private int takeMatching(PreparedStatement select) throws SQLException {
            List<FilteredRow> rows = FilteredRow.all(select);
            streams.resolve(rows.stream().map(FilteredRow::streamId).toList());
            List<JournalCursor> matching = new ArrayList<>();
            for (FilteredRow row : rows) {
                FoundStreams.Stream in = streams.byId(row.streamId());
                place = row.at(query);
                if (in != null && row.offset() > in.trimmedTo() && row.isAskedFor(query, in.channel())) {
                    matching.add(place);
                    if (matching.size() == found.room()) {
                        break;
                    }
                }
            }
            JournalCursor last = found.addAll(matching);
            place = last == null ? place : last;
            return rows.size();
        }
    }

    private static Path path(JournalQuery query) {
        if (!query.byTime()) {
            return Path.OFFSETS;
        } else if (query.channel() != null) {
            return Path.CHANNEL_TIME;
        }
        return query.user() != null ? Path.USER_TIME : Path.TIME;
    }

    /** Whether the path alone decides, so that every row of it is found. */
    private static boolean isCovered(JournalQuery query, Path path) {
        String user = query.user();
        boolean userCovered = user == null || (path == Path.USER_TIME && user.length() < SearchTexts.USER_KEY);
        boolean offsetsCovered =
                path == Path.OFFSETS || (query.afterOffset() == 0 && query.throughOffset() == Long.MAX_VALUE);
        return userCovered
                && offsetsCovered
                && query.client() == null
                && query.channels() == null
                && query.tags().isEmpty();
    }
}
