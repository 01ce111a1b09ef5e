package dev.relay.jdbc;

import static java.util.Objects.requireNonNull;

import dev.relay.InvalidConfigurationException;
import dev.relay.Publication;
import dev.relay.RelayClock;
import dev.relay.journal.Append;
import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventQuery;
import dev.relay.journal.Journal;
import dev.relay.journal.JournalException;
import dev.relay.journal.JournalException.Reason;
import dev.relay.journal.JournalPage;
import dev.relay.journal.JournalQuery;
import dev.relay.journal.ReadRange;
import dev.relay.journal.StoredPublication;
import dev.relay.journal.StoredStream;
import dev.relay.journal.StreamPage;
import dev.relay.journal.StreamQuery;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A journal in a SQL database: MySQL 8.0–9.x, or SQLite in a file.
 *
 * <p>The JDBC driver is the host's to add: {@code com.mysql:mysql-connector-j} or {@code org.xerial:sqlite-jdbc}. Nothing
 * is connected or loaded before {@link #open}.
 *
 * <p><b>Threading.</b> As {@link Journal} says. One connection writes, up to four read; a call gives up after a few
 * seconds without an answer.
 */
public final class JdbcJournal implements Journal {
    private final Database database;
    private final RelayClock clock;
    private final String nodeId;
    private final @Nullable ThreadFactory threads;

    // written by open and close, read by read: publishes the session's pool and statements
    private volatile @Nullable Session session;
    private boolean warned;
    private final AtomicBoolean drained = new AtomicBoolean();

    private JdbcJournal(Builder builder, Database database) {
        this.database = database;
        this.clock = builder.clock;
        this.nodeId = builder.nodeId;
        this.threads = builder.threads;
    }

    /** Starts from the defaults; {@link Builder#url} is required. */
    public static Builder builder() {
        return new Builder();
    }

    /** A journal in this SQLite file, which is made when missing. */
    public static JdbcJournal sqlite(Path file) {
        return builder().url(SqliteDatabase.PREFIX + file).build();
    }

    @Override
    public void open() {
        Session open = session;
        if (open != null) {
            open.heartbeat();
            return;
        }
        Session opening = new Session(database, clock, nodeId, threads);
        opening.open(!warned);
        warned = true;
        session = opening;
    }

    @Override
    public List<String> warnings() {
        Session open = session;
        return open == null ? List.of() : open.warnings();
    }

    @Override
    public List<StreamState> load(List<StreamRequest> requests) {
        return session().load(requests);
    }

    @Override
    public void append(List<Append> batch) {
        session().append(batch);
    }

    @Override
    public StreamState renew(long streamId) {
        return session().renew(streamId);
    }

    @Override
    public long trim(long streamId, long through) {
        return session().trim(streamId, through);
    }

    @Override
    public void log(List<ConnectionEvent> events) {
        session().log(events);
    }

    @Override
    public int removeEvents(long beforeMicros) {
        return session().removeEvents(beforeMicros);
    }

    @Override
    public List<ConnectionEvent> events(EventQuery query) {
        return session().events(query);
    }

    @Override
    public boolean deleteExpiredKeys(long nowMicros) {
        return session().deleteExpiredKeys(nowMicros);
    }

    @Override
    public List<StoredStream> streams(long after, int limit) {
        return session().streams(after, limit);
    }

    @Override
    public List<StoredPublication> stored(long streamId, long after, int limit) {
        return session().stored(streamId, after, limit);
    }

    @Override
    public void heartbeat() {
        session().heartbeat();
    }

    @Override
    public List<Publication> read(ReadRange range) {
        return session().read(range);
    }

    /**
     * For bringing publications in from elsewhere: makes the channel's stream with this epoch unless it has published already,
     * and returns it as it is now. Called as {@link #load}.
     *
     * @param trimmedTo where the offsets to be appended begin, less 1
     */
    public StreamState adopt(String channel, String epoch, long trimmedTo) {
        return session().adopt(channel, epoch, trimmedTo);
    }

    @Override
    public JournalPage find(JournalQuery query) {
        return session().find(query);
    }

    @Override
    public StreamPage streams(StreamQuery query) {
        return session().streams(query);
    }

    /** Takes some seconds at most when the database does not answer; the next start then finds an unclosed run. */
    @Override
    public void close() {
        Session open = session;
        session = null;
        if (open != null) {
            open.close();
        }
    }

    Database database() {
        return database;
    }

    /** Whether the caller may drain the outbox from now on, until it gives this back: only one at a time does. */
    boolean takeOutbox() {
        return drained.compareAndSet(false, true);
    }

    void giveOutboxBack() {
        drained.set(false);
    }

    String nodeId() {
        return nodeId;
    }

    @Override
    public void abandon() {
        Session open = session;
        session = null;
        if (open != null) {
            open.abandon();
        }
    }

    private Session session() {
        Session open = session;
        if (open == null) {
            throw new JournalException(Reason.UNAVAILABLE, "the journal is not open: " + database.target());
        }
        return open;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private static final int MAX_NODE_ID = 64;

        private @Nullable String url;
        private @Nullable String user;
        private @Nullable String password;
        private String nodeId = UUID.randomUUID().toString();
        private RelayClock clock = RelayClock.system();
        private @Nullable ThreadFactory threads;

        private Builder() {}

        /**
         * {@code jdbc:mysql://host:port/database} or {@code jdbc:sqlite:file}. Options of Connector/J may follow in the
         * URL and win over Relay's own, such as {@code socketTimeout}; user and password may be among them and are not
         * logged.
         */
        public Builder url(String url) {
            this.url = requireNonNull(url, "url");
            return this;
        }

        /** Database user; default none. */
        public Builder user(String user) {
            this.user = requireNonNull(user, "user");
            return this;
        }

        /** Its password; never logged. */
        public Builder password(String password) {
            this.password = requireNonNull(password, "password");
            return this;
        }

        /**
         * Names this node, stable across restarts. The caller guarantees that no two living processes use one name at a
         * time (a lock on its data directory does): an unclosed run of the same node is then dead and taken over at once.
         * Default: a random name, so that after a crash the next start on MySQL waits until the dead run has been silent
         * for 10 s. SQLite never waits: a lock beside the file proves that the owner before is dead.
         */
        public Builder nodeId(String nodeId) {
            this.nodeId = requireNonNull(nodeId, "nodeId");
            return this;
        }

        /** Where the time comes from; default {@link RelayClock#system()}. MySQL's own clock dates its owners. */
        public Builder clock(RelayClock clock) {
            this.clock = requireNonNull(clock, "clock");
            return this;
        }

        /** Makes the threads of the connection pool; default daemon threads of the pool's own. */
        public Builder threadFactory(ThreadFactory threads) {
            this.threads = requireNonNull(threads, "threads");
            return this;
        }

        /**
         * Something that only reads, beside an owner that may be running.
         *
         * @throws InvalidConfigurationException with all faults
         */
        public JdbcJournalReader buildReader() {
            return new JdbcJournalReader(build().database);
        }

        /** @throws InvalidConfigurationException with all faults */
        public JdbcJournal build() {
            List<String> faults = new ArrayList<>();
            if (nodeId.isBlank() || nodeId.length() > MAX_NODE_ID) {
                faults.add("nodeId: must have 1 to " + MAX_NODE_ID + " characters, not all blank: '" + nodeId + "'");
            }
            Database database = database(faults);
            if (database == null || !faults.isEmpty()) {
                throw new InvalidConfigurationException(faults);
            }
            return new JdbcJournal(this, database);
        }

        private @Nullable Database database(List<String> faults) {
            String form = "must be jdbc:mysql://host:port/database or jdbc:sqlite:file";
            if (url == null) {
                faults.add("url: is missing; " + form);
                return null;
            }
            if (url.startsWith(MysqlUrl.PREFIX)) {
                MysqlUrl parsed = MysqlUrl.parse(url, user, password, faults);
                return parsed == null ? null : new MysqlDatabase(parsed);
            }
            if (!url.startsWith(SqliteDatabase.PREFIX)) {
                faults.add("url: " + form); // not quoted: it may hold a password
                return null;
            }
            String file = url.substring(SqliteDatabase.PREFIX.length());
            if (file.isBlank() || file.startsWith(":") || file.startsWith("file:") || file.contains("?")) {
                faults.add("url: must name a plain file without options after " + SqliteDatabase.PREFIX + ": " + url);
                return null;
            }
            try {
                return new SqliteDatabase(Path.of(file), clock);
            } catch (InvalidPathException e) {
                faults.add("url: is not a file name: " + e.getMessage());
                return null;
            }
        }
    }
}
