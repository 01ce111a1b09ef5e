package dev.relay.internal.journal;

/** Who hears that a stream is not what it was, so that positions in it mean nothing any more. */
@FunctionalInterface
public interface LostStreams {
    /**
     * The channel's stream has this epoch now; whoever uses it in another has to load it again. From the thread that works
     * with the journal; may be told again.
     */
    void lost(String channel, String epoch);
}
