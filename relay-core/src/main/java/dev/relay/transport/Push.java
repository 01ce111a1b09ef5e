package dev.relay.transport;

import dev.relay.Publication;

/** What the server sends unasked about a channel. */
public sealed interface Push permits Publication, Push.Unsubscribed {
    /**
     * The server ended a subscription.
     *
     * @param code below 2500 the client lets go, from 2500 on it subscribes again
     * @param reason for people
     */
    record Unsubscribed(int code, String reason) implements Push {
        /** The server lost track of what the client has seen; it should subscribe again and recover. */
        public static final Unsubscribed INSUFFICIENT_STATE = new Unsubscribed(2500, "insufficient state");
    }
}
