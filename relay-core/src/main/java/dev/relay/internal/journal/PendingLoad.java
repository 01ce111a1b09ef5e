package dev.relay.internal.journal;

import dev.relay.journal.StreamRequest;

/** A stream that a home wants to use. */
public record PendingLoad(StreamRequest request, Owner owner) {
    /** Who waits for it. */
    public interface Owner {
        /** Index of the shard on which it is to be told. */
        int home();

        /** Here it is. */
        void loaded(Stream stream);

        /** It cannot be had now. */
        void notLoaded(String why);
    }
}
