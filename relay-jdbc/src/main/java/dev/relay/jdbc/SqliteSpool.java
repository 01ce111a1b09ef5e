package dev.relay.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.relay.Publication;
import dev.relay.RelayClock;
import dev.relay.jdbc.Transactions.DuplicateException;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.KeptKey;
import dev.relay.journal.ReadRange;
import dev.relay.journal.Spool;
import dev.relay.journal.Spooled;
import dev.relay.journal.SpooledStream;
import dev.relay.journal.StreamState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A spool in a SQLite file: as durable as a journal in one, written with the same settings. The file grows to at most the given
 * size, and is made small again when it is empty.
 *
 * <p>The driver is the host's to add: {@code org.xerial:sqlite-jdbc}.
 *
 * <p><b>Threading.</b> As {@link Spool} says. One connection writes and one reads, each under a lock.
 */
public final class SqliteSpool implements Spool {
    /** What a spool may grow to unless said otherwise. */
    public static final long DEFAULT_MAX_BYTES = 1L << 30;

    /** The smallest size there is: less would not take one batch. */
    public static final long MIN_MAX_BYTES = 1L << 20;

    private static final long SHRINK_BYTES = 16L << 20;
    private static final int BALLAST_BYTES = 256 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(SqliteSpool.class);

    private final SqliteDatabase database;
    private final long maxBytes;
    private final Transactions writing; // under its own lock, as all that follows
    private final Transactions reading; // under its own lock
    private boolean open;
    private boolean inDoubt;
    private boolean uncounted; // a removal has failed, and may have happened
    private long pageBytes = 1;

    // What is known to be committed; written under the lock of writing, read by any thread. What the file holds behind
    // the
    // last position is an append that failed in its commit: nobody was told that it is there, and it is never returned.
    private volatile Size size = new Size(0, 0);
    private volatile long last;

    private SqliteSpool(Path file, long maxBytes) {
        if (maxBytes < MIN_MAX_BYTES) {
            throw new IllegalArgumentException("a spool must have at least " + MIN_MAX_BYTES + " bytes: " + maxBytes);
        }
        this.database = new SqliteDatabase(file, RelayClock.system());
        this.maxBytes = maxBytes;
        this.writing = new Transactions(database, Database.Use.WRITE);
        this.reading = new Transactions(database, Database.Use.READ);
    }

    /** A spool in this file, which is made when missing, of at most {@link #DEFAULT_MAX_BYTES}. */
    public static SqliteSpool at(Path file) {
        return at(file, DEFAULT_MAX_BYTES);
    }

    /**
     * A spool in this file, which is made when missing.
     *
     * @param maxBytes what the file may grow to, at least {@link #MIN_MAX_BYTES}; its write-ahead log comes on top, some
     *     16 MiB
     */
    public static SqliteSpool at(Path file, long maxBytes) {
        return new SqliteSpool(file, maxBytes);
    }

    @Override
    public void open() {
        synchronized (writing) {
            if (open) {
                return;
            }
            boolean opened = false;
            try {
                database.lock("spool");
                writing.run("prepare the spool", transaction -> {
                    try (Statement statement = transaction.connection().createStatement()) {
                        for (String sql : schema()) {
                            statement.execute(sql);
                        }
                    }
                });
                long held = writing.call("look into the spool", transaction -> {
                    last = number(transaction, "SELECT COALESCE(MAX(position), 0) FROM relay_spool");
                    pageBytes = number(transaction, "PRAGMA page_size");
                    return number(transaction, "SELECT COUNT(*) FROM relay_spool");
                });
                size = new Size(held, usedBytes());
                open = true;
                opened = true;
            } finally {
                if (!opened) {
                    writing.disconnect();
                    database.unlock();
                }
            }
        }
    }

    @Override
    public void append(List<Spooled> batch) {
        synchronized (writing) {
            checkOpen();
            try {
                writing.callUnique("spool " + batch.size() + " publications", transaction -> {
                    limit(transaction);
                    if (inDoubt) {
                        SpoolRows.forgetAfter(transaction, last);
                    }
                    SpoolRows.insert(transaction, batch, last + 1);
                    return true;
                });
            } catch (DuplicateException e) {
                throw new JournalException(Reason.REFUSED, "the spool is damaged: " + e.getMessage(), e);
            } catch (JournalException e) {
                inDoubt = true;
                throw explained(e);
            }
            inDoubt = false;
            last += batch.size();
            size = new Size(size.publications() + batch.size(), usedBytes());
        }
    }

    @Override
    public void heartbeat() {
        synchronized (writing) {
            checkOpen();
            long used = usedBytes();
            if (used > maxBytes - maxBytes / 8) { // or it would be full again with the next batch
                throw full(used);
            }
            try {
                writing.run("try the spool's disk", transaction -> {
                    limit(transaction);
                    SpoolRows.ballast(transaction, BALLAST_BYTES);
                });
                writing.run("tidy the spool up", transaction -> SpoolRows.ballast(transaction, 0));
            } catch (JournalException e) {
                throw explained(e);
            }
        }
    }

