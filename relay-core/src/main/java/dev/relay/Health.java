package dev.relay;

/**
 * How an engine is.
 *
 * @param state whether it can do its work
 * @param detail why not, for people; when {@link State#READY}, {@code ""} or what an operator should look at, such as a
 *     database that is away while publications are kept in the spool
 */
public record Health(State state, String detail) {
    /** From good to bad. */
    public enum State {
        /** Publications are taken and kept. */
        READY,
        /** Running, but the journal is not (yet, or no longer) usable: journaled channels are refused. */
        NOT_READY,
        /** Clients are being sent away and no new ones taken; everything else works as ever. */
        DRAINING,
        /** Closing or closed. */
        STOPPING,
        /** Something failed that this engine will not recover from: restart it. */
        FAILED
    }
}
