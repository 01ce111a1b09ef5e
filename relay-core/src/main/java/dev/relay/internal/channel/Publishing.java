package dev.relay.internal.channel;

import dev.relay.ClientInfo;
import dev.relay.OutboxEntry;
import dev.relay.Payload;
import dev.relay.Publication;
import dev.relay.PublishOptions;
import dev.relay.StreamPosition;
import org.jspecify.annotations.Nullable;

/**
 * A publish on its way.
 *
 * @param how what else the application asks for; {@link PublishOptions#none()} for a client's
 * @param charge to be released when it ends
 */
record Publishing(Payload data, @Nullable ClientInfo info, PublishOptions how, int charge, PublishOutcome outcome) {

    /** Whether it must not be published, because an earlier one of its sequence was refused. */
    boolean isBehindRefused() {
        OutboxEntry entry = how.outboxEntry();
        return entry != null && entry.sequence().isBroken();
    }

    /** It is refused, and so is to be what comes behind it in its sequence. */
    void breakSequence() {
        OutboxEntry entry = how.outboxEntry();
        if (entry != null) {
            entry.sequence().breakOff();
        }
    }

    /** What subscribers get. */
    Publication at(StreamPosition position, long timeMicros) {
        return new Publication(data, info, how.tags(), position, timeMicros);
    }

    /** The same for a publisher that knows the outcome already. */
    Publishing unheard(PublishOutcome nobody) {
        return new Publishing(data, info, how, charge, nobody);
    }
}
