package dev.relay.internal.channel;

import dev.relay.Refused;
import dev.relay.StreamPosition;

/** The outcome of a publish that is certain before it happens: its publisher has been told. */
record Unheard(int origin) implements PublishOutcome {
    @Override
    public void published(StreamPosition position) {}

    @Override
    public void refused(Refused why) {}
}
