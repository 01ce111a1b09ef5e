package dev.relay.internal.channel;

import dev.relay.CloseCode;
import dev.relay.Refused;
import dev.relay.internal.outbox.Chunk;
import dev.relay.transport.Encoding;
import dev.relay.transport.Push;
import org.jspecify.annotations.Nullable;

/** Where a subscription leads: a connection, or code in this process. Called on the subscription's shard. */
public interface Receiver {
    /** How it wants publications encoded; {@code null} if it takes them as objects, one by one. */
    @Nullable
    Encoding encoding();

    /** Told first: what to {@link Subscription#end}, which may be necessary before the subscribing call returns. */
    void begins(Subscription subscription);

    /**
     * The subscription stands. What the channel says after {@code result.top()} follows, nothing before, as soon as the
     * receiver calls {@link Subscription#goLive}, from here or later.
     */
    void subscribed(SubscribeResult result);

    /** There will be no subscription. */
    void refused(Refused why);

    /** A push for this receiver alone. */
    void push(String channel, Push push);

    /** The channel's publications of this turn, encoded for all receivers of the encoding. */
    void chunk(Chunk chunk);

    /** The channel has lost track of what this receiver has seen: the subscription has ended, others go on. */
    void insufficientState();

    /** The connection cannot go on: it is too slow, or its encoding cannot carry a payload. */
    void close(CloseCode code);
}
