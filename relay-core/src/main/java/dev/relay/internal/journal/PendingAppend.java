package dev.relay.internal.journal;

import dev.relay.journal.Append;
import dev.relay.journal.Spooled;

/**
 * An append on its way through the writer.
 *
 * @param generation the home's attempt it belongs to
 * @param owner is told the outcome, on the home shard
 */
public record PendingAppend(Append append, Stream stream, int generation, Owner owner) {
    /** As it is kept until it is certain to stay. */
    Spooled spooled() {
        return new Spooled(0, stream.state().channel(), stream.durability(), append);
    }

    /** Who waits for the outcome: the home of the channel. */
    public interface Owner {
        /** Index of the shard on which it is to be told. */
        int home();

        /** It is durable. Called in offset order. */
        void committed(PendingAppend append);

        /** It is not in the journal and will not be. Called in offset order. */
        void refused(PendingAppend append, String why);
    }
}
