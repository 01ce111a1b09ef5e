package dev.relay.transport;

/** Why an edge turns somebody away who would be a connection. */
public enum RefusalReason {
    /** The node has as many clients as it takes, or gets them faster than it takes them. */
    FULL,
    /** The address has as many connections as it may have. */
    ADDRESS,
    /** More handshakes than there are places for: the oldest had to go. */
    CROWDED_OUT,
    /** A trusted proxy did not send the header it owes. */
    NO_PROXY_HEADER,
    /** The request was not one for a connection that this edge has: malformed, of another origin, too late. */
    REQUEST
}
