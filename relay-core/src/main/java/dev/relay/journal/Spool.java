package dev.relay.journal;

import dev.relay.Publication;
import java.util.List;

/**
 * Where publications wait, durably, while the journal cannot take them: a queue in the order in which they were
 * acknowledged. It is no second journal: streams, their ids and epochs are the journal's, and the spool gives none of its own.
 *
 * <p>The rules, which {@code relay-tck} checks by number:
 *
 * <ol>
 *   <li value="1"><b>S1 all or nothing.</b> {@link #append} keeps the whole batch, durably, before it returns; after an
 *       exception nothing of it is returned by this object, whatever the file holds, and the same batch can be offered
 *       again.
 *   <li value="2"><b>S2 first in, first out.</b> {@link #oldest} returns what was appended first, every field as it was
 *       appended. Positions rise.
 *   <li value="3"><b>S3 removing.</b> {@link #remove} takes away everything through a position, durably, and nothing else;
 *       repeating it is harmless.
 *   <li value="4"><b>S4 survives.</b> What was appended and not removed is there after {@link #close} and after a crash, in its
 *       order.
 *   <li value="5"><b>S5 bounded.</b> When it holds as much as it may, {@link #append} fails with {@link
 *       JournalException.Reason#UNAVAILABLE}, and works again when enough was removed.
 *   <li value="6"><b>S6 what it knows.</b> {@link #streams}, {@link #keys} and {@link #read} tell exactly what is held.
 *   <li value="7"><b>S7 one owner.</b> A spool that is open cannot be opened elsewhere: {@code OWNED}.
 *   <li value="8"><b>S8 renaming.</b> {@link #rename} moves what is held of a stream to other offsets of the same or another
 *       stream, durably and at once; positions, append ids and everything else stay.
 *   <li value="9"><b>S9 a failure spoils nothing.</b> After any exception the spool can be called again, and works as soon as
 *       its disk does.
 * </ol>
 *
 * <p><b>Threading.</b> Every method may be called from any thread, also during the others, except that {@link #append} and
 * {@link #heartbeat} are called by one thread at a time, {@link #remove}, {@link #rename} and {@link #setAside} by one thread at
 * a time, {@link #open} before everything and {@link #close} after everything else. All may block for the disk, {@link #size}
 * excepted.
 */
public interface Spool extends AutoCloseable {
    /** How much it holds: publications, and the bytes on disk that they and their bookkeeping take. */
    record Size(long publications, long bytes) {}

    /** Becomes the owner, creating the spool when it is missing. May be called again after an exception. */
    void open() throws JournalException;

    /** Keeps a batch; the streams come in any order, appends of one stream in offset order. Not empty. */
    void append(List<Spooled> batch) throws JournalException;

    /** Proves that there is room again; called now and then after an append has failed. */
    void heartbeat() throws JournalException;

    /**
     * Returns the oldest publications.
     *
     * @param maxPublications at most this many
     * @param maxBytes stop before the payload bytes returned exceed this; the first is returned whatever its size
     */
    List<Spooled> oldest(int maxPublications, long maxBytes) throws JournalException;

    /** Takes away everything through this position, which the journal has now. */
    void remove(long through) throws JournalException;

    /** What is held of a channel, oldest first: one entry, unless the stream has been renewed or was made again. */
    List<SpooledStream> streams(String channel) throws JournalException;

    /** The idempotency keys of what is held of a stream, those of the highest offsets first; at most {@link StreamState#MAX_KEYS}. */
    List<KeptKey> keys(SpooledStream stream) throws JournalException;

    /** Returns publications of one stream, in whatever epoch; as {@link Journal#read}. */
    List<Publication> read(ReadRange range) throws JournalException;

    /**
     * Makes everything that is held of a stream in one epoch part of another, or of another epoch of the same.
     *
     * @param from what {@link #streams} has told
     * @param to its new stream and epoch
     * @param first the new offset of the oldest one; the others follow without a hole
     */
    void rename(SpooledStream from, StreamState to, long first) throws JournalException;

    /**
     * Takes one publication out of the queue, which the journal refuses for good, and keeps it beside: for people to look at.
     *
     * @param position of the oldest one
     */
    void setAside(long position, String why) throws JournalException;

    /** How much it holds now; does not block. */
    Size size();

    /** How many {@link Size#bytes} it takes at most; {@link Long#MAX_VALUE} where it has no limit of its own. */
    default long maxBytes() {
        return Long.MAX_VALUE;
    }

    /** Gives up ownership; what is held stays. Idempotent. */
    @Override
    void close();
}
