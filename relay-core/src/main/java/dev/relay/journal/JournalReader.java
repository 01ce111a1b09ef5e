package dev.relay.journal;

/**
 * What can be found in a journal, by its owner or by somebody who only looks. Rules J17 and J18 of {@link Journal}.
 *
 * <p><b>Threading.</b> Any threads at once. Blocks.
 */
public interface JournalReader extends AutoCloseable {
    /**
     * Finds publications, a page at a time.
     *
     * @throws JournalException {@code UNAVAILABLE} if it cannot be read now; {@code REFUSED} if the cursor is one of another
     *     channel
     */
    JournalPage find(JournalQuery query);

    /**
     * Lists streams, a page at a time.
     *
     * @throws JournalException {@code UNAVAILABLE} if it cannot be read now
     */
    StreamPage streams(StreamQuery query);

    @Override
    void close();
}
