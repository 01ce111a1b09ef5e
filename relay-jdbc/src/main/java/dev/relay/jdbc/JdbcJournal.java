package dev.relay.jdbc;

import static java.util.Objects.requireNonNull;

import dev.relay.Publication;
import dev.relay.journal.Append;
import dev.relay.journal.Journal;
import dev.relay.journal.ReadRange;
import dev.relay.journal.StreamRequest;
import dev.relay.journal.StreamState;
import java.nio.file.Path;
import java.util.List;

/** A journal in a SQL database: MySQL 8.0–9.x, or SQLite in a file. */
public final class JdbcJournal implements Journal {
    private JdbcJournal(Builder builder) {}

    /** Starts from the defaults; {@link Builder#url} is required. */
    public static Builder builder() {
        return new Builder();
    }

    /** A journal in this SQLite file, which is made when missing. */
    public static JdbcJournal sqlite(Path file) {
        return builder().url("jdbc:sqlite:" + file).build();
    }

    @Override
    public void open() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<StreamState> load(List<StreamRequest> requests) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void append(List<Append> batch) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void heartbeat() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Publication> read(ReadRange range) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private Builder() {}

        /** {@code jdbc:mysql://host:port/database} or {@code jdbc:sqlite:file}. */
        public Builder url(String url) {
            requireNonNull(url, "url");
            return this;
        }

        /** Database user; default none. */
        public Builder user(String user) {
            requireNonNull(user, "user");
            return this;
        }

        /** Its password; never logged. */
        public Builder password(String password) {
            requireNonNull(password, "password");
            return this;
        }

        /**
         * Names this node, stable across restarts. The caller guarantees that no two living processes use one name at a
         * time (a lock on its data directory does): an unclosed run of the same node is then dead and taken over at once.
         * Default: a random name, so that after a crash the next start waits until the dead run has been silent for 10 s.
         */
        public Builder nodeId(String nodeId) {
            requireNonNull(nodeId, "nodeId");
            return this;
        }

        /** @throws dev.relay.InvalidConfigurationException with all faults */
        public JdbcJournal build() {
            return new JdbcJournal(this);
        }
    }
}
