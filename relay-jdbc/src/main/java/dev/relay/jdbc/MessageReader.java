package dev.relay.jdbc;

import dev.relay.Publication;
import dev.relay.journal.ReadRange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads ranges. Threads as in {@link ReaderPool}. */
final class MessageReader {
    /** Rows asked for at first: a driver may fetch all of them before the first is seen, and they may be large. */
    private static final int FIRST_PAGE = 64;

    private static final int LARGEST_PAGE = 1_024;

    /** What a page may grow to hold, going by the rows seen so far. */
    private static final long PAGE_BYTES = 4 << 20;

    private final ReaderPool pool;
    private final SqlTexts sql;

    MessageReader(ReaderPool pool, SqlTexts sql) {
        this.pool = pool;
        this.sql = sql;
    }

    List<Publication> read(ReadRange range) {
        return pool.read(
                "stream=" + range.streamId() + " after=" + range.after(), connection -> pages(connection, range));
    }

    private List<Publication> pages(Connection connection, ReadRange range) throws SQLException {
        Found found = new Found(range);
        try (PreparedStatement select = connection.prepareStatement(sql.selectMessages(range.reverse()))) {
            int page = Math.min(FIRST_PAGE, range.maxPublications());
            while (page > 0) {
                select.setLong(1, range.streamId());
                select.setLong(2, found.after);
                select.setLong(3, found.through);
                select.setLong(4, range.notBeforeMicros());
                select.setInt(5, page);
                int rows = 0;
                try (ResultSet result = select.executeQuery()) {
                    while (result.next() && found.add(Rows.read(result))) {
                        rows++;
                    }
                }
                page = rows < page ? 0 : found.nextPage();
            }
        }
        return found.publications;
    }

    /** What has been read, and what is left to read. */
    private static final class Found {
        final List<Publication> publications = new ArrayList<>();
        private final ReadRange range;
        private long bytes;
        long after;
        long through;

        Found(ReadRange range) {
            this.range = range;
            this.after = range.after();
            this.through = range.through();
        }

        /** Adds one and returns true, or false if it exceeds the range's bytes. */
        boolean add(Publication publication) {
            int size = publication.data().size();
            if (!publications.isEmpty() && bytes + size > range.maxBytes()) {
                return false;
            }
            bytes += size;
            publications.add(publication);
            if (range.reverse()) {
                through = publication.offset() - 1;
            } else {
                after = publication.offset();
            }
            return true;
        }

        int nextPage() {
            long perRow = Math.max(1, bytes / publications.size());
            long rows = Math.max(1, Math.min(LARGEST_PAGE, PAGE_BYTES / perRow));
            return through > after ? (int) Math.min(rows, range.maxPublications() - publications.size()) : 0;
        }
    }
}
