package dev.relay.jdbc;

import dev.relay.Durability;
import dev.relay.Publication;
import dev.relay.RelayClock;
import dev.relay.jdbc.Transactions.DuplicateException;
import dev.relay.journal.Append;
import dev.relay.journal.ConnectionEvent;
import dev.relay.journal.EventQuery;
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
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One opening of the database, from becoming its owner to giving it up. Threads as in {@link JdbcJournal}. */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Database database;
    private final RelayClock clock;
    private final String nodeId;
    private final @Nullable ThreadFactory threads;
    private final Transactions transactions;

    /** What needs the dialect, and so a connection; set once by open. */
    private @Nullable Parts parts;

    private List<String> warnings = List.of();

    /** Set for good when another owner or a foreign row has been seen. */
    private @Nullable JournalException fenced;

    /** An append may be committed late; until the same batch has succeeded, no other answer about it is safe. */
    private boolean inDoubt;

    /** An append has failed and not been made good, so a clean end would be a lie. */
    private boolean owing;

    private record Parts(
            Ownership ownership,
            StreamLoader loader,
            StreamAdopter adopter,
            Tops tops,
            MessageWriter writer,
            KeyStore keys,
            StreamTrimmer trimmer,
            EventTable events,
            StoredReader stored,
            MessageReader reader,
            JournalSearch search,
            StreamLister lister,
            ReaderPool pool) {}

    Session(Database database, RelayClock clock, String nodeId, @Nullable ThreadFactory threads) {
        this.database = database;
        this.clock = clock;
        this.nodeId = nodeId;
        this.threads = threads;
        this.transactions = new Transactions(database, Database.Use.WRITE);
    }

    /** Becomes the owner, or leaves nothing behind. */
    void open(boolean warn) {
        boolean opened = false;
        try {
            boolean othersAreDead = database.lock(nodeId);
            exclusively(() -> {
                Schema schema = new Schema(database);
                if (transactions.call("look for the schema", schema::isOld)) {
                    schema.migrate();
                }
                SqlTexts sql = new SqlTexts(database.dialect());
                Ownership ownership = new Ownership(database, sql, clock, nodeId);
                transactions.run("become the owner", transaction -> {
                    ownership.claim(transaction, othersAreDead);
                });
                Tops tops = new Tops(sql);
                KeyStore keys = new KeyStore(sql);
                ReaderPool pool = new ReaderPool(database, threads);
                parts = new Parts(
                        ownership,
                        new StreamLoader(sql, clock, keys),
                        new StreamAdopter(sql, clock),
                        tops,
                        new MessageWriter(sql, tops, keys),
                        keys,
                        new StreamTrimmer(sql),
                        new EventTable(sql),
                        new StoredReader(sql),
                        new MessageReader(pool, sql),
                        new JournalSearch(pool, database.dialect()),
                        new StreamLister(pool, database.dialect()),
                        pool);
            });
            check(warn);
            opened = true;
        } finally {
            if (!opened) {
                end();
            }
        }
    }

    private void exclusively(Runnable work) {
        boolean alone = transactions.callPlain(
                "get the start-up lock", transaction -> database.beginExclusive(transaction.connection()));
        if (!alone) {
            throw new JournalException(
                    Reason.UNAVAILABLE, "another Relay is starting or migrating: " + database.target());
        }
        work.run();
        transactions.callPlain("give the start-up lock back", transaction -> {
            database.endExclusive(transaction.connection());
            return true;
        });
    }

    private void check(boolean warn) {
        warnings = transactions.call("use the tables", transaction -> database.check(transaction.connection()));
        if (warn) {
            warnings.forEach(warning -> LOG.warn("{}: {}", database.target(), warning));
        }
    }

    /** What an operator should change at the database, as it was when this was opened. */
    List<String> warnings() {
        return warnings;
    }

    List<StreamState> load(List<StreamRequest> requests) {
        StreamLoader.checkNames(requests);
        return owned("load streams", (parts, transaction) -> {
            parts.ownership().check(transaction);
            return parts.loader().load(transaction, requests, parts.ownership().run());
        });
    }

    StreamState renew(long streamId) {
        return owned("renew a stream", (parts, transaction) -> {
            parts.ownership().check(transaction);
            parts.tops().forget(streamId);
            return parts.loader().renew(transaction, streamId);
        });
    }

    StreamState adopt(String channel, String epoch, long trimmedTo) {
        StreamLoader.checkNames(List.of(new StreamRequest(channel, Durability.SYNC)));
        return owned("make a stream", (parts, transaction) -> {
            parts.ownership().check(transaction);
            return parts.adopter().adopt(transaction, channel, epoch, trimmedTo);
        });
    }

    void heartbeat() {
        owned("say that this owner lives", (parts, transaction) -> {
            parts.ownership().beat(transaction);
            return true;
        });
    }

    void append(List<Append> batch) {
        Parts parts = parts();
        List<Append> sorted = MessageWriter.sorted(batch);
        boolean succeeded = false;
        try {
            try {
                write(parts, sorted);
            } catch (DuplicateException e) {
                // memory was behind, or an earlier try was committed late: with fresh tops the rows are read back
                LOG.debug("a row stands already; reading back", e);
                parts.tops().forget();
                writeAgain(parts, sorted);
            }
            parts.tops().committed(sorted);
            inDoubt = false;
            owing = false;
            succeeded = true;
        } catch (JournalException e) {
            throw judged(e);
        } finally {
            if (!succeeded) {
                parts.tops().forget();
            }
        }
    }

    private void write(Parts parts, List<Append> sorted) throws DuplicateException {
        transactions.callUnique("append " + sorted.size() + " publications", transaction -> {
            parts.ownership().check(transaction);
            parts.writer().write(transaction, sorted);
            return true;
        });
    }

    private void writeAgain(Parts parts, List<Append> sorted) {
        try {
            write(parts, sorted);
        } catch (DuplicateException e) {
            throw new JournalException(
                    Reason.UNAVAILABLE, "rows appear while they are read back; try again: " + database.target(), e);
        }
    }

    long trim(long streamId, long through) {
        return once("trim a stream", (parts, transaction) -> parts.trimmer().trim(transaction, streamId, through));
    }

    void log(List<ConnectionEvent> events) {
        once("write " + events.size() + " events", (parts, transaction) -> {
            parts.events().write(transaction, events);
            return true;
        });
    }

    int removeEvents(long beforeMicros) {
        return once("delete events", (parts, transaction) -> parts.events().remove(transaction, beforeMicros));
    }

    List<ConnectionEvent> events(EventQuery query) {
        Parts open = opened();
        return open.pool().read("events", connection -> open.events().read(connection, query));
    }

    List<StoredStream> streams(long after, int limit) {
        Parts open = opened();
        return open.pool()
                .read("streams after=" + after, connection -> open.stored().streams(connection, after, limit));
    }

    List<StoredPublication> stored(long streamId, long after, int limit) {
        Parts open = opened();
        return open.pool()
                .read("stream=" + streamId, connection -> open.stored().of(connection, streamId, after, limit));
    }

    /** Does something as the owner whose outcome may be unknown afterwards. */
    private <T> T once(String what, OwnersWork<T> work) {
        Parts parts = parts();
        try {
            return transactions.callUnique(what, transaction -> {
                parts.ownership().check(transaction);
                return work.call(parts, transaction);
            });
        } catch (DuplicateException e) {
            throw new JournalException(
                    Reason.REFUSED, "a constraint of " + database.target() + " forbids to " + what, e);
        } catch (JournalException e) {
            if (e.reason() == Reason.FENCED) {
                fenced = e;
            }
            throw e;
        }
    }

    boolean deleteExpiredKeys(long nowMicros) {
        return owned("delete expired idempotency keys", (parts, transaction) -> {
            parts.ownership().check(transaction);
            return parts.keys().deleteExpired(transaction, nowMicros);
        });
    }

    private JournalException judged(JournalException failure) {
        return switch (failure.reason()) {
            case FENCED -> {
                fenced = failure;
                yield failure;
            }
            case UNKNOWN_OUTCOME -> {
                inDoubt = true;
                owing = true;
                yield failure;
            }
            case UNAVAILABLE -> {
                owing = true;
                yield inDoubt
                        ? new JournalException(
                                Reason.UNKNOWN_OUTCOME,
                                failure.getMessage() + "; and the outcome of the attempt before is still unknown",
                                failure)
                        : failure;
            }
            case OWNED, REFUSED, BEHIND, OCCUPIED -> failure;
        };
    }

    private interface OwnersWork<T> {
        T call(Parts parts, Transactions transaction) throws SQLException;
    }

    private <T> T owned(String what, OwnersWork<T> work) {
        Parts parts = parts();
        try {
            return transactions.call(what, transaction -> work.call(parts, transaction));
        } catch (JournalException e) {
            if (e.reason() == Reason.FENCED) {
                fenced = e;
            }
            throw e;
        }
    }

    List<Publication> read(ReadRange range) {
        return opened().reader().read(range);
    }

    JournalPage find(JournalQuery query) {
        return opened().search().find(query);
    }

    StreamPage streams(StreamQuery query) {
        return opened().lister().list(query);
    }

    private Parts opened() {
        Parts open = parts;
        if (open == null) {
            throw new JournalException(Reason.UNAVAILABLE, "the journal is not open: " + database.target());
        }
        return open;
    }

    private Parts parts() {
        if (fenced != null) {
            throw new JournalException(Reason.FENCED, "this journal is fenced: " + fenced.getMessage(), fenced);
        }
        return opened();
    }

    void close() {
        try {
            if (parts != null && fenced == null) {
                try {
                    release(parts);
                } catch (JournalException e) {
                    if (e.reason() != Reason.UNAVAILABLE) {
                        throw e;
                    }
                    release(parts); // the connection may have died while nothing was to do; this takes another
                }
            }
        } catch (JournalException e) {
            if (e.reason() == Reason.FENCED) {
                LOG.info("nothing to close: {}", e.getMessage());
            } else {
                LOG.warn("not closed cleanly; asynchronous streams will get new epochs: {}", e.getMessage());
            }
        } finally {
            end();
        }
    }

    private void release(Parts open) {
        boolean clean = !owing;
        transactions.run("close the run", transaction -> open.ownership().release(transaction, clean));
    }

    void abandon() {
        end();
    }

    private void end() {
        transactions.disconnect();
        if (parts != null) {
            parts.pool().close();
        }
        database.unlock();
    }
}
