package dev.relay.internal.session;

import dev.relay.ErrorCode;
import dev.relay.internal.channel.SubscribeResult;

/** Who waits to hear how a subscription of a client went, and tells the client in its own way. */
interface SubscribeOutcome {
    /** It stands. Tells the client, then calls {@link ClientSubscription#goLive}; at once or later. */
    void subscribed(ClientSubscription subscription, SubscribeResult result);

    /** There is none; the session has forgotten it. */
    void refused(ErrorCode error);

    /** The connection has ended before it was known. */
    default void abandoned() {}
}
