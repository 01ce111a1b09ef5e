package dev.relay.internal.channel;

import dev.relay.Refused;
import dev.relay.StreamPosition;

/** Who waits to hear what became of a publish. Told once, on the shard it names. */
public interface PublishOutcome {
    /** Index of the shard on which to tell it. */
    int origin();

    /** The channel's durability is met. */
    void published(StreamPosition position);

    void refused(Refused why);
}