    @Override
    public List<Spooled> oldest(int maxPublications, long maxBytes) {
        List<Spooled> found = read(
                "read the oldest of the spool",
                transaction -> SpoolRows.oldest(transaction, last, maxPublications, maxBytes));
        if (found.isEmpty() && size.publications() > 0) {
            recount();
        }
        return found;
    }

    @Override
    public void remove(long through) {
        synchronized (writing) {
            checkOpen();
            change("remove from the spool", transaction -> SpoolRows.remove(transaction, Math.min(through, last)));
            if (size.publications() == 0) {
                shrink();
            }
        }
    }

    @Override
    public List<SpooledStream> streams(String channel) {
        return read("look for a stream in the spool", transaction -> SpoolRows.streams(transaction, channel, last));
    }

    @Override
    public List<KeptKey> keys(SpooledStream stream) {
        return read("look for keys in the spool", transaction -> SpoolRows.keys(transaction, stream, last));
    }

    @Override
    public List<Publication> read(ReadRange range) {
        return read("read from the spool", transaction -> SpoolRows.read(transaction, range, last));
    }

    @Override
    public void rename(SpooledStream from, StreamState to, long first) {
        synchronized (writing) {
            checkOpen();
            writing.run("rename a spooled stream", transaction -> SpoolRows.rename(transaction, from, to, first, last));
        }
    }

    @Override
    public void setAside(long position, String why) {
        synchronized (writing) {
            checkOpen();
            change("set a publication aside", transaction -> SpoolRows.setAside(transaction, position, why));
        }
    }

    @Override
    public Size size() {
        return size;
    }

    @Override
    public long maxBytes() {
        return maxBytes;
    }

    @Override
    public void close() {
        synchronized (writing) {
            open = false;
            writing.disconnect();
            synchronized (reading) {
                reading.disconnect();
            }
            database.unlock();
        }
    }

    /** Does what makes it hold less by as many as it returns. */
    private void change(String what, Transactions.Question<Long> change) {
        boolean certain = !uncounted;
        uncounted = true;
        long less = writing.call(what, change);
        uncounted = false;
        if (certain) {
            size = new Size(size.publications() - less, usedBytes());
        } else {
            recount();
        }
    }

    private void recount() {
        synchronized (writing) {
            checkOpen();
            long held = writing.call("count the spool", transaction -> SpoolRows.count(transaction, last));
            uncounted = false;
            size = new Size(held, usedBytes());
        }
    }

    private <T> T read(String what, Transactions.Question<T> question) {
        synchronized (reading) {
            if (!open) {
                throw closed();
            }
            return reading.callReading(what, question);
        }
    }

    private void checkOpen() {
        if (!open) {
            throw closed();
        }
    }

    private JournalException closed() {
        return new JournalException(Reason.UNAVAILABLE, "the spool is not open: " + database.target());
    }

    /** The file's own limit, which holds for the connection that sets it: the database refuses to grow beyond. */
    private void limit(Transactions transaction) throws SQLException {
        number(transaction, "PRAGMA max_page_count = " + Math.max(1, maxBytes / pageBytes));
    }

    /** An append that fails because of the limit should not sound as if the disk were full. */
    private JournalException explained(JournalException failure) {
        boolean isFull = failure.getCause() instanceof SQLException cause && cause.getErrorCode() == 13;
        return isFull && usedBytes() > maxBytes / 2 ? full(usedBytes()) : failure;
    }

    private JournalException full(long used) {
        return new JournalException(
                Reason.UNAVAILABLE,
                "the spool is full: " + size.publications() + " publications take " + used + " of " + maxBytes
                        + " bytes in " + database.target());
    }

    /** What is in use of the file; what it was before, when it cannot be told. */
    private long usedBytes() {
        try {
            return writing.callPlain("ask for the size of the spool", transaction -> {
                return (number(transaction, "PRAGMA page_count") - number(transaction, "PRAGMA freelist_count"))
                        * pageBytes;
            });
        } catch (JournalException e) {
            return size.bytes();
        }
    }

    /** Gives the disk back after an outage that was long. */
    private void shrink() {
        try {
            long fileBytes = writing.callPlain(
                    "ask for the size of the spool",
                    transaction -> number(transaction, "PRAGMA page_count") * pageBytes);
            if (fileBytes < SHRINK_BYTES) {
                return;
            }
            writing.disconnect(); // statements that are prepared count as being in progress
            writing.callPlain("shrink the spool", transaction -> {
                try (Statement statement = transaction.connection().createStatement()) {
                    statement.execute("VACUUM");
                    statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
                }
                return true;
            });
            size = new Size(size.publications(), usedBytes());
        } catch (JournalException e) {
            LOG.debug("the spool stays as large as it is, and is used again", e);
        }
    }

    private static long number(Transactions transaction, String sql) throws SQLException {
        try (Statement statement = transaction.connection().createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    private static String[] schema() {
        try (InputStream in = SqliteSpool.class.getResourceAsStream("spool-1-sqlite.sql")) {
            if (in == null) {
                throw new IllegalStateException("missing from the jar: spool-1-sqlite.sql");
            }
            String text = new String(in.readAllBytes(), UTF_8);
            return text.replaceAll("--[^\n]*", "").strip().split(";\\s*");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
