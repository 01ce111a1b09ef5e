package dev.relay.internal.journal;

/**
 * A trim on its way through the writer.
 *
 * @param through the last offset to delete; at most what has been offered for appending before
 */
public record PendingTrim(long streamId, long through, Owner owner) {
    /** Who waits for the outcome: the home of the channel. */
    public interface Owner {
        /** Index of the shard on which it is to be told. */
        int home();

        /** Everything up to the offset is deleted. */
        void trimmed();

        /** It is not, or not everything; it can be tried again. */
        void notTrimmed(String why);
    }
}
