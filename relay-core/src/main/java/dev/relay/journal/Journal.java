package dev.relay.journal;

import java.util.List;

/**
 * Where publications outlive the process. Plain blocking code; the engine's journal writer calls it in batches.
 *
 * <p>The rules, which {@code relay-tck} checks by number:
 *
 * <ol>
 *   <li value="1"><b>J1 all or nothing.</b> {@link #append} commits the whole batch atomically and durably before it
 *       returns; after {@link JournalException.Reason#UNAVAILABLE} or {@code REFUSED} nothing of it is there.
 *   <li value="2"><b>J2 dense offsets.</b> Within a stream the offsets of committed publications have no hole: an append
 *       whose offset is not top + 1 (counting the batch) is refused, unless it is J5's; J13 says how.
 *   <li value="3"><b>J3 stable epoch.</b> A stream's epoch and top survive {@link #close} and a crash, with one exception:
 *       an {@link dev.relay.Durability#ASYNC} stream used by a run that was not closed cleanly gets a new epoch when it is
 *       next loaded; its publications stay and its offsets go on.
 *   <li value="4"><b>J4 loading creates.</b> {@link #load} of a channel without a stream makes one, with a new epoch and
 *       top 0, durably; the answers stand in the order of the requests.
 *   <li value="5"><b>J5 recognised again.</b> What is offered again, in the same batch or in others, succeeds with every
 *       publication there exactly once: rows that already stand at their offset with the same append id are kept, the rest
 *       is written. Another append id at the same offset is a foreign writer's: {@code OCCUPIED}, and nothing is written.
 *   <li value="6"><b>J6 one owner.</b> Between {@link #open} and {@link #close} no other open journal on the same store can
 *       append, load or be opened ({@code OWNED}); an owner that has been replaced gets {@code FENCED} from its next
 *       {@link #append}, {@link #load}, {@link #renew}, {@link #trim} or {@link #heartbeat}, and writes nothing.
 *   <li value="7"><b>J7 ranges.</b> {@link #read} returns exactly the committed, undeleted publications of the range in
 *       offset order (or reverse), with every field as it was appended except the epoch, which is the one the stream has
 *       now, within the limits of the range; a range beyond what exists is empty, not an error.
 *   <li value="8"><b>J8 read what was committed.</b> A read that begins after an append returned sees it.
 *   <li value="9"><b>J9 a failure spoils nothing.</b> After any exception but {@code FENCED} the journal can be called
 *       again, and works as soon as its store does.
 *   <li value="10"><b>J10 closing.</b> {@link #close} is idempotent; after it, opening the store again is immediate.
 *   <li value="11"><b>J11 trimming.</b> {@link #trim} deletes publications of one stream, the oldest first, and raises its
 *       {@code trimmedTo} with them, atomically and durably; epoch and top stay, also when nothing is left. What was
 *       deleted is not written again. Trimming again is harmless, also after {@code UNKNOWN_OUTCOME}.
 *   <li value="12"><b>J12 a new epoch on demand.</b> {@link #renew} gives a stream a new epoch, durably; its publications
 *       stay and its offsets go on.
 *   <li value="13"><b>J13 missing commits are told apart.</b> An append finds the stream as its caller knows it, or fails with
 *       {@code BEHIND} and writes nothing: if there is no such stream, if the stream's epoch is not the publication's, or
 *       if the stream's top is below the offset before. That is how a store that has lost its last commits looks,
 *       such as a replica that has taken over. A hole within the batch is {@code REFUSED}.
 *   <li value="14"><b>J14 keys and outbox rows.</b> The idempotency key of an append is kept if and only if its
 *       publication is: it is committed with it, once, however often the batch is offered. {@link #load} returns a stream's keys, those of
 *       the highest offsets first, at most {@link StreamState#MAX_KEYS} of each stream and {@value #MAX_KEYS_PER_LOAD} in
 *       all; the engine looks at when they expire. A trim does not touch them. {@link #deleteExpiredKeys} deletes those that
 *       have expired, no others. A journal whose store has an outbox deletes the row that an append was made from together
 *       with writing it, and refuses an append whose row must stand and does not; other journals ignore outbox rows.
 *   <li value="15"><b>J15 events.</b> {@link #log} writes all of its events or none of them, durably, and gives each an id
 *       that is higher than all before it, also after {@link #close} and a crash. {@link #events} returns exactly those that
 *       match and are not deleted, in the order asked for, with every field as it was written. {@link #removeEvents}
 *       deletes those that are older than a time, and no others.
 *   <li value="16"><b>J16 what is stored.</b> {@link #streams} returns every stream, in the order of their ids, which are
 *       positive; {@link #stored} every committed, undeleted publication of a stream, in the order of their offsets. What was
 *       committed or deleted before they began is in what they say.
 *   <li value="17"><b>J17 finding.</b> The pages of a {@link #find}, one after the other, return every committed, undeleted
 *       publication that the query asks for exactly once, in its order, with every field as {@link #read} returns it; what is
 *       appended between two pages changes nothing but that it may be found as well, if it stands behind the cursor. A page
 *       without an entry and {@code more} is no end: the time was up. A cursor outlives the journal that returned it.
 *   <li value="18"><b>J18 listing.</b> The pages of {@link #streams} return every stream whose channel fits exactly once, in the
 *       order of names, with the state that {@link #load} would return, without keys; they make and change nothing.
 * </ol>
 *
 * <p><b>Threading.</b> {@link #open}, {@link #load}, {@link #append}, {@link #renew}, {@link #trim}, {@link
 * #deleteExpiredKeys}, {@link #log}, {@link #removeEvents} and {@link #heartbeat} are called by one thread at a time, which need
 * not always be the same. What reads may be called by any threads at once, also during the others. {@link #close} from any
 * thread, after the last of the others has returned.
 */
public interface Journal extends JournalReader {
    /** Most keys that one {@link #load} returns, of all its streams together. */
    int MAX_KEYS_PER_LOAD = 100_000;

    /**
     * Becomes the owner of the store, creating or migrating it first. May be called again after an exception.
     *
     * @throws JournalException {@code UNAVAILABLE} while the store cannot be reached, {@code OWNED} while another living
     *     owner holds it, with words for the operator; {@code REFUSED} if it can never work, such as a newer schema
     */
    void open() throws JournalException;

    /**
     * What an operator should change about the store so that the promises hold: one line each, with what it is set to and
     * what to do; found by {@link #open}, empty if nothing. Any thread.
     */
    default List<String> warnings() {
        return List.of();
    }

    /** Finds or makes the streams of these channels; no channel twice. */
    List<StreamState> load(List<StreamRequest> requests) throws JournalException;

    /** Commits the batch. Appends of one stream are in offset order; the streams come in any order. Not empty. */
    void append(List<Append> batch) throws JournalException;

    /**
     * Gives a stream a new epoch: whoever stands in the old one is told that the position is lost. After {@code
     * UNAVAILABLE} it may have one.
     *
     * @throws JournalException as {@link #load}; {@code REFUSED} if the stream is not known
     */
    StreamState renew(long streamId) throws JournalException;

    /**
     * Deletes publications of a stream up to an offset: all of them, or, where that would take long, some. The engine calls
     * again until it is done, and appends in between.
     *
     * @param through the last offset to delete, at most the stream's top
     * @return the stream's {@code trimmedTo} now. If it is less than {@code through}, this call has raised it
     * @throws JournalException as {@link #append}; {@code REFUSED} if {@code through} is beyond the top or the stream is not
     *     known
     */
    long trim(long streamId, long through) throws JournalException;

    /**
     * Writes events, in this order. They are not offered again, whatever the outcome.
     *
     * @param events at least one; their ids do not count, and no text has more than {@link ConnectionEvent#MAX_TEXT} characters
     * @throws JournalException as {@link #append}
     */
    void log(List<ConnectionEvent> events) throws JournalException;

    /**
     * Deletes events that happened before a time: all of them, or, where that would take long, some of the oldest.
     *
     * @param beforeMicros microseconds since 1970-01-01 UTC
     * @return how many; 0 only if none is left
     * @throws JournalException as {@link #append}
     */
    int removeEvents(long beforeMicros) throws JournalException;

    /**
     * Deletes some of the idempotency keys that have expired, in a step that delays an append no longer than a batch does.
     * The engine calls when there is little else to do.
     *
     * @param nowMicros the engine's time, microseconds since 1970-01-01 UTC
     * @return whether there may be more
     * @throws JournalException as {@link #append}; calling again is harmless
     */
    boolean deleteExpiredKeys(long nowMicros) throws JournalException;

    /** Proves that the owner lives and the store works; called every two seconds or so when nothing else is. */
    void heartbeat() throws JournalException;

    /** Returns publications of one stream. */
    List<dev.relay.Publication> read(ReadRange range) throws JournalException;

    /** Returns events, fewer than the query's limit only where there are no more. */
    List<ConnectionEvent> events(EventQuery query) throws JournalException;

    /**
     * Returns streams, for those who look at all of them page by page.
     *
     * @param after id of the last stream of the page before; 0 for the first page
     * @param limit at most this many, at least 1; fewer only where there are no more
     */
    List<StoredStream> streams(long after, int limit) throws JournalException;

    /**
     * Returns what is stored of a stream, without reading what is in it.
     *
     * @param after only what has a higher offset
     * @param limit at most this many, at least 1; fewer only where there are no more
     */
    List<StoredPublication> stored(long streamId, long after, int limit) throws JournalException;

    /**
     * Gives up ownership, cleanly: what was appended is durable, and nothing else was ever told to be "done". Reads that
     * are still running fail.
     */
    @Override
    void close();

    /**
     * Gives up ownership as a crash would: something that was told to be "done" is missing, so that {@link
     * dev.relay.Durability#ASYNC} streams of this run get a new epoch. Otherwise as {@link #close}.
     */
    void abandon();
}
